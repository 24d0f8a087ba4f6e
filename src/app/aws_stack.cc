#include "app/aws_stack.h"

#include <tuple>

#include "aws/environment.h"
#include "aws/user_settings.h"
#include "base/version.h"
#include "collect/account_settings.h"

namespace hm::app {

namespace {

bool same(const api::AccountEntry& a, const api::AccountEntry& b) {
  const auto parts = [](const api::AccountEntry& entry) {
    return std::tie(entry.account_id, entry.name, entry.profile, entry.role_arn, entry.external_id,
                    entry.regions, entry.metrics, entry.metrics_budget_usd, entry.event_queues,
                    entry.types_left_out);
  };
  return parts(a) == parts(b);
}

}  // namespace

AwsStack::AwsStack(const Config& config, std::shared_ptr<const aws::SharedConfig> shared,
                   const aws::ClientOptions& options, aws::Meter* meter, Clock& clock)
    : endpoint_url_(config.aws_endpoint_url),
      region_(config.aws_region),
      metrics_(config.metrics),
      clock_(clock),
      shared_(std::move(shared)) {
  CurlOptions curl;
  curl.user_agent = options.user_agent;
  curl.ca_bundle = shared_->ca_bundle();
  transport_ = make_curl_transport(curl);
  client_ = std::make_unique<aws::Client>(*transport_, clock_, meter, options);
}

Result<std::unique_ptr<AwsStack>> AwsStack::make(const Config& config, aws::Meter* meter, Clock& clock) {
  HM_TRY(auto shared, aws::SharedConfig::load(aws::system_environment(), config.aws_profile));
  aws::ClientOptions options;
  HM_DO(aws::apply_user_settings(shared, options));
  options.user_agent = "hostmaster/" + std::string(version());
  options.rate_share = config.aws_rate_share;
  // A region that does not answer must not hold the sweeps of others for minutes.
  options.read_timeout = config.aws_read_timeout;
  return std::unique_ptr<AwsStack>(new AwsStack(config, std::move(shared), options, meter, clock));
}

collect::Account AwsStack::make_account(const api::AccountEntry& entry) {
  const collect::AccountSources sources{{*transport_, clock_}, shared_, endpoint_url_, region_};
  auto account = collect::make_account({.name = entry.name,
                                        .account_id = entry.account_id,
                                        .role_arn = entry.role_arn,
                                        .external_id = entry.external_id,
                                        .profile = entry.profile,
                                        .regions = entry.regions,
                                        .metrics = entry.metrics.value_or(metrics_),
                                        .metrics_budget_usd = entry.metrics_budget_usd,
                                        .event_queues = entry.event_queues,
                                        .types_left_out = entry.types_left_out},
                                       sources);
  if (entry.failure) account.failure = entry.failure;
  return account;
}

collect::Account AwsStack::account(const api::AccountEntry& entry) {
  const std::string key = entry.account_id + "/" + entry.profile;
  auto found = known_.with([&](const auto& known) -> std::optional<collect::Account> {
    const auto at = known.find(key);
    if (at == known.end() || !same(at->second.entry, entry)) return std::nullopt;
    return at->second.account;
  });
  if (found) return std::move(*found);
  collect::Account account = make_account(entry);
  // What is wrong may be put right at any time.
  if (account.failure) return account;
  known_.with([&](auto& known) { known.insert_or_assign(key, Known{entry, account}); });
  return account;
}

Result<api::AccountTrial> AwsStack::identify(const api::AccountEntry& entry) {
  const collect::Account account = make_account(entry);
  if (account.failure) return *account.failure;
  aws::CallOptions once;
  once.max_attempts = 1;
  HM_TRY(const Json who, client_->call("sts", "GetCallerIdentity", JsonObject{}, account.target, once)
                             .context("asking AWS who we are"));
  return api::AccountTrial{std::string(member_text(who, "Account")), std::string(member_text(who, "Arn"))};
}

Result<std::string> AwsStack::own_arn() {
  HM_TRY(auto trial, identify({}));
  return std::move(trial.arn);
}

}  // namespace hm::app
