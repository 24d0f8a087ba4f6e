#include "api/finding_json.h"
#include "api/finding_trust.h"
#include "api/route.h"
#include "base/csv.h"
#include "rules/fix.h"
#include "rules/keeper.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_findings(Services& services, const Request& request);
Result<ServerResponse> export_findings(Services& services, const Request& request);
Result<ServerResponse> get_finding(Services& services, const Request& request);
Result<ServerResponse> acknowledge(Services& services, const Request& request);
Result<ServerResponse> snooze(Services& services, const Request& request);
Result<ServerResponse> except(Services& services, const Request& request);
Result<ServerResponse> reopen(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/findings", Access::viewer, list_findings},
    {"GET", "/api/v1/findings/export", Access::viewer, export_findings},
    {"GET", "/api/v1/findings/{id}", Access::viewer, get_finding},
    {"POST", "/api/v1/findings/{id}/acknowledge", Access::operator_, acknowledge},
    {"POST", "/api/v1/findings/{id}/snooze", Access::operator_, snooze},
    {"POST", "/api/v1/findings/{id}/except", Access::operator_, except},
    {"POST", "/api/v1/findings/{id}/reopen", Access::operator_, reopen},
};

constexpr size_t kFacetValues = 50;
constexpr int kMostFacetValues = 10'000;  // that are counted at all
constexpr int kExportPage = 1000;

struct SortName {
  std::string_view name;
  rules::FindingSort sort;
};
constexpr SortName kSorts[] = {{"severity", rules::FindingSort::severity},
                               {"opened_at", rules::FindingSort::opened_at},
                               {"rule", rules::FindingSort::rule},
                               {"account", rules::FindingSort::account}};

Result<rules::FindingQuery> query_of(const Request& request) {
  rules::FindingQuery query;
  HM_TRY(query.filter, finding_filter(request));
  HM_TRY(query.limit, limit_of(request));
  query.cursor = request.param("cursor");
  const std::string_view order = request.param("order", "desc");
  if (order != "asc" && order != "desc") return invalid("order", "order is asc or desc");
  query.descending = order == "desc";
  const std::string_view sort = request.param("sort", "severity");
  for (const SortName& known : kSorts) {
    if (known.name != sort) continue;
    query.sort = known.sort;
    return query;
  }
  return invalid("sort", "sort is severity, opened_at, rule or account");
}

Result<JsonArray> facets_of(Services& services, const identity::Scope& scope,
                            const rules::FindingFilter& filter, const FindingNames& names) {
  struct Wanted {
    rules::FindingFacet facet;
    std::string_view key, title;
  };
  static constexpr Wanted kWanted[] = {{rules::FindingFacet::state, "state", "State"},
                                       {rules::FindingFacet::severity, "severity", "Severity"},
                                       {rules::FindingFacet::category, "category", "Category"},
                                       {rules::FindingFacet::rule, "rule", "Rule"},
                                       {rules::FindingFacet::account, "account", "Account"}};
  JsonArray facets;
  for (const Wanted& wanted : kWanted) {
    HM_TRY(const auto counts,
           rules::count_findings(services.database, scope, filter, wanted.facet, kMostFacetValues));
    JsonArray values;
    for (const auto& count : counts) {
      if (values.size() == kFacetValues) break;
      std::string title = count.value;
      const auto rule = names.rules.find(count.value);
      if (wanted.facet == rules::FindingFacet::rule && rule != names.rules.end())
        title = rule->second.rule->title;
      if (wanted.facet == rules::FindingFacet::account)
        title = names.resources.accounts.contains(count.value) ? names.resources.accounts.at(count.value)
                                                               : count.value;
      values.push_back(JsonObject{{"value", count.value}, {"title", title}, {"count", count.count}});
    }
    const auto more = static_cast<int64_t>(counts.size() - values.size());
    facets.push_back(JsonObject{
        {"key", wanted.key}, {"title", wanted.title}, {"values", std::move(values)}, {"more", more}});
  }
  return facets;
}

Result<ServerResponse> list_findings(Services& services, const Request& request) {
  HM_TRY(const auto query, query_of(request));
  HM_TRY(const auto names, finding_names(services));
  const identity::Scope scope = scope_of(request);
  HM_DO(check_rules(services, scope, query.filter, names));
  HM_TRY(const auto page, rules::list_findings(services.database, scope, query));
  HM_TRY(auto trust, finding_trust(services, scope, query.filter, names));
  JsonArray items;
  for (const auto& listed : page.items) items.push_back(finding_json(listed, names));
  JsonArray facets;
  if (request.param("facets") == "true") {
    HM_TRY(facets, facets_of(services, scope, query.filter, names));
  }
  return json_answer(JsonObject{{"items", std::move(items)},
                                {"total", page.total},
                                {"next_cursor", text_or_null(page.next_cursor)},
                                {"as_of", time_or_null(trust.as_of)},
                                {"unknown", std::move(trust.unknown)},
                                {"facets", std::move(facets)}});
}

const std::vector<std::string> kColumns = {
    "id",        "severity",    "state",      "category",     "rule",   "title",      "reason",
    "unknown",   "saving_usd",  "account_id", "account_name", "region", "first_seen", "last_seen",
    "opened_at", "resolved_at", "resolution", "held_until",   "note",   "actor"};

