#include "api/coverage_numbers.h"
#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_accounts(Services& services, const Request& request);
Result<ServerResponse> get_account(Services& services, const Request& request);
Result<ServerResponse> add_account(Services& services, const Request& request);
Result<ServerResponse> test_account(Services& services, const Request& request);
Result<ServerResponse> change_account(Services& services, const Request& request);
Result<ServerResponse> remove_account(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/accounts", Access::viewer, list_accounts},
    {"POST", "/api/v1/accounts", Access::admin, add_account},
    {"POST", "/api/v1/accounts/test", Access::admin, test_account},
    {"GET", "/api/v1/accounts/{account_id}", Access::viewer, get_account},
    {"PATCH", "/api/v1/accounts/{account_id}", Access::admin, change_account},
    {"DELETE", "/api/v1/accounts/{account_id}", Access::admin, remove_account},
};

std::string_view state_of(const KnownAccount& account) {
  if (!account.entry.closed.empty()) return "closed";
  if (!account.entry.enabled) return "disabled";
  if (account.trouble) return "failing";
  if (account.counts.swept() == 0) return "pending";
  if (account.counts.not_ok() == 0) return account.counts.pending == 0 ? "ok" : "partial";
  return account.counts.ok == 0 ? "failing" : "partial";
}

// By account id; null where all is well.
using Problems = std::map<std::string, Json>;

Result<Problems> problems_of(Services& services, const identity::Scope& scope) {
  HM_TRY(const auto sweeps, inventory::first_problems(services.database, scope));
  Problems problems;
  for (const auto& sweep : sweeps) problems.emplace(sweep.place.account_id, problem_json(sweep));
  return problems;
}

Json account_json(const KnownAccount& account, const Problems& problems, bool admin) {
  const AccountEntry& entry = account.entry;
  JsonArray regions;
  for (const std::string& region : entry.regions) regions.emplace_back(region);
  JsonArray queues;
  for (const std::string& url : entry.event_queues) queues.emplace_back(url);
  Json problem = account.trouble ? problem_json(*account.trouble) : Json(nullptr);
  if (const auto found = problems.find(entry.account_id); problem.is_null() && found != problems.end())
    problem = found->second;
  return JsonObject{{"account_id", entry.account_id},
                    {"name", entry.name.empty() ? entry.account_id : entry.name},
                    {"source", to_string(entry.source)},
                    {"role_arn", text_or_null(entry.role_arn)},
                    {"external_id", admin ? text_or_null(entry.external_id) : Json(nullptr)},
                    {"regions", std::move(regions)},
                    {"event_queues", std::move(queues)},
                    {"enabled", entry.enabled},
                    {"state", state_of(account)},
                    {"closed", text_or_null(entry.closed)},
                    {"problem", std::move(problem)},
                    {"resources", account.resources ? Json(*account.resources) : Json(nullptr)},
                    {"swept_at", time_or_null(account.counts.oldest)},
                    {"counts", account.counts.json()}};
}

Result<Json> one_account(Services& services, const Request& request, const std::string& id) {
  HM_TRY(const auto accounts, known_accounts(services, request.principal.scope));
  HM_TRY(const auto problems, problems_of(services, request.principal.scope));
  for (const auto& account : accounts) {
    if (account.entry.account_id == id) {
      return account_json(account, problems, request.principal.role == identity::Role::admin);
    }
  }
  return make_error(ErrorKind::not_found, "no_such_account", "there is no account " + id);
}

// What lies outside an administrator's scope does not exist for them either.
Status in_scope(const Request& request, const std::string& id) {
  if (request.principal.scope.allows_account(id)) return ok();
  return make_error(ErrorKind::not_found, "no_such_account", "there is no account " + id);
}

