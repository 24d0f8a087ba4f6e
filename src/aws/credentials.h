// Credentials and where they come from, in AWS's order: environment, profile (static, role chain, SSO,
// credential_process), web identity, container, instance metadata.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/http_client.h"
#include "base/result.h"
#include "base/time.h"

namespace hm::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
  std::optional<Time> expires_at;
  std::string account_id;  // where the source says it
  std::string source;      // "environment", "profile", "assume-role"...: for messages
};

class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  // Cached, and refreshed ahead of expiry by one caller while the others wait. Thread-safe.
  virtual Result<Credentials> get() = 0;
  // Forgets what is cached, after AWS said that it expired.
  virtual void invalidate() {}
};

std::shared_ptr<CredentialProvider> static_credentials(Credentials credentials);

}  // namespace hm::aws
