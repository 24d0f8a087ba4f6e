#include "inventory/topology.h"

#include "inventory/neighbours.h"
#include "inventory/state_level.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

const std::string kA = "111111111111";
const std::string kB = "222222222222";

catalog::ResourceType type_of(const std::string& id, const std::vector<std::string>& referred) {
  catalog::ResourceType type;
  type.id = id;
  for (const std::string& other : referred) {
    catalog::Relation relation;
    relation.name = other;
    relation.type = other;
    type.relations.push_back(std::move(relation));
  }
  return type;
}

catalog::Catalog small_catalog() {
  std::vector<catalog::ResourceType> types;
  types.push_back(type_of("ec2/instance", {"ec2/volume", "ec2/subnet", "ec2/vpc"}));
  types.push_back(type_of("ec2/snapshot", {"ec2/volume"}));
  types.push_back(type_of("elbv2/target_group", {"ec2/instance"}));
  return catalog::Catalog(std::move(types));
}

class TopologyTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    record({kA, "eu-west-1", "ec2/vpc"}, {item("vpc-1", {}), item("vpc-2", {})});
    record({kA, "eu-west-1", "ec2/subnet"}, {item("subnet-1", {{"vpc", "ec2/vpc", "vpc-1"}}),
                                             item("subnet-2", {{"vpc", "ec2/vpc", "vpc-1"}})});
    record({kA, "eu-west-1", "ec2/instance"},
           {item("i-1", {{"vpc", "ec2/vpc", "vpc-1"},
                         {"subnet", "ec2/subnet", "subnet-1"},
                         {"volume", "ec2/volume", "vol-1"}}),
            item("i-2", {{"vpc", "ec2/vpc", "vpc-1"}, {"subnet", "ec2/subnet", "subnet-1"}}, "stopped")});
    // Names subnets and no VPC; the first one as an ARN.
    record({kA, "eu-west-1", "ecs/service"},
           {item("svc", {{"subnet", "ec2/subnet", "arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-1"},
                         {"subnet", "ec2/subnet", "subnet-2"}})});
    record({kA, "eu-west-1", "ec2/volume"}, {item("vol-1", {{"instance", "ec2/instance", "i-1"}})});
    record({kA, "eu-west-1", "ec2/snapshot"}, {item("snap-1", {{"volume", "ec2/volume", "vol-1"}})});
    record({kA, "global", "iam/role"}, {item("role", {})});
    // The same id in another account means another volume.
    record({kB, "eu-west-1", "ec2/snapshot"}, {item("snap-9", {{"volume", "ec2/volume", "vol-1"}})});
  }
  static Observed item(const std::string& id, std::vector<ObservedRelation> relations,
                       const std::string& state = "available") {
    Observed made;
    made.id = made.name = made.hash = id;
    made.arn = "arn:aws:" + id;
    made.state = state;
    made.document = JsonObject{{"Id", id}};
    made.relations = std::move(relations);
    return made;
  }
  void record(const Place& place, std::vector<Observed> items, Outcome outcome = Outcome::ok) {
    for (Observed& one : items) one.region = place.region;
    clock_.advance(std::chrono::minutes(1));
    Sweep sweep;
    sweep.place = place;
    sweep.outcome = outcome;
    if (outcome != Outcome::ok) sweep.error = make_error(ErrorKind::denied, "AccessDenied", "not allowed");
    sweep.started_at = clock_.now();
    ASSERT_OK(Inventory(database(), clock_).record(sweep, std::move(items)));
  }
  // "child:type=count …", a line for what the spot holds.
  std::string counts(const Spot& spot, const Scope& scope = Scope::everything()) {
    const auto counted = count_spot(database(), scope, {}, spot);
    EXPECT_TRUE(counted.has_value()) << counted.error().text();
    std::string text;
    for (const SpotCount& one : counted.value_or(std::vector<SpotCount>{}))
      text += (text.empty() ? "" : " ") + one.child + ":" + one.type + "=" + std::to_string(one.resources);
    return text;
  }
  static std::string id_of(const Place& place, const std::string& key) {
    return resource_id(resource_number(place, key));
  }
  Neighbours neighbours(const Place& place, const std::string& key, int hops,
                        const Scope& scope = Scope::everything()) {
    auto found = get_neighbours(database(), small_catalog(), scope, id_of(place, key), hops);
    EXPECT_TRUE(found.has_value()) << found.error().text();
    return found ? std::move(*found) : Neighbours{};
  }
  static std::string text_of(const Direction& direction) {
    std::string text;
    for (const Neighbour& one : direction.items)
      text += (text.empty() ? "" : " ") + std::to_string(one.hop) + ":" +
              (one.resource ? one.resource->key : "(" + one.target + ")");
    return text;
  }
};

