#include "api/route.h"
#include "identity/views.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_views(Services& services, const Request& request);
Result<ServerResponse> add_view(Services& services, const Request& request);
Result<ServerResponse> change_view(Services& services, const Request& request);
Result<ServerResponse> remove_view(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/views", Access::viewer, list_views},
    {"POST", "/api/v1/views", Access::viewer, add_view},
    {"PATCH", "/api/v1/views/{id}", Access::viewer, change_view},
    {"DELETE", "/api/v1/views/{id}", Access::viewer, remove_view},
};

identity::Views views_of(Services& services) { return {services.database, services.clock}; }

Json view_json(const identity::SavedView& view, const identity::Principal& principal) {
  return JsonObject{{"id", view.id},
                    {"kind", view.kind},
                    {"name", view.name},
                    {"owner", view.owner},
                    {"shared", view.shared},
                    {"state", view.state},
                    {"may_change", identity::may_change(principal, view)},
                    {"created_at", format_iso(view.created_at)},
                    {"updated_at", format_iso(view.updated_at)}};
}

Result<ServerResponse> list_views(Services& services, const Request& request) {
  HM_TRY(const auto list, views_of(services).list(request.principal, request.param("kind")));
  JsonArray items;
  for (const auto& view : list.items) items.push_back(view_json(view, request.principal));
  return json_answer(JsonObject{{"items", std::move(items)}, {"truncated", list.truncated}});
}

Result<ServerResponse> add_view(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"kind", "name", "shared", "state"}));
  identity::NewView wanted;
  HM_TRY(wanted.kind, need_text(request.body, "kind"));
  HM_TRY(wanted.name, need_text(request.body, "name"));
  HM_TRY(const auto shared, maybe_flag(request.body, "shared"));
  wanted.shared = shared.value_or(false);
  const Json* state = member(request.body, "state");
  if (state == nullptr) return invalid("state", "\"state\" is missing");
  wanted.state = *state;
  HM_TRY(const auto view, views_of(services).add(request.principal, wanted));
  return json_answer(view_json(view, request.principal), 201);
}

Result<ServerResponse> change_view(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"name", "shared", "state"}));
  identity::ViewChange change;
  HM_TRY(change.name, maybe_text(request.body, "name"));
  HM_TRY(change.shared, maybe_flag(request.body, "shared"));
  if (const Json* state = member(request.body, "state")) change.state = *state;
  HM_TRY(const auto view, views_of(services).change(request.principal, request.path[0], change));
  return json_answer(view_json(view, request.principal));
}

Result<ServerResponse> remove_view(Services& services, const Request& request) {
  HM_DO(views_of(services).remove(request.principal, request.path[0]));
  return no_content();
}

}  // namespace

std::span<const Route> view_routes() { return kRoutes; }

}  // namespace hm::api
