// The topology and neighbours as the API tells them.
#include "api/test_api.h"

namespace hm::api {
namespace {

class TopologyApiTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    sweep_estate();
    all_ = key_of("all", identity::Role::viewer);
    only_a_ = key_of("onlya", identity::Role::viewer, only_a());
  }
  Got topology(const std::string& query, const std::string& key) {
    return call("GET", "/api/v1/topology" + query, {.key = key});
  }
  // "kind:key=resources …"
  static std::string text_of(const Got& got) {
    std::string text;
    for (const Json& item : got.body.at("items").as_array())
      text += (text.empty() ? "" : " ") + std::string(member_text(item, "kind")) + ":" +
              std::string(member_text(item, "key")) + "=" + to_json(item.at("resources"));
    return text;
  }
  std::string all_, only_a_;
};

TEST_F(TopologyApiTest, TheTreeIsToldLevelByLevel) {
  const Got top = topology("", all_);
  EXPECT_EQ(text_of(top), "account:111111111111=3 account:222222222222=2");
  EXPECT_EQ(top.body.at("resources").as_int64(), 5);
  EXPECT_EQ(member_text(top.body.at("items").at(0), "title"), "Alpha");
  EXPECT_EQ(member_text(top.body.at("items").at(0), "worst_state"), "fine");
  EXPECT_EQ(top.body.at("items").at(1).at("unread_places").as_int64(), 1);
  EXPECT_EQ(text_of(topology("?account=111111111111", all_)), "region:eu-west-1=2 region:us-east-1=1");
  const Got types = topology("?account=111111111111&region=eu-west-1&vpc=none", all_);
  EXPECT_EQ(member_text(types.body, "level"), "types");
  EXPECT_EQ(text_of(types), "type:ec2/volume=2");
  const Got volumes = topology("?account=111111111111&region=eu-west-1&type=ec2/volume", all_);
  EXPECT_EQ(member_text(volumes.body, "level"), "resources");
  EXPECT_EQ(volumes.body.at("items").as_array().size(), 2u);
  EXPECT_EQ(member_text(volumes.body.at("items").at(0).at("resource"), "key"), "vol-a1");
}

TEST_F(TopologyApiTest, WhatCouldNotBeAskedIsANodeOfItsOwn) {
  const Got region = topology("?account=222222222222&region=eu-west-1", all_);
  const auto& items = region.body.at("items").as_array();
  ASSERT_EQ(items.size(), 2u) << region.text;
  EXPECT_EQ(member_text(items[1], "kind"), "unknown");
  EXPECT_TRUE(items[1].at("resources").is_null());
  const Json& gap = region.body.at("gaps").at("items").at(0);
  EXPECT_EQ(member_text(gap, "type"), "ec2/instance");
  EXPECT_EQ(member_text(gap.at("problem"), "permission"), "ec2:DescribeInstances");
  // Instances lie in subnets; volumes in no network.
  const std::string vpc = "?account=222222222222&region=eu-west-1&vpc=vpc-1";
  EXPECT_EQ(topology(vpc, all_).body.at("gaps").at("unread").as_int64(), 1);
  const Got filtered = topology("?account=222222222222&region=eu-west-1&filter=type:ec2/volume", all_);
  EXPECT_EQ(filtered.body.at("gaps").at("places").as_int64(), 0) << filtered.text;
}

TEST_F(TopologyApiTest, AnAccountWithoutASweepIsNotEmpty) {
  ASSERT_OK(database_->write("test", [](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("delete from resource"));
    return transaction.run("delete from sweep");
  }));
  const Got top = topology("", all_);
  EXPECT_EQ(text_of(top), "account:111111111111=null account:222222222222=null");
  EXPECT_TRUE(top.body.at("resources").is_null());
  EXPECT_TRUE(top.body.at("as_of").is_null());
  EXPECT_TRUE(top.body.at("items").at(0).at("findings").is_null()) << "no rule has looked";
}

TEST_F(TopologyApiTest, TheScopeHolds) {
  const Got mine = topology("", only_a_);
  EXPECT_EQ(text_of(mine), "account:111111111111=3");
  EXPECT_EQ(mine.body.at("gaps").at("places").as_int64(), 0);
  for (const std::string query : {"?account=222222222222", "?account=222222222222&region=eu-west-1",
                                  "?account=222222222222&region=eu-west-1&type=ec2/volume"}) {
    const Got other = topology(query, only_a_);
    EXPECT_EQ(text_of(other), "") << query;
    EXPECT_TRUE(other.body.at("resources").is_null()) << query;
    EXPECT_EQ(other.text.find("vol-b"), std::string::npos) << query;
  }
  EXPECT_EQ(text_of(topology("?filter=vol-a1", all_)), "account:111111111111=1 account:222222222222=null")
      << "what was never read may fit";
  EXPECT_EQ(text_of(topology("?filter=type:ec2/volume%20vol-a1", all_)), "account:111111111111=1")
      << "volumes were read, and none fits";
}

TEST_F(TopologyApiTest, NeighboursAreToldWithTheirRelation) {
  inventory::Sweep made;
  made.place = {std::string(kAccountA), "eu-west-1", "ec2/snapshot"};
  made.outcome = inventory::Outcome::ok;
  made.started_at = clock_.now();
  inventory::Observed snapshot;
  snapshot.id = snapshot.name = snapshot.hash = "snap-1";
  snapshot.region = "eu-west-1";
  snapshot.document = JsonObject{{"SnapshotId", "snap-1"}};
  snapshot.relations = {{"volume", "ec2/volume", "vol-a1"}};
  std::vector<inventory::Observed> items;
  items.push_back(std::move(snapshot));
  ASSERT_OK(inventory::Inventory(*database_, clock_).record(made, std::move(items)));
  const std::string id = id_of(kAccountA, "eu-west-1", "vol-a1");
  const Got got = call("GET", "/api/v1/resources/" + id + "/neighbours", {.key = only_a_});
  const Json& one = got.body.at("dependents").at("items").at(0);
  EXPECT_EQ(member_text(one, "relation_title"), "Volume");
  EXPECT_EQ(member_text(one, "type_title"), "EBS snapshot");
  EXPECT_EQ(member_text(one, "via"), id);
  EXPECT_EQ(member_text(one.at("resource"), "key"), "snap-1");
  EXPECT_TRUE(got.body.at("depends_on").at("items").as_array().empty());
}

}  // namespace
}  // namespace hm::api
