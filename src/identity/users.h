// People: who may log in, with which role and scope.
//
// Names are kept in lower case. There is no default user and no default password: the first administrator
// comes by the one-time token of FirstAdmin or by `hostmaster user add` beside the store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sync.h"
#include "identity/audit.h"
#include "identity/principal.h"
#include "store/database.h"

namespace hm::identity {

struct User {
  std::string name;
  Role role = Role::viewer;
  Scope scope;
  bool disabled = false;
  bool must_change_password = false;
  std::optional<Time> locked_until;  // for some address, or for all that are new
  Time created_at;
  std::optional<Time> last_login_at;
};

struct NewUser {
  std::string name;
  Role role = Role::viewer;
  Scope scope;
  std::string password;
  bool must_change_password = true;
};

struct UserChange {
  std::optional<Role> role;
  std::optional<Scope> scope;
  std::optional<bool> disabled;
};

// Thread-safe. Failures: invalid ("invalid_name", "weak_password"), conflict ("user_exists", "last_admin"),
// not_found ("no_such_user").
class Users {
 public:
  Users(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<std::vector<User>> list();
  Result<User> get(std::string_view name);
  Result<bool> any();
  Result<User> add(const Actor& actor, const NewUser& user);
  // Ends the user's sessions. The last administrator who can log in stays one.
  Result<User> change(const Actor& actor, std::string_view name, const UserChange& change);
  Status remove(const Actor& actor, std::string_view name);
  // Ends the user's sessions and a lock-out.
  Status set_password(const Actor& actor, std::string_view name, std::string_view password, bool must_change);
  // The user's own: proves the current one first (denied, "wrong_password"), and spares the session `keep`.
  Status change_own_password(const Principal& principal, std::string_view current, std::string_view fresh);

 private:
  store::Database& database_;
  const Clock& clock_;
};

// Lower case; fails with "invalid_name" unless 1-64 of A-Z a-z 0-9 . _ @ -
Result<std::string> normal_name(std::string_view name);

// The one-time token by which the first administrator is made, while there is no user at all. It lives in
// memory, is good once, and only its hash is kept. Thread-safe.
class FirstAdmin {
 public:
  explicit FirstAdmin(Users& users) : users_(users) {}
  // A fresh token where no user exists yet; the one before is void then.
  Result<std::optional<std::string>> offer();
  Result<bool> needed();
  // Fails with "wrong_token" or "set_up_already".
  Result<User> make(std::string_view token, std::string_view name, std::string_view password,
                    std::string_view peer);

 private:
  Users& users_;
  Synced<std::string> token_hash_;
};

}  // namespace hm::identity
