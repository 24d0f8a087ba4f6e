#include "rules/keeper.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "identity/audit.h"
#include "inventory/inventory.h"
#include "inventory/where.h"
#include "rules/finding_rows.h"

namespace hm::rules {
namespace {

using store::Row;
using store::Transaction;

// The row is written first, so that its lock keeps everybody else who writes findings of the rule waiting:
// what is read after it is what they have written.
struct LastRun {
  int64_t seq = 0;
  Time ok_at;
};

Result<LastRun> lock_state(Transaction& transaction, const std::string& rule) {
  HM_DO(transaction.run(
      "insert into rule_state (rule, status, error, seq, ran_at, ok_at, duration_us, truncated) "
      "values ($1, 'ok', '', -1, 0, null, 0, false) on conflict (rule) do update set rule = excluded.rule",
      {rule}));
  HM_TRY(const auto found,
         transaction.one("select seq, ok_at from rule_state where rule = $1", {rule}, [](const Row& row) {
           return LastRun{row.integer(0), row.maybe_time(1).value_or(Time())};
         }));
  return found.value_or(LastRun());
}

// Before anything is read or written, in one order everywhere, so that nobody waits for somebody who waits.
Status lock_rules(Transaction& transaction, const std::set<std::string>& rules) {
  for (const std::string& rule : rules) {
    HM_TRY([[maybe_unused]] const LastRun last, lock_state(transaction, rule));
  }
  return ok();
}

// A rule that is gone, or never ran, has no state: the one that was made for its lock does not stay.
Status unlock_rules(Transaction& transaction, const std::set<std::string>& rules) {
  for (const std::string& rule : rules)
    HM_DO(transaction.run("delete from rule_state where rule = $1 and seq = -1 and ran_at = 0", {rule}));
  return ok();
}

Status write_state(Transaction& transaction, const std::string& rule, const Evaluation& evaluation) {
  HM_DO(transaction.run(
      "update rule_state set status = 'ok', error = '', seq = $2, ran_at = $3, ok_at = $3, duration_us = $4, "
      "truncated = $5 where rule = $1",
      {rule, evaluation.position.seq, evaluation.at, static_cast<int64_t>(evaluation.duration.count()),
       evaluation.truncated}));
  transaction.changed("rule", rule);
  return ok();
}

// The most frequent reasons of a place.
std::string doubts_json(const PlaceCount& count, const std::vector<Doubt>& doubts) {
  std::vector<std::pair<int64_t, size_t>> ordered;
  for (const auto& [doubt, times] : count.doubts) ordered.emplace_back(times, doubt);
  std::sort(ordered.rbegin(), ordered.rend());
  JsonArray list;
  for (const auto& [times, doubt] : ordered) {
    if (list.size() == kMostDoubts) break;
    list.push_back(
        JsonObject{{"code", doubts[doubt].code}, {"reason", doubts[doubt].text}, {"count", times}});
  }
  return to_json(list);
}

Status write_counts(Transaction& transaction, const std::string& rule, const Evaluation& evaluation) {
  HM_DO(transaction.run("delete from rule_count where rule = $1", {rule}));
  std::vector<store::Params> rows;
  for (const auto& [place, count] : evaluation.counts)
    rows.push_back({rule, place.first, place.second, count.found, count.passed, count.unknown, count.gaps,
                    doubts_json(count, evaluation.doubts)});
  if (rows.empty()) return ok();
  HM_TRY([[maybe_unused]] const int64_t written,
         transaction.execute_many(
             "insert into rule_count (rule, account_id, region, found, passed, unknown, gaps, "
             "doubts) values ($1, $2, $3, $4, $5, $6, $7, $8)",
             rows));
  return ok();
}

Finding new_finding(const catalog::Rule& rule, const Subject& subject, int64_t resource, Time now) {
  Finding finding;
  finding.number = finding_number(rule.id, resource);
  finding.rule = rule.id;
  finding.category = rule.category;
  finding.resource = resource;
  finding.first_seen = now;
  finding.found_since = now;
  finding.last_seen = now;
  finding.type = subject.type;
  return finding;
}

class Comparison {
 public:
  Comparison(const ActiveRule& rule, const Evaluation& evaluation, Time last_run)
      : active_(rule),
        rule_(*rule.rule),
        evaluation_(evaluation),
        last_run_(last_run),
        rows_(evaluation.at) {}

