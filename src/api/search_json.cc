#include "api/search_json.h"

#include <algorithm>

#include "api/answer.h"
#include "api/tag_settings.h"

namespace hm::api {

Result<std::optional<inventory::Freshness>> resolve_filter(Services& services, const identity::Scope& scope,
                                                           std::vector<inventory::Condition>& conditions) {
  const bool any = std::any_of(conditions.begin(), conditions.end(), [](const auto& condition) {
    return condition.field == inventory::Condition::Field::word;
  });
  if (inventory::asks_for_owners(conditions)) {
    HM_TRY(const TagSettings settings, tag_settings(services.rules, *services.catalog));
    HM_DO(inventory::resolve_owners(services.database, scope, settings.owned, settings.owner, conditions));
  }
  if (!any) return std::optional<inventory::Freshness>();
  if (!services.search) return no_search();
  return services.search->resolve(conditions, scope);
}

Json freshness_json(const inventory::Freshness& freshness) {
  return JsonObject{{"behind", freshness.behind}, {"as_of", time_or_null(freshness.as_of)}};
}

Error no_search() {
  return make_error(ErrorKind::unavailable, "no_search", "this process has no search index");
}

}  // namespace hm::api
