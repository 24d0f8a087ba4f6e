// Every request passes here: host, route, who asks, role, origin, form of the body; then its handler.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/assets.h"
#include "api/live.h"
#include "api/route.h"

namespace hm::api {

class Gate {
 public:
  // All outlive it. Thread-safe.
  Gate(Services& services, const Assets& assets, LiveHub& live);

  ServerResponse handle(const ServerRequest& request);
  std::variant<WebSocketHandler, ServerResponse> upgrade(const ServerRequest& request);

 private:
  struct Match {
    const Route* route = nullptr;
    std::vector<std::string> path;
    std::string allowed;  // the methods of the path, where the method is none of them
  };
  Match match(std::string_view method, std::string_view path) const;
  Result<ServerResponse> answer(const Match& match, Request& request);
  Result<identity::Principal> authenticate(const ServerRequest& request);
  Status check_host(const ServerRequest& request) const;

  Services& services_;
  const Assets& assets_;
  LiveHub& live_;
  const std::vector<Route> routes_;
};

}  // namespace hm::api
