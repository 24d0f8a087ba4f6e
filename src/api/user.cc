#include "api/route.h"
#include "identity/password.h"
#include "identity/users.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_users(Services& services, const Request& request);
Result<ServerResponse> add_user(Services& services, const Request& request);
Result<ServerResponse> change_user(Services& services, const Request& request);
Result<ServerResponse> remove_user(Services& services, const Request& request);
Result<ServerResponse> reset_password(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/users", Access::admin, list_users},
    {"POST", "/api/v1/users", Access::admin, add_user},
    {"PATCH", "/api/v1/users/{name}", Access::admin, change_user},
    {"DELETE", "/api/v1/users/{name}", Access::admin, remove_user},
    {"POST", "/api/v1/users/{name}/password", Access::admin, reset_password},
};

Json user_json(const identity::User& user) {
  return JsonObject{{"name", user.name},
                    {"role", to_string(user.role)},
                    {"scope", identity::scope_json(user.scope)},
                    {"disabled", user.disabled},
                    {"must_change_password", user.must_change_password},
                    {"locked_until", time_or_null(user.locked_until)},
                    {"created_at", format_iso(user.created_at)},
                    {"last_login_at", time_or_null(user.last_login_at)}};
}

Result<std::optional<identity::Role>> maybe_role(const Json& body) {
  HM_TRY(const auto text, maybe_text(body, "role"));
  if (!text) return std::optional<identity::Role>();
  auto role = identity::parse_role(*text);
  if (!role) return invalid("role", role.error().message);
  return std::optional(*role);
}

// An administrator whose own scope is limited cannot give more than they have, nor act on those who have
// more.
Status within_scope(const Request& request, const identity::Scope& scope) {
  if (identity::covers(request.principal.scope, scope)) return ok();
  return make_error(ErrorKind::denied, "forbidden", "that is more than your own scope");
}

Status may_touch(Services& services, const Request& request) {
  HM_TRY(const identity::User user, services.users.get(request.path[0]));
  return within_scope(request, user.scope);
}

// Whose scope is wider has accounts in it that this administrator must not hear of.
Result<ServerResponse> list_users(Services& services, const Request& request) {
  HM_TRY(const auto users, services.users.list());
  JsonArray items;
  for (const auto& user : users)
    if (within_scope(request, user.scope)) items.push_back(user_json(user));
  return json_answer(JsonObject{{"items", std::move(items)}});
}

Result<ServerResponse> add_user(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"name", "role", "scope"}));
  identity::NewUser user;
  HM_TRY(user.name, need_text(request.body, "name"));
  HM_TRY(const auto role, maybe_role(request.body));
  if (!role) return invalid("role", "\"role\" is missing");
  user.role = *role;
  HM_TRY(const auto scope, maybe_scope(request.body, "scope"));
  user.scope = scope.value_or(request.principal.scope);
  HM_DO(within_scope(request, user.scope));
  user.password = identity::random_password();
  HM_TRY(const identity::User added, services.users.add(request.principal.actor(), user));
  return json_answer(JsonObject{{"user", user_json(added)}, {"password", user.password}}, 201);
}

Result<ServerResponse> change_user(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"role", "scope", "disabled"}));
  HM_DO(may_touch(services, request));
  identity::UserChange change;
  HM_TRY(change.role, maybe_role(request.body));
  HM_TRY(change.scope, maybe_scope(request.body, "scope"));
  HM_TRY(change.disabled, maybe_flag(request.body, "disabled"));
  if (change.scope) HM_DO(within_scope(request, *change.scope));
  HM_TRY(const identity::User user,
         services.users.change(request.principal.actor(), request.path[0], change));
  return json_answer(user_json(user));
}

Result<ServerResponse> remove_user(Services& services, const Request& request) {
  HM_DO(may_touch(services, request));
  HM_DO(services.users.remove(request.principal.actor(), request.path[0]));
  return no_content();
}

Result<ServerResponse> reset_password(Services& services, const Request& request) {
  HM_DO(may_touch(services, request));
  const std::string password = identity::random_password();
  HM_DO(services.users.set_password(request.principal.actor(), request.path[0], password, true));
  HM_TRY(const identity::User user, services.users.get(request.path[0]));
  return json_answer(JsonObject{{"user", user_json(user)}, {"password", password}});
}

}  // namespace

std::span<const Route> user_routes() { return kRoutes; }

}  // namespace hm::api
