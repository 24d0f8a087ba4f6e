// Accounts as the inventory knows them: those of an organization, told by its management account, and those
// that nobody asks for any more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace hm::inventory {

struct OrganizationAccount {
  std::string account_id;
  std::string name;
  std::string state;  // as AWS Organizations says it: "ACTIVE", "SUSPENDED"
  std::string arn;
};

// Those that `told_by` (the management account, or one that administers for it) has listed and that have not
// left, by id, at most 10,000: AWS's own limit. Where the list could not be read lately, those of the last
// time.
Result<std::vector<OrganizationAccount>> organization_accounts(store::Database& database,
                                                               const std::string& told_by);

// As Inventory::forget_unread, for all places of an account that is read no more, with the act that says so.
Status forget_unread(store::Transaction& transaction, std::string_view account_id);

}  // namespace hm::inventory
