// Everything between an account of the configuration and a call to AWS.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "api/account_book.h"
#include "app/config.h"
#include "aws/client.h"
#include "aws/shared_config.h"
#include "base/http_client.h"
#include "base/sync.h"
#include "collect/accounts.h"

namespace hm::app {

// Thread-safe.
class AwsStack {
 public:
  // Fails where a profile that was asked for does not exist or what it says of AWS's tools is nonsense. The
  // meter (may be null) and the clock outlive it.
  static Result<std::unique_ptr<AwsStack>> make(const Config& config, aws::Meter* meter, Clock& clock);

  aws::Client& client() { return *client_; }
  // As whom and where the account is read. The same entry gives the same credentials object as long as it
  // does not change, so that what is cached in it lives on. Its `failure` says why it cannot be entered.
  collect::Account account(const api::AccountEntry& entry);
  // Asks AWS who the entry's credentials are.
  Result<api::AccountTrial> identify(const api::AccountEntry& entry);
  Result<std::string> own_arn();

 private:
  AwsStack(const Config& config, std::shared_ptr<const aws::SharedConfig> shared,
           const aws::ClientOptions& options, aws::Meter* meter, Clock& clock);
  collect::Account make_account(const api::AccountEntry& entry);

  const std::string endpoint_url_;
  const std::string region_;
  const bool metrics_;
  Clock& clock_;
  std::unique_ptr<HttpTransport> transport_;
  std::unique_ptr<aws::Client> client_;
  std::shared_ptr<const aws::SharedConfig> shared_;  // shared with the credential providers
  struct Known {
    api::AccountEntry entry;
    collect::Account account;
  };
  Synced<std::map<std::string, Known>> known_;
};

}  // namespace hm::app
