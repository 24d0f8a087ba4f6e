#include "api/route.h"
#include "identity/keys.h"
#include "identity/users.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_keys(Services& services, const Request& request);
Result<ServerResponse> add_key(Services& services, const Request& request);
Result<ServerResponse> revoke_key(Services& services, const Request& request);
Result<ServerResponse> rotate_key(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/keys", Access::viewer, list_keys},
    {"POST", "/api/v1/keys", Access::viewer, add_key},
    {"DELETE", "/api/v1/keys/{id}", Access::viewer, revoke_key},
    {"POST", "/api/v1/keys/{id}/rotate", Access::viewer, rotate_key},
};

Json key_json(const identity::Key& key, Time now) {
  return JsonObject{{"id", key.id},
                    {"name", key.name},
                    {"owner", key.owner},
                    {"role", to_string(key.role)},
                    {"scope", identity::scope_json(key.scope)},
                    {"created_at", format_iso(key.created_at)},
                    {"expires_at", format_iso(key.expires_at)},
                    {"last_used_at", time_or_null(key.last_used_at)},
                    {"state", key.revoked_at          ? "revoked"
                              : key.expires_at <= now ? "expired"
                                                      : "active"}};
}

Json with_secret(const identity::KeyWithSecret& made, Time now) {
  return JsonObject{{"key", key_json(made.key, now)}, {"secret", made.secret}};
}

Result<ServerResponse> list_keys(Services& services, const Request& request) {
  HM_TRY(const auto keys, services.keys.list(request.principal));
  JsonArray items;
  for (const auto& key : keys) items.push_back(key_json(key, services.clock.now()));
  return json_answer(JsonObject{{"items", std::move(items)}});
}

Result<ServerResponse> add_key(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"name", "role", "scope", "expires_in_days"}));
  identity::NewKey key;
  HM_TRY(key.name, need_text(request.body, "name"));
  HM_TRY(const auto role, maybe_text(request.body, "role"));
  if (role) {
    auto parsed = identity::parse_role(*role);
    if (!parsed) return invalid("role", parsed.error().message);
    key.role = *parsed;
  }
  HM_TRY(const auto scope, maybe_scope(request.body, "scope"));
  key.scope = scope.value_or(identity::Scope());
  HM_TRY(const auto days, maybe_integer(request.body, "expires_in_days"));
  if (days) key.expires_in_days = static_cast<int>(std::clamp<int64_t>(*days, 0, identity::kMaxKeyDays + 1));
  HM_TRY(const auto made, services.keys.add(request.principal, key));
  return json_answer(with_secret(made, services.clock.now()), 201);
}

Result<ServerResponse> revoke_key(Services& services, const Request& request) {
  HM_DO(services.keys.revoke(request.principal, request.path[0]));
  return no_content();
}

Result<ServerResponse> rotate_key(Services& services, const Request& request) {
  HM_TRY(const auto made, services.keys.rotate(request.principal, request.path[0]));
  return json_answer(with_secret(made, services.clock.now()));
}

}  // namespace

std::span<const Route> key_routes() { return kRoutes; }

}  // namespace hm::api
