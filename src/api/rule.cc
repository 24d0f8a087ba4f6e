#include <algorithm>

#include "api/finding_json.h"
#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_rules(Services& services, const Request& request);
Result<ServerResponse> get_rule(Services& services, const Request& request);
Result<ServerResponse> add_rule(Services& services, const Request& request);
Result<ServerResponse> change_rule(Services& services, const Request& request);
Result<ServerResponse> remove_rule(Services& services, const Request& request);
Result<ServerResponse> test_rule(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/rules", Access::viewer, list_rules},
    {"POST", "/api/v1/rules", Access::admin, add_rule},
    {"POST", "/api/v1/rules/test", Access::admin, test_rule},
    {"GET", "/api/v1/rules/{id}", Access::viewer, get_rule},
    {"PUT", "/api/v1/rules/{id}", Access::admin, change_rule},
    {"DELETE", "/api/v1/rules/{id}", Access::admin, remove_rule},
};

// Rows that a trial shows; the counts are of all.
constexpr size_t kTrialRows = 100;

struct Draft {
  std::string id, category;
  Json document;
};

// The body is what the rule's file would say, with its place beside it.
Result<Draft> draft_of(const Request& request) {
  if (!request.body.is_object())
    return make_error(ErrorKind::invalid, "invalid", "the body is a JSON object");
  Draft draft;
  HM_TRY(draft.category, need_text(request.body, "category"));
  if (!request.path.empty()) {
    draft.id = request.path[0];
  } else {
    HM_TRY(draft.id, need_text(request.body, "id"));
  }
  JsonObject document = request.body.get_object();
  document.erase("id");
  document.erase("category");
  draft.document = std::move(document);
  return draft;
}

Result<Json> one_rule(Services& services, const Request& request, const std::string& id) {
  HM_TRY(const auto rule, services.rules.find(id));
  HM_TRY(const auto statuses, rules::rule_statuses(services.database, scope_of(request)));
  const auto status = statuses.find(id);
  return Json(rule_json(rule, status == statuses.end() ? nullptr : &status->second));
}

Result<ServerResponse> list_rules(Services& services, const Request& request) {
  HM_TRY(const auto all, services.rules.rules());
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto statuses, rules::rule_statuses(services.database, scope));
  JsonArray items;
  for (const auto& rule : all) {
    const auto status = statuses.find(rule.id());
    items.push_back(rule_json(rule, status == statuses.end() ? nullptr : &status->second));
  }
  return json_answer(JsonObject{{"items", std::move(items)}});
}

Result<ServerResponse> get_rule(Services& services, const Request& request) {
  HM_TRY(const Json rule, one_rule(services, request, request.path[0]));
  return json_answer(rule);
}

Result<ServerResponse> add_rule(Services& services, const Request& request) {
  HM_TRY(const Draft draft, draft_of(request));
  HM_TRY([[maybe_unused]] const auto saved,
         services.rules.save(request.principal, draft.id, draft.category, draft.document, false));
  HM_TRY(const Json rule, one_rule(services, request, draft.id));
  return json_answer(rule, 201);
}

Result<ServerResponse> change_rule(Services& services, const Request& request) {
  HM_TRY(const Draft draft, draft_of(request));
  HM_TRY([[maybe_unused]] const auto saved,
         services.rules.save(request.principal, draft.id, draft.category, draft.document, true));
  HM_TRY(const Json rule, one_rule(services, request, draft.id));
  return json_answer(rule);
}

Result<ServerResponse> remove_rule(Services& services, const Request& request) {
  HM_DO(services.rules.remove(request.principal, request.path[0]));
  return no_content();
}

// What the rule would find now within the scope of the one who asks; nothing of it is kept.
Result<ServerResponse> test_rule(Services& services, const Request& request) {
  if (!services.try_rule)
    return make_error(ErrorKind::unavailable, "no_query", "this process has no query database");
  HM_TRY(const Draft draft, draft_of(request));
  HM_TRY(const auto rule, services.rules.draft(request.principal, draft.id, draft.category, draft.document));
  HM_TRY(const auto evaluation, services.try_rule(rule));
  int64_t passed = 0;
  for (const auto& [place, count] : evaluation.counts) passed += count.passed;
  std::vector<const rules::Found*> found;
  for (const auto& [id, one] : evaluation.found) found.push_back(&one);
  std::sort(found.begin(), found.end(), [](const rules::Found* a, const rules::Found* b) {
    return std::pair(b->severity, a->resource_id) < std::pair(a->severity, b->resource_id);
  });
  JsonArray items;
  for (const rules::Found* one : found) {
    if (items.size() == kTrialRows) break;
    items.push_back(JsonObject{{"resource_id", one->resource_id},
                               {"severity", to_string(one->severity)},
                               {"reason", one->reason},
                               {"saving_usd", one->saving_usd ? Json(*one->saving_usd) : Json(nullptr)},
                               {"evidence", one->evidence}});
  }
  return json_answer(JsonObject{{"items", std::move(items)},
                                {"found", static_cast<int64_t>(evaluation.found.size())},
                                {"passed", passed},
                                {"unknown", static_cast<int64_t>(evaluation.unknown.size())},
                                {"truncated", evaluation.truncated}});
}

}  // namespace

std::span<const Route> rule_routes() { return kRoutes; }

}  // namespace hm::api
