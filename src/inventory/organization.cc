#include "inventory/organization.h"

#include "inventory/record.h"

namespace hm::inventory {

Result<std::vector<OrganizationAccount>> organization_accounts(store::Database& database,
                                                               const std::string& told_by) {
  return database.read("listing the accounts of an organization", [&](store::Reader& reader) {
    return reader.all(
        "select key, name, state, arn from resource where account_id = $1 and type = $2 and gone_at is null "
        "order by key limit 10000",
        {told_by, "organizations/account"}, [](const store::Row& row) {
          return OrganizationAccount{row.string(0), row.string(1), row.string(2), row.string(3)};
        });
  });
}

Status forget_unread(store::Transaction& transaction, std::string_view account_id) {
  HM_TRY(const auto places,
         transaction.all("select account_id, region, type from sweep where account_id = $1 and ok_at is null",
                         {account_id}, [](const store::Row& row) {
                           return Place{row.string(0), row.string(1), row.string(2)};
                         }));
  for (const Place& place : places) outcome_changed(transaction, place);
  return transaction.run("delete from sweep where account_id = $1 and ok_at is null", {account_id});
}

}  // namespace hm::inventory
