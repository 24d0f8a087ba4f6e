// IAM Identity Center (SSO): the token that `aws sso login` left in its cache, renewed where that is
// possible, and the credentials that it buys.
#pragma once

#include <string>

#include "aws/credentials.h"
#include "aws/profile_chain.h"

namespace hm::aws {

struct SsoToken {
  std::string access_token;
  Time expires_at;
};

// Where `aws sso login` keeps the token of a session, or of a start URL in the older form.
std::string sso_cache_path(const Environment& environment, const SsoBase& sso);

// Renews the token within five minutes of its expiry where the session allows it, and puts the new one into
// the cache. Codes: "no_sso_token" and "sso_token_expired", both saying which command logs in.
Result<SsoToken> sso_token(const CredentialContext& context, const SharedConfig& config, const SsoBase& sso);

// The bearer token of the chosen profile. Code "no_sso_session" where it has no sso_session.
Result<SsoToken> profile_sso_token(const CredentialContext& context, const SharedConfig& config);

// Code "sso_token_only" where the profile names no account and role.
Result<Credentials> sso_credentials(const CredentialContext& context, const SharedConfig& config,
                                    const SsoBase& sso);

}  // namespace hm::aws
