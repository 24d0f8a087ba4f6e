// Who calls: long-lived keys made from the seed, sessions with an end, and roles with their trust.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/sync.h"
#include "sim/estate/plan.h"
#include "sim/server/signature.h"

namespace hm::sim {

struct Caller {
  std::string account_id;
  std::string arn;      // of the user or the assumed role
  std::string user_id;  // AIDA... or AROA...:session
  std::string secret;
  bool session = false;
};

struct AccessKey {
  std::string id, secret, account_id, user_name;
};

struct Session {
  std::string access_key_id, secret, token;
  Time expires_at;
};

class Identity {
 public:
  explicit Identity(const Plan& plan);

  // The administrator's key of each account, in the order of the plan.
  const std::vector<AccessKey>& keys() const { return keys_; }
  // A new key for a user; forgotten again by remove(). Thread-safe.
  AccessKey create_key(const std::string& account_id, const std::string& user_name);
  void remove_key(const std::string& access_key_id);
  std::vector<AccessKey> keys_of(const std::string& account_id, const std::string& user_name) const;

  // A session that acts as `arn`. Nothing is stored: the token holds everything, sealed by a key of the seed.
  Session open_session(const std::string& account_id, const std::string& arn, const std::string& user_id,
                       Time expires_at) const;

  enum class Unknown { key, token, expired };
  // Who signed, without checking the signature yet.
  tl::expected<Caller, Unknown> find(const Signature& signature, Time now) const;

 private:
  std::string seal(std::string_view purpose, std::string_view text) const;

  std::string master_;
  std::vector<AccessKey> keys_;
  struct Extra {
    std::map<std::string, AccessKey> by_id;
    uint64_t made = 0;
  };
  Synced<Extra> extra_;
  AccessKey make_key(const std::string& account_id, const std::string& user_name, uint64_t number) const;
};

// What every caller with long-lived keys is called.
inline constexpr const char* kAdministrator = "hostmaster-admin";

}  // namespace hm::sim