TEST_P(TopologyTest, EachLevelAddsUpToTheOneAbove) {
  EXPECT_EQ(counts({}),
            "111111111111:ec2/instance=1 111111111111:ec2/instance=1 111111111111:ec2/snapshot=1 "
            "111111111111:ec2/subnet=2 111111111111:ec2/volume=1 111111111111:ec2/vpc=2 "
            "111111111111:ecs/service=1 111111111111:iam/role=1 222222222222:ec2/snapshot=1");
  EXPECT_EQ(counts({.account_id = kB}), "eu-west-1:ec2/snapshot=1");
  EXPECT_EQ(counts({.account_id = kA, .region = "eu-west-1"}),
            ":ec2/snapshot=1 :ec2/volume=1 vpc-1:ec2/instance=1 vpc-1:ec2/instance=1 vpc-1:ec2/subnet=2 "
            "vpc-1:ec2/vpc=1 vpc-1:ecs/service=1 vpc-2:ec2/vpc=1");
  EXPECT_EQ(counts({.account_id = kA, .region = "eu-west-1", .vpc = "vpc-1"}),
            ":ec2/subnet=2 :ec2/vpc=1 :ecs/service=1 subnet-1:ec2/instance=1 subnet-1:ec2/instance=1");
  EXPECT_EQ(counts({.account_id = kA, .region = "eu-west-1", .vpc = "vpc-1", .subnet = "subnet-1"}),
            "ec2/instance:ec2/instance=1 ec2/instance:ec2/instance=1");
  EXPECT_EQ(counts({.account_id = kA, .region = "eu-west-1", .vpc = ""}),
            "ec2/snapshot:ec2/snapshot=1 ec2/volume:ec2/volume=1");
  EXPECT_EQ(counts({}, {.accounts = std::set{kB}, .regions = std::nullopt}), "222222222222:ec2/snapshot=1");
}

TEST_P(TopologyTest, ANetworkIsThereWithNothingInIt) {
  const auto vpcs =
      containers_of(database(), Scope::everything(), {.account_id = kA, .region = "eu-west-1"}, 10);
  ASSERT_OK(vpcs);
  EXPECT_EQ(vpcs->size(), 2u);
  const auto subnets = containers_of(database(), Scope::everything(),
                                     {.account_id = kA, .region = "eu-west-1", .vpc = "vpc-1"}, 10);
  ASSERT_OK(subnets);
  EXPECT_EQ(subnets->count("subnet-2"), 1u);
}

TEST_P(TopologyTest, AResourceThatMovesIsCountedWhereItIs) {
  record({kA, "eu-west-1", "ecs/service"}, {});
  Observed moved = item("svc", {{"subnet", "ec2/subnet", "subnet-2"}});
  moved.hash = "moved";
  record({kA, "eu-west-1", "ecs/service"}, {std::move(moved)});
  EXPECT_EQ(counts({.account_id = kA, .region = "eu-west-1", .vpc = "vpc-1", .subnet = "subnet-2"}),
            "ecs/service:ecs/service=1");
}

