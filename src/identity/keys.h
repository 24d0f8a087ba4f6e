// API keys: for programs. `hm_1a2b3c4d_<secret>`; the part before the secret is the id, which is shown in
// lists. The whole is shown once, when it is made; the store has its hash. A key never may more than its
// owner, and one that leaked cannot outlive its time or end the others: people make, renew and revoke keys.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/principal.h"
#include "identity/seen.h"
#include "store/database.h"

namespace hm::identity {

// How long the secret before works on after a rotation: time to roll it out.
constexpr std::chrono::hours kRotationGrace{24};
constexpr int kDefaultKeyDays = 90;
constexpr int kMaxKeyDays = 365;
// Of one owner that hold at once; as many that hold no more are remembered.
constexpr int kMostKeys = 100;

struct Key {
  std::string id, name, owner;
  Role role = Role::viewer;
  Scope scope;
  Time created_at, expires_at;
  std::optional<Time> last_used_at, revoked_at;
};

struct NewKey {
  std::string name;
  Role role = Role::viewer;
  Scope scope;  // an absent half is the maker's, now and later
  int expires_in_days = kDefaultKeyDays;
};

struct KeyWithSecret {
  Key key;
  std::string secret;
};

// Thread-safe. Failures: not_found "no_such_key" (also for somebody else's key, unless an administrator
// asks), denied "forbidden" for more than the maker has, invalid "invalid_key", conflict "too_many_keys".
class Keys {
 public:
  Keys(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // An administrator sees all within their scope, everybody else their own; a key itself and those of its
  // owner that see no more than it.
  Result<std::vector<Key>> list(const Principal& principal);
  Result<KeyWithSecret> add(const Principal& maker, const NewKey& key);
  // A key revokes itself alone.
  Status revoke(const Principal& principal, std::string_view id);
  // Not by a key.
  Result<KeyWithSecret> rotate(const Principal& principal, std::string_view id);
  // Fails with denied "unauthorized" where it is unknown, expired, revoked, or its owner disabled or removed.
  Result<Principal> check(std::string_view secret, std::string_view peer);
  // What the key of that id may see by now; nothing: it does not hold any more.
  Result<std::optional<Scope>> scope_of(std::string_view id);
  // Writes down when keys were used.
  Status sweep();

 private:
  store::Database& database_;
  const Clock& clock_;
  Seen used_{
      "update api_key set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)"};
};

}  // namespace hm::identity
