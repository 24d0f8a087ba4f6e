#include <algorithm>

#include "api/iam_policy.h"
#include "api/role_documents.h"
#include "api/route.h"
#include "base/crypto.h"
#include "catalog/iam_policy.h"
#include "collect/event_queue.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_connect(Services& services, const Request& request);
Result<ServerResponse> get_iam_policy(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/connect", Access::admin, get_connect},
    {"GET", "/api/v1/iam-policy", Access::viewer, get_iam_policy},
};

bool reads_metrics(const Services& services) {
  return std::none_of(services.settings.begin(), services.settings.end(), [](const Setting& setting) {
    return setting.name == "metrics" && setting.value == "false";
  });
}

Result<ServerResponse> get_connect(Services& services, const Request&) {
  const std::string external_id = random_uuid();
  JsonArray unknown;
  Json principal = nullptr;
  // Stands in the documents until a person fills it in; a wrong guess would trust a stranger.
  std::string trusted = "FILL-IN-THE-ARN-THAT-HOSTMASTER-RUNS-AS";
  auto arn = services.own_arn ? services.own_arn()
                              : Result<std::string>(make_error(ErrorKind::unavailable, "no_collector",
                                                               "this process does not call AWS"));
  if (arn) {
    trusted = principal_of(*arn);
    principal = trusted;
  } else {
    unknown.push_back(JsonObject{{"what", "principal"},
                                 {"reason", arn.error().message},
                                 {"code", arn.error().code},
                                 {"since", nullptr}});
  }
  const Json trust = trust_policy(trusted, external_id);
  const auto policies = iam_policies(*services.catalog, reads_metrics(services));
  return json_answer(JsonObject{{"external_id", external_id},
                                {"role_name", kRoleName},
                                {"principal", std::move(principal)},
                                {"trust_policy", trust},
                                {"policies", JsonArray(policies.begin(), policies.end())},
                                {"commands", role_commands(trust, policies)},
                                {"cloudformation", role_cloudformation(trust, policies)},
                                {"terraform", role_terraform(trust, policies)},
                                {"unknown", std::move(unknown)}});
}

// The queues of events that are read, as far as the caller may see whose they are. One whose address does not
// say its region is a simulator's.
Result<std::vector<std::string>> queue_arns(Services& services, const identity::Scope& scope) {
  HM_TRY(const auto accounts, services.accounts.list());
  std::vector<std::string> arns;
  for (const auto& account : accounts) {
    if (!account.enabled || !scope.allows_account(account.account_id)) continue;
    for (const std::string& url : account.event_queues)
      if (const auto queue = collect::queue_address(url); queue && !queue->region.empty())
        arns.push_back(collect::queue_arn(*queue));
  }
  return arns;
}

Result<ServerResponse> get_iam_policy(Services& services, const Request& request) {
  HM_TRY(const auto arns, queue_arns(services, request.principal.scope));
  JsonArray permissions;
  for (const auto& [action, types] : needed_permissions(*services.catalog, reads_metrics(services))) {
    JsonArray names;
    for (const std::string& type : types) names.emplace_back(type);
    permissions.push_back(JsonObject{{"action", action}, {"types", std::move(names)}});
  }
  auto policies = iam_policies(*services.catalog, reads_metrics(services));
  if (!arns.empty()) policies.push_back(catalog::event_policy(arns));
  return json_answer(JsonObject{{"policies", JsonArray(policies.begin(), policies.end())},
                                {"permissions", std::move(permissions)}});
}

}  // namespace

std::span<const Route> connect_routes() { return kRoutes; }

}  // namespace hm::api
