// Logging in and staying so. A session is a random token that only the browser has; the store has its hash.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "identity/principal.h"
#include "identity/seen.h"
#include "store/database.h"

namespace hm::identity {

struct SessionLimits {
  std::chrono::minutes idle{12 * 60};          // OWASP: hours for a working day's tool
  std::chrono::minutes absolute{7 * 24 * 60};  // then log in again in any case
};

// After `kFreeFailures` wrong passwords in a row a name is locked for the address that they came from, for 30
// s, then twice as long with each further one, at most 15 minutes. After `kFreeFailuresOfName` from wherever,
// it is locked in the same way for all addresses but those from which its user has logged in lately. So
// guessing stays hopeless, also from many addresses, and nobody can shut somebody out from an address that
// they do not share. What counts as one address, base/address.h says.
constexpr int kFreeFailures = 5;
constexpr int kFreeFailuresOfName = 100;
constexpr std::chrono::seconds kFirstLock{30};
constexpr std::chrono::seconds kLongestLock{15 * 60};

// From where a user has logged in: so many addresses are remembered, each for so long.
constexpr int kMostLoginAddresses = 20;
constexpr std::chrono::hours kLoginAddressKept{24 * 90};

// Of one user at once; a further one ends the oldest.
constexpr int kMostSessions = 50;

struct LoggedIn {
  std::string token;  // for the cookie
  Principal principal;
};

// Thread-safe.
class Sessions {
 public:
  Sessions(store::Database& database, const Clock& clock, SessionLimits limits)
      : database_(database), clock_(clock), limits_(limits) {}

  // Fails with denied "wrong_credentials", or throttled "locked_out" with the note retry_after_seconds; the
  // same for names that do not exist. Blocks for the time of an argon2id hash.
  Result<LoggedIn> log_in(std::string_view name, std::string_view password, std::string_view peer);
  // A session for a user who has just proved who they are in another way.
  Result<LoggedIn> open(std::string_view name, std::string_view peer);
  // Fails with denied "unauthorized" where the session is unknown, expired or its user disabled.
  Result<Principal> check(std::string_view token, std::string_view peer);
  // What the session (Principal::credential) may see by now; nothing: it has ended. Unlike check(), it does
  // not count as being seen.
  Result<std::optional<Scope>> scope_of(std::string_view credential);
  Status log_out(const Principal& principal);
  // Writes down when sessions were seen and how often strangers failed, and forgets what has expired.
  Status sweep();

 private:
  // Failures with names that nobody has: anybody may cause any number of them, so that the audit gets one
  // entry for all of them since the last sweep.
  struct Strangers {
    int64_t failures = 0;
    std::set<std::string> addresses;  // some of them
  };
  void add_stranger(std::string_view peer);
  Status tell_of_strangers();

  store::Database& database_;
  const Clock& clock_;
  const SessionLimits limits_;
  Seen seen_{"update app_session set last_seen_at = $2 where token_hash = $1 and last_seen_at < $2"};
  Synced<Strangers> strangers_;
};

}  // namespace hm::identity
