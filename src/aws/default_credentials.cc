#include <algorithm>
#include <optional>
#include <utility>

#include "aws/assume_role.h"
#include "aws/container_credentials.h"
#include "aws/credentials.h"
#include "aws/imds.h"
#include "aws/process_credentials.h"
#include "aws/profile_chain.h"
#include "aws/refreshing_credentials.h"
#include "aws/sso.h"
#include "base/sync.h"

namespace hm::aws {

namespace {

bool is_not_set_up(const Error& error) {
  return error.code == "no_credentials" || error.code == "no_credentials_in_profile";
}

// One walk along the chain.
class DefaultChain {
 public:
  DefaultChain(CredentialContext context, std::shared_ptr<const SharedConfig> config)
      : context_(context), config_(std::move(config)) {}

  Result<Credentials> operator()() const {
    using Source = Result<Credentials> (DefaultChain::*)() const;
    for (const Source source :
         {&DefaultChain::environment, &DefaultChain::profile_role, &DefaultChain::web_identity,
          &DefaultChain::profile, &DefaultChain::container, &DefaultChain::instance}) {
      Result<Credentials> found = (this->*source)();
      if (found.has_value() || !is_not_set_up(found.error())) return found;
    }
    return none("no AWS credentials were found in the environment, the profile '" + config_->profile_name() +
                "', a web identity token, a container or instance metadata");
  }

 private:
  static Error none(std::string message) {
    return make_error(ErrorKind::denied, "no_credentials", std::move(message));
  }

  CallSite sts() const { return CallSite::of(*config_, "STS", config_->region()); }

  Result<Credentials> environment() const {
    if (config_->profile_is_explicit()) return none("a profile was named");
    return environment_credentials(config_->environment())->get();
  }

  Result<Credentials> profile_role() const {
    if (!assumes_role(config_->profile())) return none("the profile takes no role");
    Result<Credentials> found = profile();
    // It is set up, so whatever fails on the way to the role is the answer.
    if (!found.has_value() && is_not_set_up(found.error())) found.error().code = "no_role_credentials";
    return found;
  }

  // A profile that was named stands above the variables.
  std::string web_setting(const std::string& variable, std::string_view name) const {
    if (config_->profile_is_explicit()) return std::string(property(config_->profile(), name));
    return config_->setting(variable, name);
  }

  Result<Credentials> web_identity() const {
    WebIdentity identity;
    identity.token_file = web_setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (identity.token_file.empty()) return none("no web identity token");
    identity.role_arn = web_setting("AWS_ROLE_ARN", "role_arn");
    identity.session_name = web_setting("AWS_ROLE_SESSION_NAME", "role_session_name");
    if (identity.role_arn.empty()) {
      return make_error(ErrorKind::invalid, "no_role_arn",
                        "a web identity token file is set, but no role: set AWS_ROLE_ARN or role_arn");
    }
    return assume_role_with_web_identity(context_, config_->environment(), identity, sts());
  }

  Result<Credentials> profile() const {
    HM_TRY(const ProfileChain chain, resolve_profile_chain(config_->profiles(), config_->profile_name()));
    HM_TRY(Credentials out, base(chain.base).context("using profile '" + config_->profile_name() + "'"));
    const CallSite site = sts();
    for (const ProfileRole& role : chain.roles) {
      AssumeRole wanted;
      wanted.role_arn = role.role_arn;
      wanted.external_id = role.external_id;
      wanted.session_name = role.session_name;
      wanted.duration = std::chrono::seconds(role.duration_seconds);
      wanted.region = site.region;
      wanted.endpoint_url = site.endpoint_url;
      wanted.use_fips = site.use_fips;
      wanted.use_dualstack = site.use_dualstack;
      HM_TRY(out, assume_role(context_, out, wanted).context("using profile '" + role.profile + "'"));
    }
    return out;
  }

  Result<Credentials> base(const ProfileBase& from) const {
    if (const auto* keys = std::get_if<StaticKeys>(&from)) {
      Credentials out;
      out.access_key_id = keys->access_key_id;
      out.secret_access_key = keys->secret_access_key;
      out.session_token = keys->session_token;
      out.account_id = keys->account_id;
      out.source = "profile";
      return out;
    }
    if (const auto* web = std::get_if<WebIdentityBase>(&from)) {
      return assume_role_with_web_identity(context_, config_->environment(),
                                           {web->role_arn, web->session_name, web->token_file}, sts());
    }
    if (const auto* sso = std::get_if<SsoBase>(&from)) return sso_credentials(context_, *config_, *sso);
    if (const auto* process = std::get_if<ProcessBase>(&from)) {
      return process_credentials(config_->environment(), process->command, process->account_id);
    }
    switch (std::get<NamedSource>(from)) {
      case NamedSource::environment:
        return environment_credentials(config_->environment())->get();
      case NamedSource::instance_metadata:
        return instance();
      case NamedSource::container:
        return container();
    }
    return none("unknown source");
  }

  Result<Credentials> container() const { return container_credentials(context_, config_->environment()); }

  // What the instance once gave serves on while its metadata service is disturbed.
  Result<Credentials> instance() const {
    Result<Credentials> found = instance_credentials(context_, *config_);
    return last_instance_->with([&](std::optional<Credentials>& last) {
      if (found.has_value()) {
        last = *found;
      } else if (last) {
        found = *last;
        found->expires_at = std::max(found->expires_at.value_or(Time()), context_.clock.now() + kStretch);
      }
      return found;
    });
  }

  static constexpr Micros kStretch = std::chrono::minutes(15);

  CredentialContext context_;
  std::shared_ptr<const SharedConfig> config_;
  // Shared by the copies that std::function makes of this.
  std::shared_ptr<Synced<std::optional<Credentials>>> last_instance_ =
      std::make_shared<Synced<std::optional<Credentials>>>();
};

}  // namespace

std::shared_ptr<CredentialProvider> default_credentials(CredentialContext context,
                                                        std::shared_ptr<const SharedConfig> config) {
  return refreshing_credentials(context.clock, DefaultChain(context, std::move(config)));
}

}  // namespace hm::aws