TEST_P(TopologyTest, WhatWasNotAskedIsTold) {
  record({kA, "eu-west-1", "lambda/function"}, {}, Outcome::denied);
  record({kA, "eu-west-1", "ec2/volume"}, {}, Outcome::denied);
  const auto gaps = gaps_of(database(), Scope::everything(), {}, {.account_id = kA});
  ASSERT_OK(gaps);
  EXPECT_EQ(gaps->at("eu-west-1").places, 2);
  EXPECT_EQ(gaps->at("eu-west-1").unread, 1) << "volumes were read before";
  EXPECT_EQ(gaps->at("global").places, 0);
  const auto sweeps = gaps_of_region(database(), Scope::everything(), {},
                                     {.account_id = kA, .region = "eu-west-1"}, {"s3/bucket"}, 10);
  ASSERT_OK(sweeps);
  ASSERT_EQ(sweeps->size(), 2u);
  EXPECT_EQ(sweeps->front().place.type, "lambda/function") << "what was never read comes first";
  EXPECT_EQ(gaps_of(database(), {.accounts = std::set{kB}, .regions = std::nullopt}, {}, {})->count(kA), 0u);
}

TEST_P(TopologyTest, NeighboursGoTwoStepsBothWays) {
  const Place volumes{kA, "eu-west-1", "ec2/volume"};
  const Neighbours two = neighbours(volumes, "vol-1", 2);
  EXPECT_EQ(text_of(two.depends_on), "1:i-1 2:subnet-1 2:vpc-1");
  EXPECT_EQ(text_of(two.dependents), "1:i-1 1:snap-1") << "the snapshot of the other account means another";
  const Neighbours one = neighbours(volumes, "vol-1", 1);
  EXPECT_EQ(text_of(one.depends_on), "1:i-1");
  record({kA, "eu-west-1", "elbv2/target_group"},
         {item("tg", {{"instance", "ec2/instance", "i-1"}}), item("other", {})});
  EXPECT_EQ(text_of(neighbours(volumes, "vol-1", 2).dependents), "1:i-1 1:snap-1 2:tg");
}

TEST_P(TopologyTest, WhatIsNamedByItsNameIsFound) {
  Observed pair = item("key-1", {});
  pair.name = "deploy";
  record({kA, "eu-west-1", "ec2/key_pair"}, {pair});
  Observed named = item("i-9", {{"key_pair", "ec2/key_pair", "deploy"}});
  record({kA, "eu-west-1", "ec2/instance"}, {named});
  record({kA, "us-east-1", "ec2/instance"}, {item("i-10", {{"key_pair", "ec2/key_pair", "deploy"}})});
  const Place pairs{kA, "eu-west-1", "ec2/key_pair"};
  EXPECT_EQ(text_of(neighbours({kA, "eu-west-1", "ec2/instance"}, "i-9", 1).depends_on), "1:key-1");
  EXPECT_EQ(text_of(neighbours({kA, "us-east-1", "ec2/instance"}, "i-10", 1).depends_on), "1:(deploy)")
      << "a key pair is one of its region";
  EXPECT_EQ(text_of(neighbours(pairs, "key-1", 1).dependents), "1:i-9");
  const auto detail = get_resource(database(), Scope::everything(), id_of(pairs, "key-1"));
  ASSERT_OK(detail);
  ASSERT_EQ(detail->relations.size(), 1u);
  EXPECT_EQ(detail->relations.front().resource->key, "i-9");
  const auto instance =
      get_resource(database(), Scope::everything(), id_of({kA, "eu-west-1", "ec2/instance"}, "i-9"));
  ASSERT_OK(instance);
  ASSERT_TRUE(instance->relations.front().resource.has_value());
  EXPECT_EQ(instance->relations.front().resource->key, "key-1");
  // What bears the name as its id goes before, while it is there; both ways say so.
  record(pairs, {pair, item("deploy", {})});
  EXPECT_EQ(text_of(neighbours({kA, "eu-west-1", "ec2/instance"}, "i-9", 1).depends_on), "1:deploy");
  EXPECT_EQ(text_of(neighbours(pairs, "key-1", 1).dependents), "");
  for (int missing = 0; missing < 2; ++missing) record(pairs, {pair});
  EXPECT_EQ(text_of(neighbours({kA, "eu-west-1", "ec2/instance"}, "i-9", 1).depends_on), "1:key-1");
  EXPECT_EQ(text_of(neighbours(pairs, "key-1", 1).dependents), "1:i-9");
  EXPECT_EQ(get_resource(database(), Scope::everything(), id_of(pairs, "key-1"))->relations.size(), 1u);
}

