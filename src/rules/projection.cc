#include "rules/projection.h"

#include <algorithm>
#include <set>

#include "rules/keeper.h"

namespace hm::rules {
namespace {

using query::TableSpec;
using store::Row;
using Type = query::ColumnType;

constexpr size_t kIdsPerRead = 200;

TableSpec finding_table() {
  return {
      .name = "finding",
      .title = "What rules have found",
      .columns = {{"id", Type::text, "HostMaster's id of it"},
                  {"rule", Type::text, "rule.id"},
                  {"category", Type::text, "cost, health, security or tagging"},
                  {"severity", Type::text, "critical, high, medium, low or info"},
                  {"state", Type::text, "pending, open, acknowledged, snoozed, excepted or resolved"},
                  {"outcome", Type::text, "Of the latest run: found, passed, gone, or unknown"},
                  {"unknown_reason", Type::text, "Why the outcome is unknown"},
                  {"reason", Type::text, "What was found, in words"},
                  {"saving_usd", Type::text, "A month, as decimal text; NULL: not known"},
                  {"evidence", Type::json, "What the rule saw"},
                  {"resource_id", Type::text, "resource.id"},
                  {"type", Type::text, "Of the resource"},
                  {"account_id", Type::text, "Of the resource"},
                  {"region", Type::text, "Of the resource"},
                  {"note", Type::text, "Of the last decision about it"},
                  {"actor", Type::text, "Whose decision that was"},
                  {"held_until", Type::time, "When a snooze or an exception ends"},
                  {"first_seen", Type::time, "When it was first found"},
                  {"opened_at", Type::time, "When it last opened; NULL: it never did"},
                  {"resolved_at", Type::time, "When it was resolved; NULL: it is not"},
                  {"resolution", Type::text, "fixed, gone, no_longer_judged, rule_removed or rule_disabled"}},
      .indexes = {"rule, state", "resource_id"}};
}

// The parts of `rule`, which is a view: runs are everybody's, counts are of places.
TableSpec run_table() {
  return {.name = "rule_run",
          .title = "The latest run of each rule",
          .columns = {{"rule", Type::text, "rule.id"},
                      {"status", Type::text, "ok or failed"},
                      {"error", Type::text, "Why it failed"},
                      {"ran_at", Type::time, "When it last ran"},
                      {"ok_at", Type::time, "When it last ran well"},
                      {"duration_ms", Type::real, "How long that took"},
                      {"truncated", Type::boolean, "Whether it found more than its limit"}},
          .account_column = "",
          .region_column = ""};
}

TableSpec count_table() {
  return {.name = "rule_count",
          .title = "What the latest run of each rule counted in each place",
          .columns = {{"rule", Type::text, "rule.id"},
                      {"account_id", Type::text, ""},
                      {"region", Type::text, ""},
                      {"found", Type::integer, "Resources that were found"},
                      {"passed", Type::integer, "Resources that are in order"},
                      {"unknown", Type::integer, "Resources of which it cannot be told"},
                      {"gaps", Type::integer, "Sweeps without which it cannot be told what there is"}},
          .many = true};
}

TableSpec rule_table() {
  return {
      .name = "rule",
      .title = "The rules, with what they counted",
      .columns = {{"id", Type::text, "ebs_volume_unattached"},
                  {"status", Type::text, "ok or failed"},
                  {"error", Type::text, "Why it failed"},
                  {"ran_at", Type::time, "When it last ran"},
                  {"ok_at", Type::time, "When it last ran well"},
                  {"found", Type::integer, "Resources that were found; NULL: nothing was looked at"},
                  {"passed", Type::integer, "Resources that are in order"},
                  {"unknown", Type::integer, "Resources of which it cannot be told"},
                  {"gaps", Type::integer, "Sweeps without which it cannot be told what there is"}},
      .select =
          "select r.rule as id, r.status, r.error, r.ran_at, r.ok_at, c.found, c.passed, c.unknown, c.gaps "
          "from {rule_run} r left join (select t.rule, sum(t.found) as found, sum(t.passed) as passed, "
          "sum(t.unknown) as unknown, sum(t.gaps) as gaps from {rule_count} t where {scope} group by t.rule) "
          "c "
          "on c.rule = r.rule"};
}

store::Value text_or_null(std::string_view text) {
  return text.empty() ? store::Value() : store::Value(text);
}
store::Value iso_or_null(const std::optional<Time>& time) {
  return time ? store::Value(format_iso(*time)) : store::Value();
}

store::Params finding_row(const Finding& f) {
  return {inventory::resource_id(f.number),
          f.rule,
          f.category,
          to_string(f.severity),
          to_string(f.state),
          to_string(f.outcome),
          text_or_null(f.doubt),
          f.reason,
          f.saving_usd,
          f.evidence,
          inventory::resource_id(f.resource),
          f.type,
          f.account_id,
          f.region,
          text_or_null(f.note),
          text_or_null(f.actor),
          iso_or_null(f.held_until),
          format_iso(f.first_seen),
          iso_or_null(f.opened_at),
          iso_or_null(f.resolved_at),
          text_or_null(f.resolution)};
}

Status put_findings(store::Reader& reader, query::Writer& writer, const std::string& where,
                    const store::Params& params) {
  return reader.each("select " + std::string(kFindingColumns) + " from finding f" + where, params,
                     [&](const Row& row) {
                       const Finding finding = read_finding(row);
                       return writer.put("finding", finding.number, finding_row(finding));
                     });
}

Status put_changed_findings(store::Reader& reader, query::Writer& writer, const std::set<int64_t>& numbers) {
  // What is no longer there has no row to take its place.
  for (const int64_t number : numbers) HM_DO(writer.remove("finding", number));
  for (auto at = numbers.begin(); at != numbers.end();) {
    store::Params params;
    std::string places;
    for (; at != numbers.end() && params.size() < kIdsPerRead; ++at) {
      params.emplace_back(*at);
      places += (places.empty() ? "$" : ", $") + std::to_string(params.size());
    }
    HM_DO(put_findings(reader, writer, " where f.id in (" + places + ")", params));
  }
  return ok();
}

Status put_rule(store::Reader& reader, query::Writer& writer, const std::string& rule) {
  const int64_t number = finding_number(rule, 0);
  HM_DO(writer.remove("rule_run", number));
  HM_DO(reader.each(
      "select status, error, ran_at, ok_at, duration_us, truncated from rule_state where rule = $1", {rule},
      [&](const Row& row) {
        return writer.put(
            "rule_run", number,
            {rule, row.string(0), text_or_null(row.text(1)), format_iso(row.time(2)),
             iso_or_null(row.maybe_time(3)), static_cast<double>(row.integer(4)) / 1000, row.boolean(5)});
      }));
  std::vector<store::Params> counts;
  HM_DO(reader.each("select account_id, region, found, passed, unknown, gaps from rule_count where rule = $1",
                    {rule}, [&](const Row& row) {
                      counts.push_back({rule, row.string(0), row.string(1), row.integer(2), row.integer(3),
                                        row.integer(4), row.integer(5)});
                      return ok();
                    }));
  return writer.put_many("rule_count", number, std::move(counts));
}

Status apply(store::Reader& reader, query::Writer& writer, const std::vector<store::Change>& changes) {
  std::set<int64_t> findings;
  std::set<std::string> rules;
  for (const store::Change& change : changes) {
    if (change.noun == "rule") rules.insert(change.id);
    if (change.noun != "finding") continue;
    if (const auto number = inventory::resource_number(std::string_view(change.id))) findings.insert(*number);
  }
  HM_DO(put_changed_findings(reader, writer, findings));
  for (const std::string& rule : rules) HM_DO(put_rule(reader, writer, rule));
  return ok();
}

Status fill(store::Reader& reader, query::Writer& writer) {
  HM_DO(put_findings(reader, writer, "", {}));
  HM_TRY(const auto rules, reader.all("select rule from rule_state order by rule", {},
                                      [](const Row& row) { return row.string(0); }));
  for (const std::string& rule : rules) HM_DO(put_rule(reader, writer, rule));
  return ok();
}

}  // namespace

inventory::Addition findings_projection() {
  return {
      .tables = {finding_table(), run_table(), count_table(), rule_table()}, .apply = apply, .fill = fill};
}

}  // namespace hm::rules
