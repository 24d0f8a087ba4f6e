#include <algorithm>
#include <set>

#include "api/coverage_numbers.h"
#include "api/route.h"
#include "api/trust_json.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_quotas(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/quotas", Access::viewer, list_quotas},
};

// From here on a quota is said to be nearly used up, as Trusted Advisor says it of service limits.
constexpr double kNear = 0.8;

Json number_or_null(const std::optional<double>& number) { return number ? Json(*number) : Json(nullptr); }

Json quota_json(const inventory::QuotaUse& quota, const std::map<std::string, std::string>& names) {
  const auto share = quota.share();
  return JsonObject{{"account_id", quota.account_id},
                    {"account_name", name_of(names, quota.account_id)},
                    {"region", quota.region},
                    {"service_code", quota.service_code},
                    {"service_name", text_or_null(quota.service_name)},
                    {"quota_code", quota.quota_code},
                    {"quota_name", text_or_null(quota.quota_name)},
                    {"resource_id", quota.resource_id},
                    {"unit", text_or_null(quota.unit)},
                    {"adjustable", quota.adjustable ? Json(*quota.adjustable) : Json(nullptr)},
                    {"value", number_or_null(quota.value)},
                    {"counts", text_or_null(quota.counts)},
                    {"used", number_or_null(quota.used)},
                    {"fullest", text_or_null(quota.fullest)},
                    {"used_percent", share ? Json(*share * 100) : Json(nullptr)},
                    {"unknown", text_or_null(quota.unknown)}};
}

struct Tally {
  int64_t total = 0, near = 0, counted = 0, unknown = 0;
  std::set<std::string> services;

  void add(const inventory::QuotaUse& quota) {
    ++total;
    const auto share = quota.share();
    if (share && *share >= kNear) ++near;
    if (quota.used) ++counted;
    if (!quota.unknown.empty()) ++unknown;
    services.insert(quota.service_code);
  }

  Json json() const {
    JsonArray codes;
    for (const auto& code : services) codes.emplace_back(code);
    return JsonObject{{"total", total},
                      {"near", near},
                      {"counted", counted},
                      {"unknown", unknown},
                      {"not_counted", total - counted - unknown},
                      {"service_codes", std::move(codes)}};
  }
};

struct Wanted {
  identity::Scope scope;
  std::string service;
  std::string show;

  bool fits(const inventory::QuotaUse& quota) const {
    const auto share = quota.share();
    if (!service.empty() && quota.service_code != service) return false;
    if (show == "near") return share && *share >= kNear;
    if (show == "unknown") return !quota.unknown.empty();
    return show == "all" || !quota.counts.empty();
  }
};

Result<Wanted> wanted_of(const Request& request) {
  Wanted wanted{scope_of(request), std::string(request.param("service_code")),
                std::string(request.param("show", "counted"))};
  if (wanted.show != "near" && wanted.show != "counted" && wanted.show != "unknown" && wanted.show != "all")
    return invalid("show", "\"show\" is near, counted, unknown or all");
  return wanted;
}

Result<ServerResponse> list_quotas(Services& services, const Request& request) {
  HM_TRY(const Wanted wanted, wanted_of(request));
  HM_TRY(const int limit, limit_of(request));
  HM_TRY(const int64_t position, position_of(request));
  if (!services.quotas)
    return make_error(ErrorKind::unavailable, "no_query", "this process has no query database");
  // Counted within all that the caller may see: an account's use is not less because one region is looked at.
  HM_TRY(const auto list, services.quotas(request.principal.scope));
  HM_TRY(const auto names, services.accounts.names());
  Tally tally;
  JsonArray items;
  int64_t seen = 0;
  for (const auto& quota : list.quotas) {
    if (!wanted.scope.allows(quota.account_id, quota.region)) continue;
    tally.add(quota);
    if (!wanted.fits(quota) || seen++ < position || seen > position + limit) continue;
    items.push_back(quota_json(quota, *names));
  }
  const bool more = seen > position + limit;
  JsonObject body{
      {"items", std::move(items)},
      {"total", seen},
      {"counts", tally.json()},
      {"next_cursor", more ? Json(make_cursor(std::to_string(position + limit))) : Json(nullptr)}};
  add_trust(body, list.trust);
  return json_answer(body);
}

}  // namespace

std::span<const Route> quota_routes() { return kRoutes; }

}  // namespace hm::api
