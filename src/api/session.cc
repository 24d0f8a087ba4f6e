#include "api/route.h"
#include "base/address.h"
#include "identity/sessions.h"
#include "identity/users.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_session(Services& services, const Request& request);
Result<ServerResponse> log_in(Services& services, const Request& request);
Result<ServerResponse> log_out(Services& services, const Request& request);
Result<ServerResponse> change_password(Services& services, const Request& request);
Result<ServerResponse> get_setup(Services& services, const Request& request);
Result<ServerResponse> set_up(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/session", Access::viewer, get_session, true},
    {"POST", "/api/v1/session", Access::none, log_in},
    {"DELETE", "/api/v1/session", Access::viewer, log_out, true},
    {"POST", "/api/v1/session/password", Access::viewer, change_password, true},
    {"GET", "/api/v1/setup", Access::none, get_setup},
    {"POST", "/api/v1/setup", Access::none, set_up},
};

Json session_json(Services& services, const identity::Principal& principal) {
  return JsonObject{{"name", principal.name},
                    {"role", to_string(principal.role)},
                    {"scope", identity::scope_json(principal.scope)},
                    {"via", to_string(principal.via)},
                    {"must_change_password", principal.must_change_password},
                    {"expires_at", time_or_null(principal.expires_at)},
                    {"version", services.version}};
}

ServerResponse with_cookie(ServerResponse response, const Request& request, std::string_view token,
                           int64_t max_age_seconds) {
  std::string cookie = std::string(kSessionCookie) + "=" + std::string(token) +
                       "; HttpOnly; SameSite=Strict; Path=/; Max-Age=" + std::to_string(max_age_seconds);
  if (request.http.tls) cookie += "; Secure";
  response.headers.add("Set-Cookie", cookie);
  return response;
}

ServerResponse logged_in(Services& services, const Request& request, const identity::LoggedIn& in) {
  const auto left = in.principal.expires_at.value_or(services.clock.now()) - services.clock.now();
  return with_cookie(json_answer(session_json(services, in.principal)), request, in.token,
                     std::chrono::duration_cast<std::chrono::seconds>(left).count());
}

Status spend_attempt(Services& services, const Request& request) {
  const auto wait = services.login_limit.take(limited_address(request.http.peer), services.clock.now());
  if (!wait) return ok();
  return make_error(ErrorKind::throttled, "too_many_requests",
                    "too many attempts from this address: wait a little")
      .note("retry_after_seconds", std::to_string(wait->count()));
}

Result<ServerResponse> get_session(Services& services, const Request& request) {
  return json_answer(session_json(services, request.principal));
}

Result<ServerResponse> log_in(Services& services, const Request& request) {
  HM_DO(spend_attempt(services, request));
  HM_DO(only_members(request.body, {"name", "password"}));
  HM_TRY(const std::string name, need_text(request.body, "name"));
  HM_TRY(const std::string password, need_text(request.body, "password"));
  HM_TRY(const auto in, services.sessions.log_in(name, password, request.http.peer));
  return logged_in(services, request, in);
}

Result<ServerResponse> log_out(Services& services, const Request& request) {
  if (request.principal.via == identity::Via::session) HM_DO(services.sessions.log_out(request.principal));
  return with_cookie(no_content(), request, "", 0);
}

Result<ServerResponse> change_password(Services& services, const Request& request) {
  if (request.principal.via != identity::Via::session) {
    return make_error(ErrorKind::denied, "forbidden", "a key cannot change a password");
  }
  HM_DO(spend_attempt(services, request));
  HM_DO(only_members(request.body, {"current_password", "new_password"}));
  HM_TRY(const std::string current, need_text(request.body, "current_password"));
  HM_TRY(const std::string fresh, need_text(request.body, "new_password"));
  HM_DO(services.users.change_own_password(request.principal, current, fresh));
  return no_content();
}

Result<ServerResponse> get_setup(Services& services, const Request&) {
  HM_TRY(const bool needed, services.first_admin.needed());
  return json_answer(JsonObject{{"needed", needed}});
}

Result<ServerResponse> set_up(Services& services, const Request& request) {
  HM_DO(spend_attempt(services, request));
  HM_DO(only_members(request.body, {"token", "name", "password"}));
  HM_TRY(const std::string token, need_text(request.body, "token"));
  HM_TRY(const std::string name, need_text(request.body, "name"));
  HM_TRY(const std::string password, need_text(request.body, "password"));
  HM_TRY(const auto user, services.first_admin.make(token, name, password, request.http.peer));
  HM_TRY(const auto in, services.sessions.open(user.name, request.http.peer));
  return logged_in(services, request, in);
}

}  // namespace

std::span<const Route> session_routes() { return kRoutes; }

}  // namespace hm::api
