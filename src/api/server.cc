#include "api/event_queue.h"
#include "api/route.h"
#include "embedded/openapi.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_openapi(Services& services, const Request& request);
Result<ServerResponse> get_metrics(Services& services, const Request& request);
Result<ServerResponse> get_health(Services& services, const Request& request);
Result<ServerResponse> get_readiness(Services& services, const Request& request);
Result<ServerResponse> no_upgrade(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/openapi.yaml", Access::none, get_openapi},
    {"GET", "/api/v1/live", Access::viewer, no_upgrade},
    {"GET", "/metrics", Access::viewer, get_metrics},
    {"GET", "/healthz", Access::none, get_health},
    {"GET", "/readyz", Access::none, get_readiness},
};

Result<ServerResponse> get_openapi(Services&, const Request&) {
  ServerResponse response;
  response.headers.add("Content-Type", "application/yaml");
  response.body = embedded::openapi();
  return response;
}

Result<ServerResponse> get_metrics(Services& services, const Request&) {
  count_event_queues(services);
  ServerResponse response;
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  response.body = services.metrics.text();
  return response;
}

Result<ServerResponse> get_health(Services&, const Request&) {
  return json_answer(JsonObject{{"status", "ok"}});
}

Result<ServerResponse> get_readiness(Services& services, const Request&) {
  if (services.database.ping()) return json_answer(JsonObject{{"status", "ok"}});
  return json_answer(JsonObject{{"status", "unavailable"}, {"reason", "the store does not answer"}}, 503);
}

// The WebSocket itself is opened by live.cc; whoever comes here did not ask for one.
Result<ServerResponse> no_upgrade(Services&, const Request&) {
  return make_error(ErrorKind::invalid, "invalid", "this is a WebSocket: ask with Upgrade: websocket");
}

}  // namespace

std::span<const Route> server_routes() { return kRoutes; }

}  // namespace hm::api
