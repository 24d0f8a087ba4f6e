#include "catalog/catalog.h"

#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_types(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/types", Access::viewer, list_types},
};

std::string_view scope_name(catalog::Scope scope) {
  switch (scope) {
    case catalog::Scope::region:
      return "region";
    case catalog::Scope::account:
      return "account";
    case catalog::Scope::partition:
      return "partition";
  }
  return "region";
}

Json type_json(const catalog::ResourceType& type) {
  JsonArray columns, permissions;
  for (const auto& column : type.columns) {
    columns.push_back(JsonObject{
        {"name", column.name}, {"type", to_string(column.type)}, {"description", column.description}});
  }
  for (const std::string& permission : type.permissions) permissions.emplace_back(permission);
  return JsonObject{{"id", type.id},
                    {"title", type.title},
                    {"service", type.id.substr(0, type.id.find('/'))},
                    {"table", type.table},
                    {"scope", scope_name(type.scope)},
                    {"refresh_seconds", type.refresh.count()},
                    {"permissions", std::move(permissions)},
                    {"columns", std::move(columns)}};
}

Result<ServerResponse> list_types(Services& services, const Request&) {
  JsonArray items;
  for (const auto& type : services.catalog->resources()) items.push_back(type_json(type));
  return json_answer(JsonObject{{"items", std::move(items)}});
}

}  // namespace

std::span<const Route> catalog_routes() { return kRoutes; }

}  // namespace hm::api
