#include "api/gate.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "api/browser.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/log.h"

namespace hm::api {

namespace {

constexpr size_t kMaxApiBodyBytes = 1024 * 1024;

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view part = path.substr(0, path.find('/'));
    parts.push_back(part);
    path.remove_prefix(part.size());
  }
  return parts;
}

// What stands in the place of {…}, or nothing where the path is another.
std::optional<std::vector<std::string>> fits(std::string_view pattern, std::string_view path) {
  const auto wanted = parts_of(pattern), given = parts_of(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> found;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].starts_with('{')) {
      found.push_back(percent_decode(given[i]));
      if (found.back().empty()) return std::nullopt;
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return found;
}

bool changes(std::string_view method) { return method != "GET" && method != "HEAD"; }

bool is_ours(std::string_view path) {
  return path.starts_with("/api/") || path == "/api" || path == "/metrics" || path == "/healthz" ||
         path == "/readyz";
}

Error forbidden(std::string code, std::string message) {
  return make_error(ErrorKind::denied, std::move(code), std::move(message));
}

Status check_role(const Route& route, const identity::Principal& principal) {
  if (route.access == Access::none) return ok();
  if (principal.must_change_password && !route.before_password_change) {
    return forbidden("must_change_password", "choose a new password first");
  }
  const auto least = static_cast<identity::Role>(static_cast<int>(route.access) - 1);
  if (principal.role >= least) return ok();
  return forbidden("forbidden", "this needs the role " + std::string(to_string(least)));
}

Status check_origin(const Request& request) {
  if (!changes(request.http.method)) return ok();
  const bool by_cookie = request.principal.via == identity::Via::session && !request.principal.name.empty();
  const bool says_origin = request.http.headers.find("origin") || request.http.headers.find("sec-fetch-site");
  if ((by_cookie || says_origin) && !same_origin(request.http)) {
    return forbidden("bad_origin", "changes must come from this server's own pages");
  }
  return ok();
}

Status read_body(Request& request) {
  if (request.http.body.empty()) {
    if (request.http.method == "POST" || request.http.method == "PATCH") request.body = JsonObject{};
    return ok();
  }
  if (request.http.body.size() > kMaxApiBodyBytes) {
    return make_error(ErrorKind::invalid, "too_large", "a body has at most 1 MiB");
  }
  // A form of another site cannot have this type without asking first.
  if (!request.http.headers.get("content-type").starts_with("application/json")) {
    return make_error(ErrorKind::invalid, "invalid", "the body's Content-Type is application/json");
  }
  auto body = parse_json(request.http.body);
  if (!body)
    return make_error(ErrorKind::invalid, "invalid", "the body is not JSON: " + body.error().message);
  request.body = std::move(*body);
  return ok();
}

}  // namespace

static_assert(static_cast<int>(Access::viewer) - 1 == static_cast<int>(identity::Role::viewer));
static_assert(static_cast<int>(Access::admin) - 1 == static_cast<int>(identity::Role::admin));

Gate::Gate(Services& services, const Assets& assets, LiveHub& live)
    : services_(services), assets_(assets), live_(live), routes_(all_routes()) {}

Gate::Match Gate::match(std::string_view method, std::string_view path) const {
  Match match;
  size_t fewest = std::string::npos;
  for (const Route& route : routes_) {
    auto found = fits(route.pattern, path);
    if (!found) continue;
    match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(route.method);
    if (route.method != method && !(method == "HEAD" && route.method == "GET")) continue;
    // "/accounts/test" before "/accounts/{account_id}".
    if (found->size() >= fewest) continue;
    fewest = found->size();
    match.route = &route;
    match.path = std::move(*found);
  }
  return match;
}

Status Gate::check_host(const ServerRequest& request) const {
  // Probes of load balancers come by any name, and learn nothing.
  if (request.path() == "/healthz" || request.path() == "/readyz") return ok();
  if (host_allowed(request.headers.get("host"), services_.allowed_hosts)) return ok();
  return forbidden("bad_host",
                   "this server does not go by that name; add it to allowed_hosts in its configuration");
}

