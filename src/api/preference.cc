#include "api/route.h"
#include "identity/preferences.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_preferences(Services& services, const Request& request);
Result<ServerResponse> change_preferences(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/me/preferences", Access::viewer, get_preferences},
    {"PATCH", "/api/v1/me/preferences", Access::viewer, change_preferences},
};

Result<ServerResponse> get_preferences(Services& services, const Request& request) {
  identity::Preferences preferences(services.database, services.clock);
  HM_TRY(JsonObject kept, preferences.get(request.principal.name));
  return json_answer(std::move(kept));
}

Result<ServerResponse> change_preferences(Services& services, const Request& request) {
  identity::Preferences preferences(services.database, services.clock);
  HM_TRY(JsonObject kept, preferences.change(request.principal.name, request.body));
  return json_answer(std::move(kept));
}

}  // namespace

std::span<const Route> preference_routes() { return kRoutes; }

}  // namespace hm::api