  // What is kept already.
  void compare(const Finding& before) {
    const std::string id = inventory::resource_id(before.resource);
    seen_.insert(id);
    Finding after = before;
    std::optional<FindingEvent> event;
    if (const auto found = evaluation_.found.find(id); found != evaluation_.found.end()) {
      event = observe(after, found->second);
    } else if (const auto unknown = evaluation_.unknown.find(id); unknown != evaluation_.unknown.end()) {
      on_unknown(after, evaluation_.doubts[unknown->second].text, last_run_);
    } else if (evaluation_.exists.contains(id)) {
      event = on_passed(after, Outcome::passed, "fixed", evaluation_.at, last_run_);
    } else if (is_judged(before)) {
      event = on_passed(after, Outcome::gone, "gone", evaluation_.at, last_run_);
    } else {
      event = on_passed(after, Outcome::unknown, "no_longer_judged", evaluation_.at, last_run_);
    }
    count(event);
    rows_.put(&before, std::move(after), std::move(event));
  }

  void add_new() {
    for (const auto& [id, found] : evaluation_.found) {
      if (seen_.contains(id)) continue;
      const auto number = inventory::resource_number(std::string_view(id));
      if (!number) continue;
      Finding after = new_finding(rule_, evaluation_.subjects.at(id), *number, evaluation_.at);
      auto event = observe(after, found);
      count(event);
      rows_.put(nullptr, std::move(after), std::move(event));
    }
  }

  Status write(Transaction& transaction) const { return rows_.write(transaction); }
  const KeepCounts& counts() const { return counts_; }

 private:
  // What the rule still looks at and does not see is gone; of what it no longer looks at it says nothing.
  bool is_judged(const Finding& finding) const {
    const auto& types = rule_.resources;
    return active_.scope.allows(finding.account_id, finding.region) &&
           (types.empty() || std::find(types.begin(), types.end(), finding.type) != types.end());
  }
  std::optional<FindingEvent> observe(Finding& finding, const Found& found) {
    const Subject& subject = evaluation_.subjects.at(found.resource_id);
    finding.account_id = subject.account_id;
    finding.region = subject.region;
    finding.category = rule_.category;
    return on_found(finding, found, rule_.hold, evaluation_.at);
  }
  void count(const std::optional<FindingEvent>& event) {
    if (!event) return;
    if (event->kind == "opened" || event->kind == "reopened") ++counts_.opened;
    if (event->kind == "resolved") ++counts_.resolved;
  }

