// Proposals of tags: which resources a filter means, which value each is to bear, and the commands that would
// do it.
#include "api/coverage_numbers.h"
#include "api/resource_json.h"
#include "api/route.h"
#include "api/search_json.h"
#include "api/tag_planning.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_plan(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/tags/plan", Access::viewer, get_plan},
};

Result<ServerResponse> get_plan(Services& services, const Request& request) {
  const identity::Scope scope = scope_of(request);
  std::optional<std::string> value;
  if (request.query.contains("value")) value = request.param("value");
  HM_TRY(const TagWish wish, tag_wish(std::string(request.param("key")), std::move(value),
                                      request.param("from", "value"), request.param("overwrite") == "true"));
  HM_TRY(const auto names, resource_names(services));
  HM_TRY(auto conditions, filter_of(request, names));
  HM_TRY([[maybe_unused]] const auto searched, resolve_filter(services, scope, conditions));
  HM_TRY(const auto planning,
         plan_tags(services.database, *services.catalog, services.rules, scope, wish, std::move(conditions)));
  HM_TRY(const SweepTally counts, sweep_tally(services, scope));
  JsonObject answer = planning_json(planning, *services.catalog);
  answer["gaps"] = counts.not_ok() + counts.pending;
  answer["as_of"] = time_or_null(counts.oldest);
  return json_answer(answer);
}

}  // namespace

std::span<const Route> tag_proposal_routes() { return kRoutes; }

}  // namespace hm::api
