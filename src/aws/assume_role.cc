#include "aws/assume_role.h"

#include <utility>

#include "aws/endpoint_value.h"
#include "aws/refreshing_credentials.h"

namespace hm::aws {

namespace {

// Sessions need a name of their own in CloudTrail; the time tells runs apart.
std::string session_name(const std::string& wanted, Clock& clock) {
  if (!wanted.empty()) return wanted;
  return "hostmaster-" + std::to_string(to_micros(clock.now()) / 1000000);
}

std::string account_of(std::string_view arn) {
  const EndpointValue parsed = parse_arn(arn);
  const auto* record = std::get_if<std::shared_ptr<const EndpointRecord>>(&parsed);
  const EndpointValue* account = record ? (*record)->find("accountId") : nullptr;
  const auto* text = account ? std::get_if<std::string>(account) : nullptr;
  return text ? *text : std::string();
}

Result<Credentials> read(const Json& answer, std::string source) {
  const Json* given = member(answer, "Credentials");
  Credentials out;
  out.source = std::move(source);
  if (given) {
    out.access_key_id = member_text(*given, "AccessKeyId");
    out.secret_access_key = member_text(*given, "SecretAccessKey");
    out.session_token = member_text(*given, "SessionToken");
  }
  if (out.access_key_id.empty() || out.secret_access_key.empty()) {
    return make_error(ErrorKind::corrupt, "bad_credentials", "STS answered without credentials");
  }
  HM_TRY(out.expires_at, parse_iso(member_text(*given, "Expiration")));
  if (const Json* user = member(answer, "AssumedRoleUser"))
    out.account_id = account_of(member_text(*user, "Arn"));
  return out;
}

class AssumedRole {
 public:
  AssumedRole(CredentialContext context, std::shared_ptr<CredentialProvider> source, AssumeRole role)
      : context_(context), source_(std::move(source)), role_(std::move(role)) {}

  Result<Credentials> operator()() const {
    std::string source_key;
    Result<Credentials> role = attempt(source_key);
    // Credentials can be withdrawn before the time that they were given for.
    if (!role.has_value() && !source_key.empty() && role.error().code.starts_with("ExpiredToken")) {
      source_->invalidate(source_key);
      role = attempt(source_key);
    }
    return role;
  }

 private:
  // `source_key` becomes the access key that asked; empty where the source gave none.
  Result<Credentials> attempt(std::string& source_key) const {
    source_key.clear();
    HM_TRY(const Credentials source, source_->get().context("assuming " + role_.role_arn));
    source_key = source.access_key_id;
    return assume_role(context_, source, role_);
  }

  CredentialContext context_;
  std::shared_ptr<CredentialProvider> source_;
  AssumeRole role_;
};

}  // namespace

Result<Credentials> assume_role(const CredentialContext& context, const Credentials& source,
                                const AssumeRole& role) {
  JsonObject params;
  params["RoleArn"] = role.role_arn;
  params["RoleSessionName"] = session_name(role.session_name, context.clock);
  if (role.duration != std::chrono::seconds(3600)) params["DurationSeconds"] = role.duration.count();
  if (!role.external_id.empty()) params["ExternalId"] = role.external_id;
  const CallSite site{role.region, role.endpoint_url, role.use_fips, role.use_dualstack};
  HM_TRY(const Json answer, credential_call(context, "sts", "AssumeRole", std::move(params), site, &source)
                                .context("assuming " + role.role_arn));
  return read(answer, "assume-role").context("assuming " + role.role_arn);
}

Result<Credentials> assume_role_with_web_identity(const CredentialContext& context,
                                                  const Environment& environment, const WebIdentity& identity,
                                                  const CallSite& site) {
  const std::string doing = "assuming " + identity.role_arn + " with a web identity token";
  HM_TRY(std::string token, environment.read_file(identity.token_file).context(doing));
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' ')) {
    token.pop_back();
  }
  JsonObject params;
  params["RoleArn"] = identity.role_arn;
  params["RoleSessionName"] = session_name(identity.session_name, context.clock);
  params["WebIdentityToken"] = token;
  HM_TRY(const Json answer,
         credential_call(context, "sts", "AssumeRoleWithWebIdentity", std::move(params), site, nullptr)
             .context(doing));
  return read(answer, "web-identity").context(doing);
}

std::shared_ptr<CredentialProvider> assume_role_credentials(CredentialContext context,
                                                            std::shared_ptr<CredentialProvider> source,
                                                            AssumeRole role) {
  return refreshing_credentials(context.clock, AssumedRole(context, std::move(source), std::move(role)));
}

}  // namespace hm::aws