Result<identity::Principal> Gate::authenticate(const ServerRequest& request) {
  if (const std::string* header = request.headers.find("authorization")) {
    if (!header->starts_with("Bearer ")) {
      return make_error(ErrorKind::denied, "unauthorized",
                        "Authorization: Bearer hm_… is understood, nothing else");
    }
    return services_.keys.check(std::string_view(*header).substr(7), request.peer);
  }
  const std::string token = cookie_of(request, kSessionCookie);
  if (token.empty()) return make_error(ErrorKind::denied, "unauthorized", "log in first");
  return services_.sessions.check(token, request.peer);
}

Result<ServerResponse> Gate::answer(const Match& match, Request& request) {
  HM_DO(check_host(request.http));
  if (match.route == nullptr) {
    if (match.allowed.empty())
      return make_error(ErrorKind::not_found, "not_found", "there is no such address");
    return make_error(ErrorKind::invalid, "method_not_allowed", "this address takes " + match.allowed);
  }
  request.path = match.path;
  HM_TRY(request.query, parse_query(request.http.query()));
  if (match.route->access != Access::none) {
    HM_TRY(request.principal, authenticate(request.http));
  }
  HM_DO(check_origin(request));
  HM_DO(check_role(*match.route, request.principal));
  HM_DO(read_body(request));
  std::optional<store::Moment> moment;
  if (!changes(request.http.method)) moment.emplace(services_.database);
  return match.route->handler(services_, request);
}

ServerResponse Gate::handle(const ServerRequest& http) {
  const auto began = std::chrono::steady_clock::now();
  const std::string id = random_token(9);
  ServerResponse response;
  if (!is_ours(http.path())) {
    if (auto allowed = check_host(http); !allowed) {
      response = error_answer(allowed.error(), id);
    } else if (http.method != "GET" && http.method != "HEAD") {
      response =
          error_answer(make_error(ErrorKind::invalid, "method_not_allowed", "pages are read with GET"), id);
    } else {
      response = assets_.serve(http);
    }
    add_security_headers(response, http.tls);
    response.headers.set("X-Request-Id", id);
    return response;
  }
  const Match found = match(http.method, http.path());
  Request request{http, id, {}, {}, {}, nullptr};
  auto answered = answer(found, request);
  response = answered ? std::move(*answered) : error_answer(answered.error(), id);
  if (!found.allowed.empty() && response.status == 405) response.headers.set("Allow", found.allowed);
  response.headers.set("X-Request-Id", id);
  if (!response.headers.find("cache-control")) response.headers.add("Cache-Control", "no-store");
  add_security_headers(response, http.tls);
  const auto took = std::chrono::steady_clock::now() - began;
  services_.metrics.request(http.method == "HEAD" ? "GET"
                            : found.route         ? found.route->method
                                                  : "other",
                            found.route ? found.route->pattern : "other", response.status,
                            std::chrono::duration_cast<std::chrono::microseconds>(took));
  return response;
}

std::variant<WebSocketHandler, ServerResponse> Gate::upgrade(const ServerRequest& http) {
  const std::string id = random_token(9);
  const auto open = [&]() -> Result<WebSocketHandler> {
    HM_DO(check_host(http));
    if (http.path() != "/api/v1/live") {
      return make_error(ErrorKind::not_found, "not_found", "there is no WebSocket at this address");
    }
    HM_TRY(const auto query, parse_query(http.query()));
    HM_TRY(auto principal, authenticate(http));
    // A browser sends the cookie along from any page, so the page must be ours.
    if ((principal.via == identity::Via::session || http.headers.find("origin")) && !same_origin(http)) {
      return forbidden("bad_origin", "a WebSocket must be opened by this server's own pages");
    }
    if (principal.must_change_password)
      return forbidden("must_change_password", "choose a new password first");
    return live_.open(std::move(principal), query);
  };
  auto handler = open();
  if (handler) return std::move(*handler);
  ServerResponse response = error_answer(handler.error(), id);
  response.headers.set("X-Request-Id", id);
  add_security_headers(response, http.tls);
  return response;
}

}  // namespace hm::api
