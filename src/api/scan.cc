#include <algorithm>

#include "api/coverage_numbers.h"
#include "api/route.h"
#include "api/scan_json.h"
#include "identity/audit.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_scan(Services& services, const Request& request);
Result<ServerResponse> start_scan(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/scan", Access::viewer, get_scan},
    {"POST", "/api/v1/scan", Access::operator_, start_scan},
};

Error no_collector() {
  return make_error(ErrorKind::unavailable, "no_collector", "this process does not run the role collect");
}

Result<ServerResponse> get_scan(Services& services, const Request& request) {
  if (!services.scan_progress) return no_collector();
  return json_answer(scan_json(services.scan_progress(), request.principal.scope));
}

Status check_accounts(Services& services, const identity::Scope& scope, const std::vector<std::string>& ids) {
  HM_TRY(const auto known, known_accounts(services, scope));
  for (const std::string& id : ids) {
    const bool found = std::any_of(known.begin(), known.end(), [&](const KnownAccount& account) {
      return account.entry.account_id == id;
    });
    if (!found) return make_error(ErrorKind::not_found, "no_such_account", "there is no account " + id);
  }
  return ok();
}

Result<ServerResponse> start_scan(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"accounts"}));
  if (!services.start_scan) return no_collector();
  HM_TRY(auto asked, maybe_list(request.body, "accounts"));
  const identity::Scope& scope = request.principal.scope;
  if (scope.regions)
    return make_error(ErrorKind::denied, "forbidden",
                      "a scan reads an account in all regions, and your scope is of some");
  std::vector<std::string> accounts = asked.value_or(std::vector<std::string>());
  HM_DO(check_accounts(services, scope, accounts));
  if (accounts.empty() && scope.accounts) accounts.assign(scope.accounts->begin(), scope.accounts->end());
  if (accounts.empty() && scope.accounts)
    return json_answer(scan_json(services.scan_progress(), request.principal.scope), 202);
  HM_DO(services.database.write("starting a scan", [&](store::Transaction& transaction) {
    JsonArray list;
    for (const std::string& id : accounts) list.emplace_back(id);
    return identity::record(
        transaction, services.clock.now(), request.principal.actor(),
        {.action = "scan.start", .target = "scan", .details = {{"accounts", std::move(list)}}});
  }));
  HM_DO(services.start_scan(accounts));
  return json_answer(scan_json(services.scan_progress(), request.principal.scope), 202);
}

}  // namespace

Json scan_json(const ScanProgress& scan, const identity::Scope& scope) {
  const auto number = [&](std::optional<int64_t> value) {
    return value && scope.unlimited() ? Json(*value) : Json(nullptr);
  };
  return JsonObject{{"running", scan.running},
                    {"started_at", time_or_null(scan.started_at)},
                    {"ended_at", time_or_null(scan.ended_at)},
                    {"done", number(scan.done)},
                    {"total", number(scan.total)},
                    {"ok", number(scan.ok)},
                    {"not_ok", number(scan.not_ok)},
                    {"calls", number(scan.calls)},
                    {"resources", number(scan.resources)},
                    {"next_at", time_or_null(scan.next_at)}};
}

std::span<const Route> scan_routes() { return kRoutes; }

}  // namespace hm::api
