// Credentials and where they come from, in AWS's order: environment, profile (static, role chain, SSO,
// credential_process), web identity, container, instance metadata.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/environment.h"
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

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID. Where neither key is set the
// error has code "no_credentials"; where one is missing it is "partial_credentials", naming the variable.
std::shared_ptr<CredentialProvider> environment_credentials(Environment environment);

}  // namespace hm::aws
