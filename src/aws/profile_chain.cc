#include "aws/profile_chain.h"

#include <algorithm>
#include <charconv>

namespace hm::aws {

namespace {

constexpr size_t kMaxRoles = 16;

std::string text(const ProfileSection& section, std::string_view name) {
  return std::string(property(section, name));
}

bool has(const ProfileSection& section, std::string_view name) { return !property(section, name).empty(); }

bool has_a_key(const ProfileSection& section) {
  return has(section, "aws_access_key_id") || has(section, "aws_secret_access_key");
}

Error bad(std::string code, std::string_view profile, const std::string& what) {
  return make_error(ErrorKind::invalid, std::move(code), "profile '" + std::string(profile) + "': " + what);
}

Result<NamedSource> named_source(std::string_view profile, std::string_view name) {
  if (name == "Environment") return NamedSource::environment;
  if (name == "Ec2InstanceMetadata") return NamedSource::instance_metadata;
  if (name == "EcsContainer") return NamedSource::container;
  return bad("unknown_credential_source", profile,
             "credential_source is '" + std::string(name) +
                 "'; it can be Environment, Ec2InstanceMetadata or EcsContainer");
}

Result<ProfileRole> role_of(std::string_view name, const ProfileSection& profile) {
  if (has(profile, "mfa_serial")) {
    return bad(
        "mfa_unsupported", name,
        "the role wants a one-time code (mfa_serial), and nobody is there to type it; use a role without");
  }
  ProfileRole out{std::string(name), text(profile, "role_arn"), text(profile, "external_id"),
                  text(profile, "role_session_name")};
  if (const std::string_view duration = property(profile, "duration_seconds"); !duration.empty()) {
    const char* end = duration.data() + duration.size();
    const auto [stop, failure] = std::from_chars(duration.data(), end, out.duration_seconds);
    if (failure != std::errc() || stop != end || out.duration_seconds <= 0) {
      return bad("bad_duration", name, "duration_seconds must be a number of seconds");
    }
  }
  return out;
}

Result<ProfileBase> sso_base(const Profiles& profiles, std::string_view name, const ProfileSection& profile) {
  SsoBase out;
  out.session = text(profile, "sso_session");
  out.account_id = text(profile, "sso_account_id");
  out.role_name = text(profile, "sso_role_name");
  out.start_url = text(profile, "sso_start_url");
  out.region = text(profile, "sso_region");
  if (!out.session.empty()) {
    const ProfileSection* session = Profiles::find(profiles.sso_sessions, out.session);
    if (!session) {
      return bad("bad_sso_profile", name, "there is no section [sso-session " + out.session + "]");
    }
    for (const char* key : {"sso_region", "sso_start_url"}) {
      if (has(profile, key) && property(profile, key) != property(*session, key)) {
        return bad("bad_sso_profile", name,
                   std::string(key) + " belongs into the section [sso-session " + out.session + "]");
      }
    }
    out.start_url = text(*session, "sso_start_url");
    out.region = text(*session, "sso_region");
  }
  if (out.account_id.empty() != out.role_name.empty()) {
    return bad("bad_sso_profile", name, "sso_account_id and sso_role_name must be set together");
  }
  if (out.start_url.empty() || out.region.empty()) {
    return bad("bad_sso_profile", name, "sso_start_url and sso_region must be set");
  }
  if (out.session.empty() && out.account_id.empty()) {
    return bad("bad_sso_profile", name, "sso_account_id and sso_role_name must be set");
  }
  return ProfileBase(std::move(out));
}

Result<ProfileBase> keys_base(std::string_view name, const ProfileSection& profile) {
  if (!has(profile, "aws_access_key_id")) {
    return bad("partial_credentials", name, "aws_access_key_id is missing beside aws_secret_access_key");
  }
  if (!has(profile, "aws_secret_access_key")) {
    return bad("partial_credentials", name, "aws_secret_access_key is missing beside aws_access_key_id");
  }
  return ProfileBase(StaticKeys{text(profile, "aws_access_key_id"), text(profile, "aws_secret_access_key"),
                                text(profile, "aws_session_token"), text(profile, "aws_account_id")});
}

// In botocore's order: a token file, SSO, the credentials file, a login, a process, keys in the
// configuration.
Result<ProfileBase> base_of(const Profiles& profiles, std::string_view name, const ProfileSection& profile) {
  if (has(profile, "web_identity_token_file")) {
    if (!has(profile, "role_arn")) {
      return bad("no_role_arn", name, "web_identity_token_file is set, but role_arn is not");
    }
    return ProfileBase(WebIdentityBase{text(profile, "role_arn"), text(profile, "web_identity_token_file"),
                                       text(profile, "role_session_name")});
  }
  // A session alone gives a bearer token, for services that want one; it does not say whose credentials to
  // take.
  if (has(profile, "sso_account_id") || has(profile, "sso_role_name"))
    return sso_base(profiles, name, profile);
  const ProfileSection* secrets = Profiles::find(profiles.secrets, name);
  if (secrets && has(*secrets, "aws_access_key_id")) return keys_base(name, *secrets);
  if (has(profile, "login_session")) {
    return bad("login_unsupported", name,
               "login_session is not supported; use an SSO session, a role or keys");
  }
  if (has(profile, "credential_process")) {
    return ProfileBase(ProcessBase{text(profile, "credential_process"), text(profile, "aws_account_id")});
  }
  if (has_a_key(profile)) return keys_base(name, profile);
  if (has(profile, "sso_session") || has(profile, "sso_start_url")) return sso_base(profiles, name, profile);
  return bad("no_credentials_in_profile", name, "it says nothing about credentials");
}

}  // namespace

bool assumes_role(const ProfileSection& profile) {
  return has(profile, "role_arn") && !has(profile, "web_identity_token_file");
}

Result<ProfileChain> resolve_profile_chain(const Profiles& profiles, std::string_view first) {
  ProfileChain out;
  std::vector<std::string> visited;
  std::string name(first);
  for (;;) {
    const ProfileSection* profile = Profiles::find(profiles.profiles, name);
    if (!profile) {
      if (visited.empty()) return bad("no_credentials_in_profile", name, "it does not exist");
      return bad("source_profile_not_found", visited.back(),
                 "its source_profile '" + name + "' does not exist");
    }
    const bool seen = std::find(visited.begin(), visited.end(), name) != visited.end();
    // A profile may name itself as the source of its role: its own keys are meant.
    if (seen && (visited.back() != name || !has_a_key(*profile))) {
      return bad("profile_loop", name, "it is its own source_profile, by way of others");
    }
    const bool keys_win = !visited.empty() && has_a_key(*profile);
    if (!assumes_role(*profile) || keys_win) {
      HM_TRY(out.base, base_of(profiles, name, *profile));
      break;
    }
    if (out.roles.size() == kMaxRoles) return bad("profile_loop", name, "the chain of roles is too long");
    HM_TRY(ProfileRole role, role_of(name, *profile));
    out.roles.push_back(std::move(role));
    const std::string_view source = property(*profile, "source_profile");
    const std::string_view named = property(*profile, "credential_source");
    if (!source.empty() && !named.empty()) {
      return bad("two_role_sources", name, "source_profile and credential_source exclude each other");
    }
    if (!named.empty()) {
      HM_TRY(out.base, named_source(name, named));
      break;
    }
    if (source.empty()) {
      return bad("no_role_source", name, "role_arn needs source_profile or credential_source");
    }
    visited.push_back(name);
    name = source;
  }
  std::reverse(out.roles.begin(), out.roles.end());
  return out;
}

}  // namespace hm::aws