Result<AccountEntry> entry_of(const Request& request) {
  HM_DO(only_members(request.body, {"name", "role_arn", "external_id", "regions", "event_queues"}));
  AccountEntry entry;
  HM_TRY(entry.role_arn, need_text(request.body, "role_arn"));
  HM_TRY(entry.external_id, need_text(request.body, "external_id"));
  HM_TRY(const auto name, maybe_text(request.body, "name"));
  HM_TRY(const auto regions, maybe_list(request.body, "regions"));
  HM_TRY(const auto queues, maybe_list(request.body, "event_queues"));
  HM_TRY(entry.account_id, account_of_role(entry.role_arn));
  entry.source = AccountSource::api;
  entry.name = name.value_or(std::string());
  entry.regions = regions.value_or(std::vector<std::string>());
  entry.event_queues = queues.value_or(std::vector<std::string>());
  HM_DO(in_scope(request, entry.account_id));
  return entry;
}

Result<ServerResponse> list_accounts(Services& services, const Request& request) {
  HM_TRY(const auto accounts, known_accounts(services, request.principal.scope));
  HM_TRY(const auto problems, problems_of(services, request.principal.scope));
  JsonArray items;
  for (const auto& account : accounts) {
    items.push_back(account_json(account, problems, request.principal.role == identity::Role::admin));
  }
  return json_answer(JsonObject{{"items", std::move(items)}});
}

Result<ServerResponse> get_account(Services& services, const Request& request) {
  HM_TRY(const Json account, one_account(services, request, request.path[0]));
  return json_answer(account);
}

Result<ServerResponse> add_account(Services& services, const Request& request) {
  HM_TRY(AccountEntry entry, entry_of(request));
  HM_TRY(const auto added, services.accounts.add(request.principal.actor(), std::move(entry)));
  // The account is kept whether or not a scan can start now; the next round reads it in any case.
  if (services.start_scan) static_cast<void>(services.start_scan({added.account_id}).has_value());
  HM_TRY(const Json account, one_account(services, request, added.account_id));
  return json_answer(account, 201);
}

Result<ServerResponse> test_account(Services& services, const Request& request) {
  HM_TRY(const AccountEntry entry, entry_of(request));
  HM_DO(services.accounts.check_queues(entry.account_id, entry.event_queues));
  if (!services.try_account) {
    return make_error(ErrorKind::unavailable, "no_collector", "this process does not run the role collect");
  }
  auto trial = services.try_account(entry);
  if (trial) {
    return json_answer(JsonObject{
        {"ok", true}, {"account_id", trial->account_id}, {"arn", trial->arn}, {"problem", nullptr}});
  }
  const Error& error = trial.error();
  const auto note = [&](const std::string& name) {
    const auto found = error.notes.find(name);
    return found == error.notes.end() ? Json(nullptr) : Json(found->second);
  };
  return json_answer(JsonObject{{"ok", false},
                                {"account_id", nullptr},
                                {"arn", nullptr},
                                {"problem", JsonObject{{"code", error.code},
                                                       {"message", error.message},
                                                       {"operation", note("operation")},
                                                       {"permission", note("missing_permission")},
                                                       {"request_id", note("request_id")}}}});
}

Result<ServerResponse> change_account(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"name", "regions", "event_queues", "enabled"}));
  HM_DO(in_scope(request, request.path[0]));
  AccountChange change;
  HM_TRY(change.name, maybe_text(request.body, "name"));
  HM_TRY(change.regions, maybe_list(request.body, "regions"));
  HM_TRY(change.event_queues, maybe_list(request.body, "event_queues"));
  HM_TRY(change.enabled, maybe_flag(request.body, "enabled"));
  HM_TRY(const auto changed, services.accounts.change(request.principal.actor(), request.path[0], change));
  HM_TRY(const Json account, one_account(services, request, changed.account_id));
  return json_answer(account);
}

Result<ServerResponse> remove_account(Services& services, const Request& request) {
  HM_DO(in_scope(request, request.path[0]));
  HM_DO(services.accounts.remove(request.principal.actor(), request.path[0]));
  return no_content();
}

}  // namespace

std::span<const Route> account_routes() { return kRoutes; }

}  // namespace hm::api
