// Credentials from STS: a role taken with other credentials, or with a web identity token.
#pragma once

#include <string>

#include "aws/credential_call.h"
#include "aws/credentials.h"

namespace hm::aws {

// One call of AssumeRole; assume_role_credentials() in credentials.h keeps the answer.
Result<Credentials> assume_role(const CredentialContext& context, const Credentials& source,
                                const AssumeRole& role);

struct WebIdentity {
  std::string role_arn;
  std::string session_name;  // empty: made from our name and the time
  std::string token_file;    // read anew every time, since its writer renews it
};

// AssumeRoleWithWebIdentity, which is not signed.
Result<Credentials> assume_role_with_web_identity(const CredentialContext& context,
                                                  const Environment& environment, const WebIdentity& identity,
                                                  const CallSite& site);

}  // namespace hm::aws
