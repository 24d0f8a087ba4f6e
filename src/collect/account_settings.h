// The `accounts:` of the configuration, and how each becomes something that calls can be made as.
//
//   accounts:
//     - name: production
//       role_arn: arn:aws:iam::111111111111:role/HostMaster
//       external_id: 6a1c…
//       regions: [eu-west-1, us-east-1]     # all that are enabled, where it is left out
//       metrics: false                      # as the setting of the same name says, where it is left out
//       metrics_budget_usd: 3               # likewise
//       event_queues:                       # that this account reads: one in each of its regions
//         - https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events
//       types: {exclude: [ec2/snapshot]}    # all, where it is left out: see type_choice.h
//     - name: sandbox
//       profile: sandbox                    # of the AWS configuration files
//   organizations:
//     - management_account: "111111111111"  # one of the accounts above, or that of the own credentials
//       role_name: HostMasterReadOnly       # in each account of the organization
//       external_id: 6a1c…
//       exclude: ["222222222222"]
//       event_queues: [https://sqs.eu-west-1.amazonaws.com/333333333333/hostmaster-events]
//       types: {include: [ec2/*]}           # of all its accounts, as are metrics and metrics_budget_usd
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/credentials.h"
#include "base/money.h"
#include "base/yaml.h"
#include "collect/accounts.h"
#include "collect/type_choice.h"

namespace hm::collect {

struct AccountSetting {
  std::string name;
  std::string account_id;  // may be empty: it stands in the role's ARN, or AWS is asked
  std::string role_arn;    // empty: no role is assumed
  std::string external_id;
  std::string profile;  // whose credentials are used, or assume the role; empty: the program's own
  std::vector<std::string> regions;
  std::optional<bool> metrics{};              // none: as for all
  std::optional<Money> metrics_budget_usd{};  // likewise
  std::vector<std::string> event_queues{};
  TypeChoice types{};
  std::set<std::string> types_left_out{};  // as the catalog understands `types`
};

// Reads the list at `pointer` ("/accounts") of a configuration file. Every fault is told at once, as
// "file:line: what is wrong".
Result<std::vector<AccountSetting>> read_account_settings(const Yaml& yaml, const std::string& pointer,
                                                          const std::string& file);

// An organization whose accounts are all read, but for those that `accounts` names otherwise.
struct OrganizationSetting {
  std::string
      management_account;  // whose inventory lists the accounts: that one or a delegated administrator
  std::string role_name;   // of the role in each; may have a path: "audit/HostMaster"
  std::string external_id;
  std::string profile;  // whose credentials assume the roles; empty: the program's own
  std::vector<std::string> regions;
  std::vector<std::string> exclude;         // account ids
  std::vector<std::string> event_queues{};  // each read as the account whose it is
  std::optional<bool> metrics{};            // none: as for all
  std::optional<Money> metrics_budget_usd{};
  TypeChoice types{};
};
// As read_account_settings().
Result<std::vector<OrganizationSetting>> read_organization_settings(const Yaml& yaml,
                                                                    const std::string& pointer,
                                                                    const std::string& file);

// With what accounts are entered; outlives them.
struct AccountSources {
  aws::CredentialContext context;
  std::shared_ptr<const aws::SharedConfig> config;  // of the machine: environment and chosen profile
  std::string endpoint_url;                         // for every service; empty: AWS's own
  std::string home_region;                          // empty: the config's, else us-east-1
};

// The account of the program's own credentials.
Account own_account(const AccountSources& sources);
// Has a `failure` where the profile does not exist; whether the role can be assumed shows with the first
// call.
Account make_account(const AccountSetting& setting, const AccountSources& sources);

}  // namespace hm::collect