TEST_P(TopologyTest, NeighboursOutsideTheScopeAreNotThere) {
  record({kB, "us-east-1", "ec2/image"}, {item("ami", {{"snapshot", "ec2/snapshot", "arn:aws:snap-1"}})});
  const Place snapshots{kA, "eu-west-1", "ec2/snapshot"};
  EXPECT_EQ(text_of(neighbours(snapshots, "snap-1", 1).dependents), "1:ami");
  const Scope only_a{.accounts = std::set{kA}, .regions = std::nullopt};
  EXPECT_EQ(text_of(neighbours(snapshots, "snap-1", 1, only_a).dependents), "");
  const Scope only_b{.accounts = std::set{kB}, .regions = std::nullopt};
  EXPECT_EQ(text_of(neighbours({kB, "us-east-1", "ec2/image"}, "ami", 1, only_b).depends_on),
            "1:(arn:aws:snap-1)");
  EXPECT_FALSE(
      get_neighbours(database(), small_catalog(), only_b, id_of(snapshots, "snap-1"), 1).has_value());
}

TEST_P(TopologyTest, ManyNeighboursAreCountedWhereTheyAreNotShown) {
  std::vector<Observed> many;
  for (int i = 0; i < 57; ++i)
    many.push_back(item("snap-many-" + std::to_string(i), {{"volume", "ec2/volume", "vol-1"}}));
  record({kA, "eu-west-1", "ec2/snapshot"}, std::move(many));
  const Direction dependents = neighbours({kA, "eu-west-1", "ec2/volume"}, "vol-1", 1).dependents;
  EXPECT_EQ(dependents.items.size(), 21u) << "twenty snapshots and the instance";
  ASSERT_EQ(dependents.more.size(), 1u);
  EXPECT_EQ(dependents.more.front().type, "ec2/snapshot");
  EXPECT_EQ(dependents.more.front().count, 38) << "of 58: one is missing for the first time, and still there";
}

TEST_P(TopologyTest, DependentsThatCouldNotBeAskedAreNamed) {
  record({kA, "eu-west-1", "elbv2/target_group"}, {}, Outcome::denied);
  record({kA, "eu-west-1", "lambda/function"}, {}, Outcome::denied);
  const Place instances{kA, "eu-west-1", "ec2/instance"};
  const auto unasked = neighbours(instances, "i-1", 1).unasked;
  ASSERT_EQ(unasked.size(), 1u) << "functions refer to no instance";
  EXPECT_EQ(unasked.front().type, "elbv2/target_group");
  EXPECT_EQ(unasked.front().unread, 1);
  EXPECT_TRUE(neighbours({kA, "eu-west-1", "ec2/volume"}, "vol-1", 1).unasked.empty());
  EXPECT_EQ(neighbours({kA, "eu-west-1", "ec2/volume"}, "vol-1", 2).unasked.size(), 1u);
}

HM_ON_BOTH_STORES(TopologyTest);

TEST(StateLevel, WordsOfAwsAreJudged) {
  const std::vector<std::pair<std::string_view, StateLevel>> cases = {
      {"running", StateLevel::fine},
      {"ACTIVE", StateLevel::fine},
      {"in-use", StateLevel::fine},
      {"stopping", StateLevel::changing},
      {"backing-up", StateLevel::changing},
      {"pending", StateLevel::changing},
      {"stopped", StateLevel::stopped},
      {"INACTIVE", StateLevel::stopped},
      {"unavailable", StateLevel::failing},
      {"UPDATE_ROLLBACK_FAILED", StateLevel::failing},
      {"CREATE_COMPLETE", StateLevel::fine},
      {"UPDATE_IN_PROGRESS", StateLevel::changing},
      {"", StateLevel::none},
      {"Frobnicated", StateLevel::other},
      {"incompatible-network", StateLevel::failing},
  };
  for (const auto& [word, level] : cases) EXPECT_EQ(to_string(state_level(word)), to_string(level)) << word;
}

}  // namespace
}  // namespace hm::inventory
