// What is used of a quota is known only where everything that is to be counted was read.
#include "inventory/quota.h"

#include <filesystem>

#include "store/test_database.h"

namespace hm::inventory {
namespace {

const std::string kA = "111111111111";
const std::string kB = "222222222222";

catalog::Quota fact(const std::string& code, const std::string& sql) {
  catalog::Quota quota;
  quota.service_code = "ebs";
  quota.quota_code = code;
  quota.counts = "volumes";
  quota.sql = sql;
  return quota;
}

catalog::Catalog small_catalog() {
  std::vector<catalog::ResourceType> types(2);
  types[0].id = "ec2/volume";
  types[0].table = "aws_ebs_volume";
  types[0].title = "EBS volume";
  types[1].id = "servicequotas/service_quota";
  types[1].table = "aws_servicequotas_service_quota";
  types[1].title = "Service quota";
  const std::pair<const char*, catalog::ColumnType> columns[] = {
      {"service_code", catalog::ColumnType::text}, {"service_name", catalog::ColumnType::text},
      {"quota_code", catalog::ColumnType::text},   {"quota_name", catalog::ColumnType::text},
      {"unit", catalog::ColumnType::text},         {"adjustable", catalog::ColumnType::boolean},
      {"value", catalog::ColumnType::real}};
  for (const auto& [name, type] : columns)
    types[1].columns.push_back(
        {.name = name, .path = *JsonPath::parse(name), .type = type, .description = ""});
  return catalog::Catalog(
      std::move(types), {},
      {fact("L-1", "select account_id, region, count(*) as used from aws_ebs_volume group by 1, 2"),
       fact("L-2", "select account_id, count(*) as used from aws_ebs_volume group by 1")});
}

class QuotaTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    directory_ = std::filesystem::temp_directory_path() / ("hm-quota-" + hex(random_bytes(8)));
    auto opened = query::QueryDatabase::open(directory_.string(), table_specs(catalog_));
    ASSERT_OK(opened);
    query_ = std::move(*opened);
  }
  void TearDown() override {
    query_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
    store::DatabaseTest::TearDown();
  }

  void sweep(const std::string& account, const std::string& region, const std::string& type,
             std::vector<Observed> items, Outcome outcome = Outcome::ok) {
    clock_.advance(std::chrono::minutes(5));
    Inventory inventory(database(), clock_);
    Sweep sweep;
    sweep.place = {account, region, type};
    sweep.outcome = outcome;
    if (outcome != Outcome::ok) sweep.error = make_error(ErrorKind::denied, "AccessDenied", "no");
    sweep.started_at = clock_.now();
    ASSERT_OK(inventory.record(sweep, std::move(items)));
  }
  static Observed item(const std::string& id, Json document = JsonObject{}) {
    Observed one;
    one.id = id;
    one.region = "eu-west-1";
    one.document = std::move(document);
    one.hash = id;
    return one;
  }
  void quotas(const std::string& account, const std::string& region) {
    std::vector<Observed> items;
    for (const char* code : {"L-1", "L-2", "L-3"}) {
      items.push_back(item(code, JsonObject{{"service_code", "ebs"}, {"quota_code", code}, {"value", 4.0}}));
      items.back().region = region;
    }
    sweep(account, region, "servicequotas/service_quota", std::move(items));
  }
  // "account code used/unknown" of each, in the order given.
  std::vector<std::string> told(const identity::Scope& scope = identity::Scope::everything()) {
    Follower follower(database(), *query_, catalog_);
    EXPECT_TRUE(follower.catch_up().has_value());
    const auto list = quota_list(database(), *query_, catalog_, scope);
    EXPECT_TRUE(list.has_value()) << list.error().text();
    std::vector<std::string> lines;
    for (const auto& quota : list->quotas)
      lines.push_back(quota.account_id.substr(0, 1) + " " + quota.quota_code + " " +
                      (quota.used             ? std::to_string(static_cast<int>(*quota.used))
                       : quota.counts.empty() ? "not counted"
                                              : "unknown: " + quota.unknown));
    return lines;
  }
  using Lines = std::vector<std::string>;

  const catalog::Catalog catalog_ = small_catalog();
  std::filesystem::path directory_;
  std::unique_ptr<query::QueryDatabase> query_;
};

TEST_P(QuotaTest, WhatWasNeverReadIsNotUnused) {
  quotas(kA, "eu-west-1");
  EXPECT_EQ(told(), (Lines{"1 L-1 unknown: EBS volume: no sweep has ended well yet",
                           "1 L-2 unknown: EBS volume: no sweep has ended well yet", "1 L-3 not counted"}));
  sweep(kA, "eu-west-1", "ec2/volume", {});
  EXPECT_EQ(told(), (Lines{"1 L-1 0", "1 L-2 0", "1 L-3 not counted"})) << "read, and there is none";
  sweep(kA, "eu-west-1", "ec2/volume", {item("vol-1"), item("vol-2"), item("vol-3")});
  EXPECT_EQ(told(), (Lines{"1 L-1 3", "1 L-2 3", "1 L-3 not counted"}));
}

TEST_P(QuotaTest, ARefusalInOneAccountConcernsThatAlone) {
  for (const auto& account : {kA, kB}) {
    quotas(account, "eu-west-1");
    sweep(account, "eu-west-1", "ec2/volume", {item("vol-1")});
  }
  sweep(kB, "eu-west-1", "ec2/volume", {}, Outcome::denied);
  EXPECT_EQ(told(),
            (Lines{"1 L-1 1", "1 L-2 1", "2 L-1 unknown: ec2/volume in eu-west-1: denied (AccessDenied)",
                   "2 L-2 unknown: ec2/volume in eu-west-1: denied (AccessDenied)", "1 L-3 not counted",
                   "2 L-3 not counted"}));
}

TEST_P(QuotaTest, WhatNobodyAskedForInOneAccountIsNotUnusedThere) {
  quotas(kA, "eu-west-1");
  sweep(kA, "eu-west-1", "ec2/volume", {item("vol-1")});
  quotas(kB, "eu-west-1");
  EXPECT_EQ(told(), (Lines{"1 L-1 1", "1 L-2 1", "2 L-1 unknown: EBS volume: nobody has asked for it here",
                           "2 L-2 unknown: EBS volume: nobody has asked for it here", "1 L-3 not counted",
                           "2 L-3 not counted"}));
}

TEST_P(QuotaTest, ARefusalInOneRegionLeavesTheOthersButNotTheAccount) {
  quotas(kA, "eu-west-1");
  sweep(kA, "eu-west-1", "ec2/volume", {item("vol-1")});
  sweep(kA, "us-east-1", "ec2/volume", {}, Outcome::denied);
  EXPECT_EQ(told(), (Lines{"1 L-1 1", "1 L-2 unknown: ec2/volume in us-east-1: denied (AccessDenied)",
                           "1 L-3 not counted"}));
}

TEST_P(QuotaTest, WhoSeesSomeRegionsDoesNotSeeTheUseOfTheAccount) {
  quotas(kA, "eu-west-1");
  sweep(kA, "eu-west-1", "ec2/volume", {item("vol-1")});
  identity::Scope scope;
  scope.regions = {"eu-west-1"};
  EXPECT_EQ(told(scope),
            (Lines{"1 L-1 1", "1 L-2 unknown: it is the whole account's, of which you see some regions",
                   "1 L-3 not counted"}));
}

HM_ON_BOTH_STORES(QuotaTest);

}  // namespace
}  // namespace hm::inventory
