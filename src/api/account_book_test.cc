#include "api/account_book.h"

#include "identity/audit.h"
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

constexpr const char* kShopQueue = "https://sqs.eu-west-1.amazonaws.com/222222222222/hostmaster-events";

AccountEntry connected(const std::string& id, std::vector<std::string> queues) {
  AccountEntry account;
  account.role_arn = "arn:aws:iam::" + id + ":role/Reader";
  account.external_id = "0123456789abcdef";
  account.event_queues = std::move(queues);
  return account;
}

std::string field_of(const Error& error) {
  const auto found = error.notes.find("field");
  return found == error.notes.end() ? "" : found->second;
}

TEST_P(AccountBookTest, QueuesOfEventsAreKeptChangedAndForgottenWithTheirAccount) {
  auto accounts = book();
  const identity::Actor actor;
  const std::string other = "https://sqs.us-east-1.amazonaws.com/222222222222/hostmaster-events";
  ASSERT_TRUE(accounts.add(actor, connected("222222222222", {kShopQueue})));
  EXPECT_EQ(book().get("222222222222")->event_queues, std::vector<std::string>{kShopQueue});
  ASSERT_TRUE(
      accounts.change(actor, "222222222222", {.event_queues = std::vector{other, std::string(kShopQueue)}}));
  EXPECT_EQ(book().get("222222222222")->event_queues, (std::vector{std::string(kShopQueue), other}));
  ASSERT_TRUE(accounts.change(actor, "222222222222", {.enabled = false}));
  EXPECT_EQ(book().get("222222222222")->event_queues.size(), 2u) << "what is not named stays";
  ASSERT_TRUE(accounts.remove(actor, "222222222222"));
  ASSERT_TRUE(accounts.add(actor, connected("333333333333", {kShopQueue}))) << "nobody reads it any more";
  const auto written = database().read(
      "reading the audit", [](store::Reader& reader) { return identity::list_audit(reader, {}); });
  ASSERT_TRUE(written.has_value());
  std::string told;
  for (const auto& entry : *written) told += to_json(entry.details) + "\n";
  EXPECT_NE(told.find(kShopQueue), std::string::npos) << told;
  EXPECT_NE(told.find(other), std::string::npos) << told;
}

TEST_P(AccountBookTest, NamesAreThoseOfTheMomentThoughTheyAreKept) {
  auto accounts = book();
  const identity::Actor actor;
  using Names = AccountBook::Names;
  EXPECT_EQ(**accounts.names(), (Names{{kManagement, "management"}}));
  EXPECT_EQ(*accounts.names(), *accounts.names()) << "kept";
  list({{"222222222222", "shop", "ACTIVE"}});
  EXPECT_EQ(**accounts.names(), (Names{{kManagement, "management"}, {"222222222222", "shop"}}));
  ASSERT_TRUE(accounts.add(actor, connected("333333333333", {})));
  ASSERT_TRUE(accounts.change(actor, "333333333333", {.name = "lab"}));
  EXPECT_EQ((*accounts.names())->at("333333333333"), "lab");
  ASSERT_TRUE(accounts.remove(actor, "333333333333"));
  EXPECT_FALSE((*accounts.names())->contains("333333333333"));
  list({{"222222222222", "store", "ACTIVE"}});
  EXPECT_EQ((*accounts.names())->at("222222222222"), "store");
  AccountEntry other;
  other.account_id = kManagement;
  other.name = "renamed";
  AccountBook of_another_configuration(database(), clock_, box_, {other});
  EXPECT_EQ(**of_another_configuration.names(), (Names{{kManagement, "renamed"}}));
}

TEST_P(AccountBookTest, OfARemovedAccountWhatWasReadStaysAndRefusalsDoNot) {
  auto accounts = book();
  const identity::Actor actor;
  ASSERT_TRUE(accounts.add(actor, connected("222222222222", {})));
  const auto sweep = [&](const std::string& type, inventory::Outcome outcome) {
    clock_.advance(std::chrono::hours(1));
    inventory::Sweep one;
    one.place = {"222222222222", "eu-west-1", type};
    one.outcome = outcome;
    if (outcome != inventory::Outcome::ok) one.error = make_error(ErrorKind::denied, "AccessDenied", "no");
    one.started_at = clock_.now();
    ASSERT_TRUE(inventory::Inventory(database(), clock_).record(one, {}));
  };
  sweep("ec2/vpc", inventory::Outcome::ok);
  sweep("ec2/vpc", inventory::Outcome::denied);
  sweep("ec2/volume", inventory::Outcome::denied);
  ASSERT_TRUE(accounts.remove(actor, "222222222222"));
  const auto kept = database().read("reading sweeps", [](store::Reader& reader) {
    return reader.all("select type from sweep where account_id = '222222222222'", {},
                      [](const store::Row& row) { return row.string(0); });
  });
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(*kept, std::vector<std::string>{"ec2/vpc"}) << "it was read once, and its age is told";
}

TEST_P(AccountBookTest, AQueueIsReadByOneAccountAndMustBeOne) {
  auto accounts = book();
  const identity::Actor actor;
  ASSERT_TRUE(accounts.add(actor, connected("222222222222", {kShopQueue})));
  const auto taken = accounts.add(actor, connected("333333333333", {kShopQueue}));
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, "queue_taken");
  EXPECT_EQ(field_of(taken.error()), "event_queues");
  EXPECT_FALSE(accounts.get("333333333333").has_value()) << "nothing of it is kept";
  const auto wrong =
      accounts.change(actor, "222222222222", {.event_queues = std::vector<std::string>{"my-queue"}});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(field_of(wrong.error()), "event_queues");
  EXPECT_NE(wrong.error().message.find("looks like https://sqs."), std::string::npos)
      << wrong.error().message;
  EXPECT_EQ(accounts.get("222222222222")->event_queues, std::vector<std::string>{kShopQueue});
  EXPECT_EQ(accounts.check_queues("222222222222", {kShopQueue, kShopQueue}).error().code, "invalid");
  EXPECT_TRUE(accounts.check_queues("222222222222", {kShopQueue})) << "its own is not taken";
  std::vector<std::string> many;
  many.reserve(200);
  for (int i = 0; i < 200; ++i) many.push_back(std::string(kShopQueue) + std::to_string(i));
  EXPECT_EQ(accounts.check_queues("333333333333", many).error().code, "invalid") << "one stands already";
  EXPECT_TRUE(accounts.check_queues("222222222222", many));
}

// The configuration comes first, also what it says of accounts that nobody has seen yet.
TEST_P(AccountBookTest, AQueueOfTheConfigurationIsTaken) {
  AccountEntry own;
  own.account_id = kManagement;
  own.event_queues = {"https://sqs.eu-west-1.amazonaws.com/111111111111/q"};
  Organization organization;
  organization.management_account = kManagement;
  organization.role_name = "Reader";
  organization.event_queues = {kShopQueue};
  AccountBook accounts(database(), clock_, box_, {own}, {organization});
  EXPECT_EQ(accounts.check_queues("333333333333", own.event_queues).error().code, "queue_taken");
  EXPECT_EQ(accounts.check_queues("333333333333", {kShopQueue}).error().code, "queue_taken");
  EXPECT_TRUE(accounts.check_queues("222222222222", {kShopQueue}));
}

HM_ON_BOTH_STORES(AccountBookTest);

}  // namespace
}  // namespace hm::api
