#include "identity/principal.h"

namespace hm::identity {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::operator_:
      return "operator";
    case Role::admin:
      return "admin";
  }
  return "viewer";
}

Result<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::viewer, Role::operator_, Role::admin}) {
    if (text == to_string(role)) return role;
  }
  return make_error(ErrorKind::invalid, "invalid_role", "a role is viewer, operator or admin");
}

std::string_view to_string(Via via) {
  switch (via) {
    case Via::session:
      return "session";
    case Via::key:
      return "key";
    case Via::cli:
      return "cli";
    case Via::server:
      return "server";
  }
  return "server";
}

}  // namespace hm::identity
