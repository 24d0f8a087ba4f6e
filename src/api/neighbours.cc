#include "inventory/neighbours.h"

#include "api/column_title.h"
#include "api/coverage_numbers.h"
#include "api/resource_json.h"
#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_neighbours(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/resources/{id}/neighbours", Access::viewer, get_neighbours},
};

Json direction_json(const Services& services, const inventory::Direction& direction) {
  JsonArray items;
  for (const auto& one : direction.items) {
    items.push_back(JsonObject{{"hop", one.hop},
                               {"via", one.via},
                               {"relation", one.name},
                               {"relation_title", column_title(one.name)},
                               {"type", one.type},
                               {"type_title", type_title(services, one.type)},
                               {"target", one.target},
                               {"gone", one.resource && one.resource->gone_at.has_value()},
                               {"resource", one.resource ? reference_json(*one.resource) : Json(nullptr)}});
  }
  JsonArray more;
  for (const auto& one : direction.more) {
    more.push_back(JsonObject{{"hop", one.hop},
                              {"via", one.via},
                              {"relation", one.name},
                              {"type", one.type},
                              {"type_title", type_title(services, one.type)},
                              {"count", one.count}});
  }
  return JsonObject{{"items", std::move(items)}, {"more", std::move(more)}};
}

Result<ServerResponse> get_neighbours(Services& services, const Request& request) {
  const std::string_view wanted = request.param("hops", "2");
  if (wanted != "1" && wanted != "2") return invalid("hops", "hops is 1 or 2");
  HM_TRY(const auto found,
         inventory::get_neighbours(services.database, *services.catalog, request.principal.scope,
                                   request.path[0], wanted == "1" ? 1 : 2));
  JsonArray unasked;
  for (const auto& one : found.unasked) {
    unasked.push_back(JsonObject{{"type", one.type},
                                 {"type_title", type_title(services, one.type)},
                                 {"places", one.places},
                                 {"unread", one.unread}});
  }
  return json_answer(JsonObject{{"resource", reference_json(found.resource)},
                                {"hops", wanted == "1" ? 1 : 2},
                                {"depends_on", direction_json(services, found.depends_on)},
                                {"dependents", direction_json(services, found.dependents)},
                                {"not_asked", std::move(unasked)},
                                {"unknown", unknown_parts(found.resource.unknown)}});
}

}  // namespace

std::span<const Route> neighbour_routes() { return kRoutes; }

}  // namespace hm::api
