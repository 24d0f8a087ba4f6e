#include "aws/sso.h"

#include <utility>

#include "aws/credential_call.h"
#include "base/crypto.h"

namespace hm::aws {

namespace {

using namespace std::chrono_literals;

constexpr Micros kRenewBefore = 5min;

std::string log_in_command(const SharedConfig& config, const SsoBase& sso) {
  return sso.session.empty() ? "aws sso login --profile " + config.profile_name()
                             : "aws sso login --sso-session " + sso.session;
}

Error expired(const SharedConfig& config, const SsoBase& sso) {
  return make_error(ErrorKind::denied, "sso_token_expired",
                    "the SSO token has expired; log in with '" + log_in_command(config, sso) + "'");
}

// Older tools wrote "UTC" where RFC 3339 has "Z".
Result<Time> parse_expiry(std::string_view text) {
  if (text.ends_with("UTC")) return parse_iso(std::string(text.substr(0, text.size() - 3)) + "Z");
  return parse_iso(text);
}

bool can_renew(const Json& cached, const SsoBase& sso, Time now) {
  for (const char* key : {"refreshToken", "clientId", "clientSecret"}) {
    if (member_text(cached, key).empty()) return false;
  }
  const Result<Time> registered = parse_expiry(member_text(cached, "registrationExpiresAt"));
  return !sso.session.empty() && registered.has_value() && *registered > now;
}

Result<SsoToken> renew(const CredentialContext& context, const SharedConfig& config, const SsoBase& sso,
                       Json& cached) {
  JsonObject params;
  params["grantType"] = "refresh_token";
  for (const char* key : {"refreshToken", "clientId", "clientSecret"}) params[key] = member_text(cached, key);
  const CallSite site = CallSite::of(config, "SSO OIDC", sso.region);
  HM_TRY(const Json answer,
         credential_call(context, "sso-oidc", "CreateToken", std::move(params), site, nullptr)
             .context("renewing the SSO token"));
  const Json* seconds = member(answer, "expiresIn");
  SsoToken out;
  out.access_token = member_text(answer, "accessToken");
  if (out.access_token.empty() || !seconds || !seconds->is_int64()) {
    return make_error(ErrorKind::corrupt, "bad_sso_token", "SSO answered without a token");
  }
  out.expires_at = std::chrono::floor<std::chrono::seconds>(context.clock.now()) +
                   std::chrono::seconds(seconds->get_int64());
  auto& document = cached.get_object();
  document["accessToken"] = out.access_token;
  document["expiresAt"] = format_iso(out.expires_at);
  if (const auto next = member_text(answer, "refreshToken"); !next.empty()) document["refreshToken"] = next;
  return out;
}

}  // namespace

std::string sso_cache_path(const Environment& environment, const SsoBase& sso) {
  return expand_home(environment, "~/.aws/sso/cache/") +
         sha1_hex(sso.session.empty() ? sso.start_url : sso.session) + ".json";
}

Result<SsoToken> sso_token(const CredentialContext& context, const SharedConfig& config, const SsoBase& sso) {
  const std::string path = sso_cache_path(config.environment(), sso);
  const Result<std::string> content = config.environment().read_file(path);
  if (!content.has_value()) {
    return make_error(
        ErrorKind::denied, "no_sso_token",
        "there is no SSO token at " + path + "; log in with '" + log_in_command(config, sso) + "'");
  }
  Result<Json> cached = parse_json(*content);
  SsoToken out;
  if (cached.has_value()) out.access_token = member_text(*cached, "accessToken");
  const Result<Time> expires =
      parse_expiry(cached.has_value() ? member_text(*cached, "expiresAt") : std::string_view());
  if (out.access_token.empty() || !expires.has_value()) {
    return make_error(ErrorKind::corrupt, "bad_sso_token",
                      path + " holds no token; log in with '" + log_in_command(config, sso) + "'");
  }
  out.expires_at = *expires;
  const Time now = context.clock.now();
  if (now + kRenewBefore < out.expires_at) return out;
  if (can_renew(*cached, sso, now)) {
    Result<SsoToken> fresh = renew(context, config, sso, *cached);
    if (fresh.has_value()) {
      // The token serves even where it cannot be kept: the next renewal then starts from the old one.
      static_cast<void>(config.environment().write_file(path, to_json(*cached)));
      return fresh;
    }
    if (now >= out.expires_at) return fresh;
  }
  return now < out.expires_at ? Result<SsoToken>(out) : Result<SsoToken>(expired(config, sso));
}

Result<SsoToken> profile_sso_token(const CredentialContext& context, const SharedConfig& config) {
  if (property(config.profile(), "sso_session").empty()) {
    return make_error(ErrorKind::invalid, "no_sso_session",
                      "profile '" + config.profile_name() + "' has no sso_session");
  }
  HM_TRY(const ProfileChain chain, resolve_profile_chain(config.profiles(), config.profile_name()));
  const auto* sso = std::get_if<SsoBase>(&chain.base);
  if (!sso) {
    return make_error(ErrorKind::invalid, "no_sso_session",
                      "profile '" + config.profile_name() + "' takes its credentials from elsewhere");
  }
  return sso_token(context, config, *sso);
}

Result<Credentials> sso_credentials(const CredentialContext& context, const SharedConfig& config,
                                    const SsoBase& sso) {
  if (sso.account_id.empty()) {
    return make_error(
        ErrorKind::invalid, "sso_token_only",
        "profile '" + config.profile_name() +
            "' gives an SSO token but no credentials: sso_account_id and sso_role_name are missing");
  }
  HM_TRY(const SsoToken token, sso_token(context, config, sso));
  JsonObject params;
  params["roleName"] = sso.role_name;
  params["accountId"] = sso.account_id;
  params["accessToken"] = token.access_token;
  const CallSite site = CallSite::of(config, "SSO", sso.region);
  HM_TRY(const Json answer,
         credential_call(context, "sso", "GetRoleCredentials", std::move(params), site, nullptr)
             .context("getting SSO credentials for " + sso.role_name + " in " + sso.account_id));
  const Json* given = member(answer, "roleCredentials");
  Credentials out;
  out.source = "sso";
  out.account_id = sso.account_id;
  if (given) {
    out.access_key_id = member_text(*given, "accessKeyId");
    out.secret_access_key = member_text(*given, "secretAccessKey");
    out.session_token = member_text(*given, "sessionToken");
    const Json* expires_ms = member(*given, "expiration");
    if (expires_ms && expires_ms->is_int64()) out.expires_at = from_micros(expires_ms->get_int64() * 1000);
  }
  if (out.access_key_id.empty() || out.secret_access_key.empty()) {
    return make_error(ErrorKind::corrupt, "bad_credentials", "SSO answered without credentials");
  }
  return out;
}

}  // namespace hm::aws