  const ActiveRule& active_;
  const catalog::Rule& rule_;
  const Evaluation& evaluation_;
  const Time last_run_;
  std::set<std::string> seen_;
  FindingRows rows_;
  KeepCounts counts_;
};

Result<std::vector<Finding>> findings_where(store::Reader& reader, const std::string& where,
                                            const store::Params& params) {
  return reader.all("select " + std::string(kFindingColumns) + " from finding f where " + where, params,
                    [](const Row& row) { return read_finding(row); });
}

Status retire_one(Transaction& transaction, const std::string& rule, const std::string& resolution,
                  Time last_run, Time now) {
  HM_TRY(const auto kept, findings_where(transaction, "f.rule = $1 and f.state <> 'resolved'", {rule}));
  FindingRows rows(now);
  for (const Finding& before : kept) {
    Finding after = before;
    auto event = on_passed(after, Outcome::unknown, resolution, now, last_run);
    rows.put(&before, std::move(after), std::move(event));
  }
  HM_DO(rows.write(transaction));
  HM_DO(transaction.run("delete from rule_count where rule = $1", {rule}));
  HM_DO(transaction.run("delete from rule_state where rule = $1", {rule}));
  transaction.changed("rule", rule);
  return ok();
}

// Of what a time has come, $1.
constexpr std::string_view kDue =
    "(f.held_until is not null and f.held_until <= $1 and (f.state = 'snoozed' or f.state = 'excepted'))";
constexpr std::string_view kOld = "(f.state = 'resolved' and f.resolved_at < $1)";

Result<std::set<std::string>> rules_with(store::Reader& reader, std::string_view what, Time at) {
  HM_TRY(auto rules, reader.all("select distinct f.rule from finding f where " + std::string(what), {at},
                                [](const Row& row) { return row.string(0); }));
  return std::set<std::string>(rules.begin(), rules.end());
}

// The finding, if it is within the scope.
Result<std::optional<Finding>> find_visible(store::Reader& reader, const Scope& scope, std::string_view id) {
  inventory::Where where;
  where.add("f.id = " + where.bind(inventory::resource_number(id).value_or(-1)));
  where.add_scope(scope, "f.account_id", "f.region");
  return reader.one("select " + std::string(kFindingColumns) + " from finding f" + where.sql(),
                    where.params(), [](const Row& row) { return read_finding(row); });
}

}  // namespace

Result<KeepCounts> Keeper::keep(const ActiveRule& rule, const Evaluation& evaluation) {
  return database_.write("keeping the findings of " + rule.id(),
                         [&](Transaction& transaction) -> Result<KeepCounts> {
                           HM_TRY(const LastRun last, lock_state(transaction, rule.id()));
                           if (last.seq > evaluation.position.seq) return KeepCounts{.late = true};
                           HM_TRY(const auto kept, findings_where(transaction, "f.rule = $1", {rule.id()}));
                           Comparison comparison(rule, evaluation, last.ok_at);
                           for (const Finding& finding : kept) comparison.compare(finding);
                           comparison.add_new();
                           HM_DO(comparison.write(transaction));
                           HM_DO(write_counts(transaction, rule.id(), evaluation));
                           HM_DO(write_state(transaction, rule.id(), evaluation));
                           return comparison.counts();
                         });
}

Status Keeper::keep_failure(const std::string& rule, const Error& error, Time now) {
  return database_.write("keeping why " + rule + " failed", [&](Transaction& transaction) -> Status {
    HM_TRY([[maybe_unused]] const LastRun last, lock_state(transaction, rule));
    HM_DO(transaction.run("update rule_state set status = 'failed', error = $2, ran_at = $3 where rule = $1",
                          {rule, error.text(), now}));
    transaction.changed("rule", rule);
    return ok();
  });
}

Status Keeper::retire(const std::vector<ActiveRule>& rules, Time now) {
  std::map<std::string, bool> enabled;
  for (const ActiveRule& rule : rules) enabled[rule.id()] = rule.enabled;
  return database_.write("retiring rules", [&](Transaction& transaction) -> Status {
    HM_TRY(const auto known, transaction.all("select rule, ok_at from rule_state", {}, [](const Row& row) {
      return std::pair(row.string(0), row.maybe_time(1).value_or(Time()));
    }));
    std::map<std::string, Time> retired;
    std::set<std::string> names;
    for (const auto& [rule, last_run] : known) {
      const auto found = enabled.find(rule);
      if (found != enabled.end() && found->second) continue;
      retired.emplace(rule, last_run);
      names.insert(rule);
    }
    HM_DO(lock_rules(transaction, names));
    for (const auto& [rule, last_run] : retired)
      HM_DO(retire_one(transaction, rule, enabled.contains(rule) ? "rule_disabled" : "rule_removed", last_run,
                       now));
    return ok();
  });
}

Status Keeper::on_time(Time now) {
  return database_.write("ending snoozes and exceptions", [&](Transaction& transaction) -> Status {
    const Time before = now - kKeepResolved;
    HM_TRY(std::set<std::string> rules, rules_with(transaction, kDue, now));
    HM_TRY(std::set<std::string> others, rules_with(transaction, kOld, before));
    rules.merge(others);
    HM_DO(lock_rules(transaction, rules));
    FindingRows rows(now);
    HM_TRY(const auto due,
           findings_where(transaction, std::string(kDue) + " order by f.id limit 1000", {now}));
    for (const Finding& finding : due) {
      if (!rules.contains(finding.rule)) continue;
      Finding after = finding;
      auto event = rules::on_time(after, now);
      rows.put(&finding, std::move(after), std::move(event));
    }
    HM_DO(rows.write(transaction));
    HM_TRY(const auto old,
           findings_where(transaction, std::string(kOld) + " order by f.id limit 1000", {before}));
    for (const Finding& finding : old) {
      if (!rules.contains(finding.rule)) continue;
      HM_DO(transaction.run("delete from finding_event where finding_id = $1", {finding.number}));
      HM_DO(transaction.run("delete from finding where id = $1", {finding.number}));
      transaction.changed("finding", inventory::resource_id(finding.number));
    }
    return unlock_rules(transaction, rules);
  });
}

Result<Finding> Keeper::decide(const identity::Actor& actor, const Scope& scope, std::string_view id,
                               const Decision& decision) {
  const Time now = database_.clock().now();
  return database_.write("deciding about a finding", [&](Transaction& transaction) -> Result<Finding> {
    const auto none = make_error(ErrorKind::not_found, "not_found", "there is no such finding");
    HM_TRY(const auto named, find_visible(transaction, scope, id));
    if (!named) return none;
    const std::set<std::string> rules = {named->rule};
    HM_DO(lock_rules(transaction, rules));
    HM_TRY(const auto found, find_visible(transaction, scope, id));
    if (!found) return none;
    Finding after = *found;
    HM_TRY(FindingEvent event, rules::decide(after, decision, now));
    JsonObject details{{"rule", found->rule}, {"note", decision.note}};
    if (after.held_until) details["until"] = format_iso(*after.held_until);
    const std::string verb = event.kind == "reopened" ? "reopen" : event.kind;
    FindingRows rows(now);
    rows.put(&*found, after, std::move(event));
    HM_DO(rows.write(transaction));
    HM_DO(identity::record(transaction, now, actor,
                           {"finding." + verb, std::string(id), false, std::move(details)}));
    HM_DO(unlock_rules(transaction, rules));
    return after;
  });
}

}  // namespace hm::rules
