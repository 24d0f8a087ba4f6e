// The few AWS calls that give credentials (STS, SSO, SSO OIDC), made before there is anything to run the
// client with: no budget, no rate limit, three attempts. Internal to the credential providers.
#pragma once

#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/json.h"

namespace hm::aws {

// Where such a call goes.
struct CallSite {
  std::string region;
  std::string endpoint_url;  // empty: the rules decide
  bool use_fips = false;
  bool use_dualstack = false;

  // As the user has set it for that service.
  static CallSite of(const SharedConfig& config, std::string_view service_id, std::string region);
};

// Signed with `signer`, or not at all where that is nullptr. Errors have AWS's code and
// the notes service, operation and region of this call.
Result<Json> credential_call(const CredentialContext& context, std::string_view service,
                             std::string_view operation, const Json& params, const CallSite& site,
                             const Credentials* signer);

}  // namespace hm::aws
