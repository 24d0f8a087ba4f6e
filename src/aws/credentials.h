// Credentials and where they come from, in AWS's order: environment, profile (static, role chain, SSO,
// credential_process), web identity, container, instance metadata.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/environment.h"
#include "aws/shared_config.h"
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
  // Forgets these, after AWS said that they expired; whoever renewed them meanwhile keeps the new ones.
  virtual void invalidate(std::string_view /*access_key_id*/) {}
};

// What providers reach the world with. The transport and the clock must outlive every provider.
struct CredentialContext {
  HttpTransport& transport;
  Clock& clock;
};

std::shared_ptr<CredentialProvider> static_credentials(Credentials credentials);

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCOUNT_ID. Where neither key is set the
// error has code "no_credentials"; where one is missing it is "partial_credentials", naming the variable.
std::shared_ptr<CredentialProvider> environment_credentials(Environment environment);

// The whole chain, tried in this order at every refresh, the first source that is set up wins:
//   environment (unless a profile was named), the profile's role, web identity (variables, then profile),
//   the rest of the profile (SSO, keys, credential_process), container, instance metadata.
// A source that is set up and fails is the answer: falling through would act as somebody else. Where nothing
// is set up the error has code "no_credentials".
std::shared_ptr<CredentialProvider> default_credentials(CredentialContext context,
                                                        std::shared_ptr<const SharedConfig> config);

struct AssumeRole {
  std::string role_arn;
  std::string external_id;   // may be empty
  std::string session_name;  // empty: made from our name and the time
  std::chrono::seconds duration{3600};
  std::string region;        // of STS; empty: its global endpoint
  std::string endpoint_url;  // of STS; empty: the rules decide
  bool use_fips = false;
  bool use_dualstack = false;
};

// The role's credentials, renewed with those of `source` whenever they run out. AWS's refusal keeps its code
// ("AccessDenied").
std::shared_ptr<CredentialProvider> assume_role_credentials(CredentialContext context,
                                                            std::shared_ptr<CredentialProvider> source,
                                                            AssumeRole role);

}  // namespace hm::aws
