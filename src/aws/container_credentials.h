// Credentials from inside a container: ECS task roles and EKS Pod Identity.
#pragma once

#include <optional>
#include <string>

#include "aws/credentials.h"

namespace hm::aws {

// Where to ask, by AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI; none where neither is set. Plain HTTP
// is allowed only to this machine and to the addresses of ECS and EKS, since what comes back is a secret.
Result<std::optional<std::string>> container_url(const Environment& environment);

// Code "no_credentials" where no variable is set up.
Result<Credentials> container_credentials(const CredentialContext& context, const Environment& environment);

// {AccessKeyId, SecretAccessKey, Token, Expiration, AccountId}, as containers and instances answer.
Result<Credentials> read_metadata_credentials(const std::string& body, std::string source);

}  // namespace hm::aws
