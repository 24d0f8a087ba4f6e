// Who is asking, and what they may do.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "identity/scope.h"

namespace hm::identity {

// Each may do what those before it may.
enum class Role { viewer, operator_, admin };
std::string_view to_string(Role role);
// Fails with code "invalid_role".
Result<Role> parse_role(std::string_view text);

// How somebody proved who they are. `cli` is whoever can open the store's files; `server` is HostMaster
// itself.
enum class Via { session, key, cli, server };
std::string_view to_string(Via via);

// Who is written into the audit.
struct Actor {
  std::string name;
  Via via = Via::server;
  std::string peer;  // the address it came from; empty where there is none
};

struct Principal {
  std::string name;
  Role role = Role::viewer;
  Scope scope;
  Via via = Via::session;
  std::string peer;
  std::string credential;  // the session's hash or the key's id: to tell apart, never to prove
  bool must_change_password = false;
  std::optional<Time> expires_at;

  Actor actor() const { return {name, via, peer}; }
};

}  // namespace hm::identity
