// How a profile gets its credentials: the base that it starts from, and the roles taken on the way. Pure:
// nothing is read and nobody is asked.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aws/profile.h"
#include "base/result.h"

namespace hm::aws {

struct StaticKeys {
  std::string access_key_id, secret_access_key, session_token, account_id;
};
struct WebIdentityBase {
  std::string role_arn, token_file, session_name;
};
struct SsoBase {
  std::string session;  // the sso-session's name; empty for the older form
  std::string start_url, region;
  std::string account_id, role_name;  // both empty: the profile gives a bearer token, not credentials
};
struct ProcessBase {
  std::string command, account_id;
};
// credential_source: where the credentials for the first role come from.
enum class NamedSource { environment, instance_metadata, container };

using ProfileBase = std::variant<StaticKeys, WebIdentityBase, SsoBase, ProcessBase, NamedSource>;

struct ProfileRole {
  std::string profile;  // that asks for it
  std::string role_arn, external_id, session_name;
  int duration_seconds = 3600;
};

struct ProfileChain {
  ProfileBase base;
  std::vector<ProfileRole> roles;  // in the order in which they are taken
};

// Errors are of kind invalid: "no_credentials_in_profile", "source_profile_not_found", "profile_loop",
// "no_role_source", "two_role_sources", "partial_credentials", "bad_sso_profile", "no_role_arn",
// "unknown_credential_source", "mfa_unsupported", "login_unsupported".
Result<ProfileChain> resolve_profile_chain(const Profiles& profiles, std::string_view name);

// True where the profile asks for a role by source_profile or credential_source.
bool assumes_role(const ProfileSection& profile);

}  // namespace hm::aws
