#include "api/finding_json.h"

#include <algorithm>

#include "api/answer.h"
#include "api/coverage_numbers.h"

namespace hm::api {

namespace {

constexpr size_t kReasons = 20;

std::vector<std::string> values_of(std::string_view text) {
  std::vector<std::string> values;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    if (!one.empty()) values.emplace_back(one);
    text.remove_prefix(std::min(one.size() + 1, text.size()));
  }
  return values;
}

template <class Known>
Status check_values(std::string_view field, const std::vector<std::string>& values, Known known,
                    const char* what) {
  for (const std::string& value : values)
    if (!known(value)) return invalid(field, std::string(field) + " is " + what);
  return ok();
}

JsonArray texts_json(const std::vector<std::string>& texts) {
  JsonArray list;
  for (const std::string& text : texts) list.emplace_back(text);
  return list;
}

std::string_view reach_name(catalog::Reach reach) {
  switch (reach) {
    case catalog::Reach::region:
      return "region";
    case catalog::Reach::account:
      return "account";
    case catalog::Reach::everything:
      return "everything";
  }
  return "region";
}

}  // namespace

JsonArray reasons_json(std::vector<rules::CountedDoubt> doubts) {
  std::stable_sort(doubts.begin(), doubts.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  JsonArray reasons;
  for (const auto& doubt : doubts) {
    if (reasons.size() == kReasons) break;
    reasons.push_back(JsonObject{{"code", doubt.code}, {"reason", doubt.reason}, {"count", doubt.count}});
  }
  return reasons;
}

Result<FindingNames> finding_names(Services& services) {
  HM_TRY(auto resources, resource_names(services));
  HM_TRY(auto rules, services.rules.rules());
  FindingNames names{std::move(resources), {}};
  for (auto& rule : rules) {
    std::string id = rule.id();
    names.rules.emplace(std::move(id), std::move(rule));
  }
  return names;
}

JsonObject finding_json(const rules::ListedFinding& listed, const FindingNames& names) {
  const rules::Finding& finding = listed.finding;
  const auto rule = names.rules.find(finding.rule);
  auto evidence = parse_json(finding.evidence);
  const bool unknown = finding.outcome == rules::Outcome::unknown && finding.state != rules::State::resolved;
  return JsonObject{
      {"id", listed.id},
      {"rule", finding.rule},
      {"title", rule == names.rules.end() ? finding.rule : rule->second.rule->title},
      {"category", finding.category},
      {"severity", to_string(finding.severity)},
      {"state", to_string(finding.state)},
      {"reason", finding.reason},
      {"unknown", unknown ? Json(finding.doubt) : Json(nullptr)},
      {"saving_usd", finding.saving_usd ? Json(*finding.saving_usd) : Json(nullptr)},
      {"evidence", evidence && evidence->is_object() ? std::move(*evidence) : Json(JsonObject{})},
      {"resource", JsonObject{{"id", listed.resource_id},
                              {"type", finding.type},
                              {"type_title", type_title(names.resources.services, finding.type)},
                              {"name", listed.resource_name},
                              {"key", listed.resource_key},
                              {"arn", listed.resource_arn},
                              {"gone", listed.resource_gone}}},
      {"account_id", finding.account_id},
      {"account_name", name_of(names.resources.accounts, finding.account_id)},
      {"region", finding.region},
      {"first_seen", format_iso(finding.first_seen)},
      {"last_seen", format_iso(finding.last_seen)},
      {"opened_at", time_or_null(finding.opened_at)},
      {"resolved_at", time_or_null(finding.resolved_at)},
      {"resolution", text_or_null(finding.resolution)},
      {"held_until", time_or_null(finding.held_until)},
      {"note", text_or_null(finding.note)},
      {"actor", text_or_null(finding.actor)}};
}

Json finding_event_json(const rules::PastEvent& past) {
  return JsonObject{{"at", format_iso(past.at)},
                    {"kind", past.event.kind},
                    {"actor", past.event.actor},
                    {"note", text_or_null(past.event.note)},
                    {"until", time_or_null(past.event.until)}};
}

JsonObject rule_json(const rules::ActiveRule& active, const rules::RuleStatus* status) {
  const catalog::Rule& rule = *active.rule;
  JsonArray parameters;
  for (const auto& parameter : rule.parameters) {
    const auto* value = active.parameters.if_contains(parameter.name);
    parameters.push_back(JsonObject{{"name", parameter.name},
                                    {"type", to_string(parameter.type)},
                                    {"value", value == nullptr ? Json(nullptr) : *value},
                                    {"default", parameter.otherwise},
                                    {"description", parameter.description}});
  }
  const bool failed = status != nullptr && status->status == "failed";
  const auto& counts = status == nullptr ? std::nullopt : status->counts;
  return JsonObject{
      {"id", rule.id},
      {"category", rule.category},
      {"title", rule.title},
      {"severity", to_string(active.severity)},
      {"description", rule.description},
      {"resources", texts_json(rule.resources)},
      {"reach", reach_name(rule.reach)},
      {"needs", texts_json(rule.needs)},
      {"parameters", std::move(parameters)},
      {"sql", rule.sql},
      {"for_seconds", rule.hold.count()},
      {"fix", JsonObject{{"console", text_or_null(rule.fix.console)},
                         {"cli", text_or_null(rule.fix.cli)},
                         {"terraform", text_or_null(rule.fix.terraform)}}},
      {"controls", texts_json(rule.controls)},
      {"enabled", active.enabled},
      {"author", text_or_null(active.author)},
      {"status", !active.enabled     ? "disabled"
                 : failed            ? "failed"
                 : status == nullptr ? "never_run"
                                     : "ok"},
      {"error", failed ? Json(status->error) : text_or_null(active.problem)},
      {"ran_at", status == nullptr ? Json(nullptr) : Json(format_iso(status->ran_at))},
      {"ok_at", status == nullptr ? Json(nullptr) : time_or_null(status->ok_at)},
      {"duration_ms",
       status == nullptr ? Json(nullptr) : Json(static_cast<double>(status->duration.count()) / 1000)},
      {"truncated", status != nullptr && status->truncated},
      {"counts", counts ? Json(JsonObject{{"found", counts->found},
                                          {"passed", counts->passed},
                                          {"unknown", counts->unknown},
                                          {"gaps", counts->gaps}})
                        : Json(nullptr)},
      {"unknown_reasons", status == nullptr ? JsonArray() : reasons_json(status->doubts)}};
}

Result<rules::FindingFilter> finding_filter(const Request& request) {
  rules::FindingFilter filter;
  filter.states = values_of(request.param("state", "open"));
  filter.severities = values_of(request.param("severity"));
  filter.categories = values_of(request.param("category"));
  filter.rules = values_of(request.param("rule"));
  filter.accounts = values_of(request.param("account"));
  filter.types = values_of(request.param("type"));
  filter.resource = request.param("resource");
  filter.word = request.param("word");
  if (request.param("unknown") == "true") filter.outcomes = {"unknown"};
  for (const auto& [field, values] :
       {std::pair("state", &filter.states), std::pair("severity", &filter.severities),
        std::pair("category", &filter.categories), std::pair("rule", &filter.rules),
        std::pair("account", &filter.accounts), std::pair("type", &filter.types)}) {
    if (values->size() > rules::kMostFilterValues)
      return invalid(field, "a condition has at most 200 values");
  }
  HM_DO(check_values(
      "state", filter.states, [](const auto& text) { return rules::state_from(text).has_value(); },
      "pending, open, acknowledged, snoozed, excepted or resolved"));
  HM_DO(check_values(
      "severity", filter.severities,
      [](const auto& text) { return catalog::severity_from(text).has_value(); },
      "critical, high, medium, low or info"));
  return filter;
}

}  // namespace hm::api
