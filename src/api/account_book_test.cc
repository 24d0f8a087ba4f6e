#include "api/account_book.h"

#include "inventory/inventory.h"
#include "store/test_database.h"

namespace hm::api {
namespace {

constexpr const char* kManagement = "111111111111";

class AccountBookTest : public store::DatabaseTest {
 protected:
  // What a sweep of the organization's accounts saw: id, name, state. A failed one sees nothing.
  void list(const std::vector<std::array<std::string, 3>>& accounts,
            inventory::Outcome outcome = inventory::Outcome::ok, const std::string& by = kManagement) {
    clock_.advance(std::chrono::hours(1));
    inventory::Sweep sweep;
    sweep.place = {by, "global", "organizations/account"};
    sweep.outcome = outcome;
    if (outcome != inventory::Outcome::ok)
      sweep.error = make_error(ErrorKind::denied, "AccessDeniedException", "no");
    sweep.started_at = clock_.now();
    std::vector<inventory::Observed> items;
    for (const auto& [id, name, state] : accounts) {
      inventory::Observed item;
      item.id = id;
      item.region = "global";
      item.arn = "arn:aws-cn:organizations::" + by + ":account/o-1/" + id;
      item.name = name;
      item.state = state;
      item.document = JsonObject{{"Id", id}};
      item.hash = id + name + state;
      items.push_back(std::move(item));
    }
    inventory::RecordOptions options;
    options.confirm_gone = [](const std::vector<std::string>& ids) {
      return std::set<std::string>(ids.begin(), ids.end());
    };
    const auto recorded = inventory::Inventory(database(), clock_).record(sweep, std::move(items), options);
    ASSERT_TRUE(recorded.has_value()) << recorded.error().text();
  }
  AccountBook book() {
    AccountEntry own;
    own.account_id = kManagement;
    own.name = "management";
    Organization organization;
    organization.management_account = kManagement;
    organization.role_name = "Reader";
    organization.external_id = "the external id";
    organization.exclude = {"444444444444"};
    return AccountBook(database(), clock_, box_, {own}, {organization});
  }
  std::string ids() {
    std::string text;
    const auto entries = book().list();
    EXPECT_TRUE(entries.has_value());
    for (const auto& entry : *entries)
      text += (text.empty() ? "" : " ") + entry.account_id + (entry.enabled ? "" : ":" + entry.closed);
    return text;
  }

  identity::SecretBox box_{std::string(32, 'k')};
};

TEST_P(AccountBookTest, AnOrganizationsAccountsAreReadThroughItsRole) {
  EXPECT_EQ(ids(), "111111111111");
  list({{kManagement, "management", "ACTIVE"},
        {"222222222222", "shop", "ACTIVE"},
        {"333333333333", "old", "SUSPENDED"},
        {"444444444444", "private", "ACTIVE"}});
  EXPECT_EQ(ids(), "111111111111 222222222222 333333333333:SUSPENDED");
  const auto shop = book().get("222222222222");
  ASSERT_TRUE(shop.has_value());
  EXPECT_EQ(shop->name, "shop");
  EXPECT_EQ(shop->source, AccountSource::organization);
  EXPECT_EQ(shop->role_arn, "arn:aws-cn:iam::222222222222:role/Reader");
  EXPECT_EQ(shop->external_id, "the external id");
}

TEST_P(AccountBookTest, AnAccountThatLeftIsReadNoMoreAndAFailedListChangesNothing) {
  list({{"222222222222", "shop", "ACTIVE"}, {"333333333333", "lab", "ACTIVE"}});
  list({}, inventory::Outcome::denied);
  EXPECT_EQ(ids(), "111111111111 222222222222 333333333333");
  list({{"222222222222", "shop", "ACTIVE"}});
  EXPECT_EQ(ids(), "111111111111 222222222222");
}

TEST_P(AccountBookTest, NobodyElseAddsAccounts) {
  list({{"555555555555", "stranger", "ACTIVE"}}, inventory::Outcome::ok, "222222222222");
  EXPECT_EQ(ids(), "111111111111");
}

TEST_P(AccountBookTest, WhatAnOrganizationNamesIsNotChangedHere) {
  list({{"222222222222", "shop", "ACTIVE"}});
  auto accounts = book();
  const auto removed = accounts.remove(identity::Actor{}, "222222222222");
  ASSERT_FALSE(removed.has_value());
  EXPECT_EQ(removed.error().code, "from_organization");
}

HM_ON_BOTH_STORES(AccountBookTest);

}  // namespace
}  // namespace hm::api
