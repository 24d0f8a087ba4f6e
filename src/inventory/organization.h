// The accounts of an organization, as the inventory of its management account knows them.
#pragma once

#include <string>
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

}  // namespace hm::inventory
