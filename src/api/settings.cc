#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_settings(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/settings", Access::admin, get_settings},
};

Result<ServerResponse> get_settings(Services& services, const Request&) {
  JsonArray items;
  for (const Setting& setting : services.settings) {
    items.push_back(JsonObject{{"name", setting.name},
                               {"value", setting.value ? Json(*setting.value) : Json(nullptr)},
                               {"source", setting.source},
                               {"description", setting.description}});
  }
  return json_answer(
      JsonObject{{"version", services.version},
                 {"model_version", services.model_version},
                 {"store", services.database.dialect() == store::Dialect::sqlite ? "sqlite" : "postgresql"},
                 {"items", std::move(items)}});
}

}  // namespace

std::span<const Route> settings_routes() { return kRoutes; }

}  // namespace hm::api