std::string csv_line(const JsonObject& finding) {
  std::vector<std::string> cells;
  for (const std::string& column : kColumns) {
    const Json& value = finding.at(column);
    cells.push_back(value.is_null() ? "" : value.is_string() ? std::string(as_text(value)) : to_json(value));
  }
  for (const char* column : {"type", "name", "key", "arn"})
    cells.emplace_back(member_text(finding.at("resource"), column));
  return csv_row(cells);
}

// One page a call, until the end.
class Pages {
 public:
  Pages(Services& services, identity::Scope scope, rules::FindingQuery query, FindingNames names, bool csv)
      : services_(services),
        scope_(std::move(scope)),
        query_(std::move(query)),
        names_(std::move(names)),
        csv_(csv) {}

  Result<std::string> next() {
    if (ended_) return std::string();
    std::string piece = first_ ? head() : "";
    HM_TRY(const auto page, rules::list_findings(services_.database, scope_, query_));
    for (const auto& listed : page.items) {
      const JsonObject item = finding_json(listed, names_);
      piece += csv_ ? csv_line(item) : (first_ ? "\n" : ",\n") + to_json(item);
      first_ = false;
    }
    first_ = false;
    query_.cursor = page.next_cursor;
    ended_ = page.next_cursor.empty();
    if (ended_ && !csv_) piece += "\n]\n";
    return piece;
  }

 private:
  std::string head() const {
    if (!csv_) return "[";
    std::vector<std::string> columns = kColumns;
    for (const char* column : {"resource_type", "resource_name", "resource_key", "resource_arn"})
      columns.emplace_back(column);
    return csv_row(columns);
  }

  Services& services_;
  const identity::Scope scope_;
  rules::FindingQuery query_;
  const FindingNames names_;
  const bool csv_;
  bool first_ = true;
  bool ended_ = false;
};

Result<ServerResponse> export_findings(Services& services, const Request& request) {
  const std::string_view format = request.param("format", "csv");
  if (format != "csv" && format != "json") return invalid("format", "format is csv or json");
  HM_TRY(auto query, query_of(request));
  query.limit = kExportPage;
  HM_TRY(auto names, finding_names(services));
  HM_DO(check_rules(services, scope_of(request), query.filter, names));
  // Shared, since a body source is copied.
  auto pages = std::make_shared<Pages>(services, scope_of(request), std::move(query), std::move(names),
                                       format == "csv");
  HM_TRY(std::string first, pages->next());
  ServerResponse response;
  response.headers.add("Content-Type", format == "csv" ? "text/csv; charset=utf-8" : "application/json");
  response.headers.add("Content-Disposition",
                       "attachment; filename=\"findings." + std::string(format) + "\"");
  response.body = BodySource([pages, first = std::move(first)]() mutable -> Result<std::string> {
    if (!first.empty()) return std::exchange(first, std::string());
    return pages->next();
  });
  return response;
}

Result<ServerResponse> one_finding(Services& services, const Request& request) {
  HM_TRY(const auto detail, rules::get_finding(services.database, request.principal.scope, request.path[0]));
  HM_TRY(const auto names, finding_names(services));
  JsonObject answer = finding_json(detail.listed, names);
  const auto rule = names.rules.find(detail.listed.finding.rule);
  const bool known = rule != names.rules.end();
  const auto fix = rules::fill_fix(known ? rule->second.rule->fix : catalog::RuleFix(), detail.listed);
  answer["description"] = known ? Json(rule->second.rule->description) : Json(nullptr);
  answer["fix"] = JsonObject{{"console", text_or_null(fix.console)},
                             {"cli", text_or_null(fix.cli)},
                             {"terraform", text_or_null(fix.terraform)}};
  JsonArray history;
  for (const auto& past : detail.events) history.push_back(finding_event_json(past));
  answer["history"] = std::move(history);
  return json_answer(answer);
}

Result<ServerResponse> get_finding(Services& services, const Request& request) {
  return one_finding(services, request);
}

Result<ServerResponse> decide(Services& services, const Request& request, rules::State state,
                              std::string_view note, bool timed) {
  if (timed) {
    HM_DO(only_members(request.body, {note, "until"}));
  } else {
    HM_DO(only_members(request.body, {note}));
  }
  rules::Decision decision;
  decision.state = state;
  decision.actor = request.principal.name;
  HM_TRY(const auto said, maybe_text(request.body, note));
  decision.note = said.value_or(std::string());
  if (timed) {
    HM_TRY(const std::string until, need_text(request.body, "until"));
    auto time = parse_iso(until);
    if (!time) return invalid("until", "\"until\" is a time such as 2026-01-31T12:00:00Z");
    decision.until = *time;
  }
  HM_TRY([[maybe_unused]] const auto decided,
         rules::Keeper(services.database)
             .decide(request.principal.actor(), request.principal.scope, request.path[0], decision));
  return one_finding(services, request);
}

Result<ServerResponse> acknowledge(Services& services, const Request& request) {
  return decide(services, request, rules::State::acknowledged, "note", false);
}
Result<ServerResponse> snooze(Services& services, const Request& request) {
  return decide(services, request, rules::State::snoozed, "note", true);
}
Result<ServerResponse> except(Services& services, const Request& request) {
  return decide(services, request, rules::State::excepted, "reason", true);
}
Result<ServerResponse> reopen(Services& services, const Request& request) {
  return decide(services, request, rules::State::open, "note", false);
}

}  // namespace

std::span<const Route> finding_routes() { return kRoutes; }

}  // namespace hm::api
