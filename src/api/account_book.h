// Whose estates are read: the accounts of the configuration file, those connected through the API, and those
// of organizations. Those of the API name a role and an external id, never a profile or a process, so that
// the API cannot make the server run or read anything.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "collect/type_choice.h"
#include "identity/password.h"
#include "identity/principal.h"
#include "store/database.h"

namespace hm::api {

enum class AccountSource { config, api, organization };
std::string_view to_string(AccountSource source);

struct AccountEntry {
  std::string account_id{};  // empty: of the server's own credentials, before AWS has said it
  std::string name{};        // for people
  AccountSource source = AccountSource::config;
  std::string profile{};   // from the configuration alone
  std::string role_arn{};  // empty: the server's own credentials
  std::string external_id{};
  std::vector<std::string> regions{};  // empty: all enabled ones
  bool enabled = true;
  std::string closed{};  // as AWS Organizations calls an account that is not active: "SUSPENDED"; else empty
  std::optional<bool> metrics{};              // from the configuration alone; none: as for all
  std::optional<Money> metrics_budget_usd{};  // likewise
  std::vector<std::string> event_queues{};    // that it reads (collect/event_queue.h)
  collect::TypeChoice types{};                // from the configuration alone
  std::set<std::string> types_left_out{};     // as the catalog understands `types`
  // Why it cannot be entered as it is stored: its external id was sealed with another key.
  std::optional<Error> failure{};
};

// An organization whose accounts are read through one role in each: see collect/account_settings.h.
struct Organization {
  std::string management_account;
  std::string role_name;
  std::string external_id{};
  std::string profile{};
  std::vector<std::string> regions{};
  std::vector<std::string> exclude{};
  std::vector<std::string> event_queues{};  // each read as the account whose it is
  std::optional<bool> metrics{};
  std::optional<Money> metrics_budget_usd{};
  collect::TypeChoice types{};
  std::set<std::string> types_left_out{};
};

// Its accounts as its management account's inventory knows them, without that one itself and the excluded.
// One that is not active is not enabled.
Result<std::vector<AccountEntry>> accounts_of(store::Database& database, const Organization& organization);

struct AccountChange {
  std::optional<std::string> name{};
  std::optional<std::vector<std::string>> regions{};
  std::optional<std::vector<std::string>> event_queues{};
  std::optional<bool> enabled{};
};

// Thread-safe. Failures: invalid "invalid" with the note "field", conflict "account_exists", "queue_taken",
// "from_config" or "from_organization", not_found "no_such_account".
class AccountBook {
 public:
  AccountBook(store::Database& database, const Clock& clock, const identity::SecretBox& box,
              std::vector<AccountEntry> configured, std::vector<Organization> organizations = {});

  // Those of the configuration first, then those connected through the API, then those of organizations. An
  // account that several name is the first's.
  Result<std::vector<AccountEntry>> list();
  Result<AccountEntry> get(std::string_view account_id);
  Result<AccountEntry> add(const identity::Actor& actor, AccountEntry account);
  Result<AccountEntry> change(const identity::Actor& actor, std::string_view account_id,
                              const AccountChange& change);
  Status remove(const identity::Actor& actor, std::string_view account_id);
  // Whether the account may read these queues of events: each is the URL of one, and read by no other
  // account.
  Status check_queues(std::string_view account_id, const std::vector<std::string>& urls);
  // Account id -> name for people, the id itself where there is none. Kept until an account changes.
  using Names = std::map<std::string, std::string>;
  Result<std::shared_ptr<const Names>> names();

 private:
  Result<std::vector<AccountEntry>> stored();

  store::Database& database_;
  const Clock& clock_;
  const identity::SecretBox& box_;
  const std::vector<AccountEntry> configured_;
  const std::vector<Organization> organizations_;
  const std::string names_key_;  // what the configuration says of the names
};

// "111111111111" of "arn:aws:iam::111111111111:role/Reader"; fails with the note "field" where it is no
// role's ARN.
Result<std::string> account_of_role(std::string_view role_arn);

}  // namespace hm::api
