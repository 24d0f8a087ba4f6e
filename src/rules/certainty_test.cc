// What a rule reads beyond the resource itself decides whether its outcome is known.
#include "rules/test_rules.h"

namespace hm::rules {
namespace {

using inventory::Outcome;

std::string key_rule(const std::string& reach) {
  return R"(title: Is every key pair used?
severity: low
description: A key that nobody was given opens nothing.
resource: ec2/key_pair
reach: )" +
         reach + R"(
sql: |
  select k.resource_id, 'unused' as reason from aws_ec2_key_pair as k
  where not exists (select 1 from aws_ec2_launch_template as t where t.latest_version ->> '$.KeyName' = k.key_name)
fix: {console: Delete it there., cli: aws ec2 delete-key-pair, terraform: Remove it.}
cases:
  - given: {aws_ec2_key_pair: [{resource_id: a, key_name: x}]}
    expect: [{resource_id: a}]
  - given:
      aws_ec2_key_pair: [{resource_id: a, key_name: x}]
      aws_ec2_launch_template: [{resource_id: t, latest_version: {KeyName: x}}]
    expect: []
)";
}

class CertaintyTest : public RulesTest {
 protected:
  static inventory::Observed key(const std::string& name) {
    inventory::Observed item;
    item.id = "key-" + name;
    item.name = name;
    item.document = JsonObject{{"KeyPairId", "key-" + name}, {"KeyName", name}};
    item.hash = name;
    return item;
  }
  static inventory::Observed launch_template(const std::string& id, bool known) {
    inventory::Observed item;
    item.id = id;
    item.name = id;
    item.document = JsonObject{{"LaunchTemplateId", id}};
    if (known) {
      item.document.as_object()["LatestVersion"] =
          JsonArray{JsonObject{{"LaunchTemplateData", JsonObject{{"KeyName", "ops"}}}}};
    } else {
      item.unknown["LatestVersion"] = make_error(ErrorKind::denied, "UnauthorizedOperation", "no");
    }
    item.hash = id + (known ? "1" : "0");
    return item;
  }
  void keys(const std::string& region = "eu-west-1") {
    sweep("ec2/key_pair", {key("ops"), key("old")}, Outcome::ok, kA, region);
  }
  void templates(bool known, const std::string& region = "eu-west-1") {
    sweep("ec2/launch_template", {launch_template("lt-" + region, known)}, Outcome::ok, kA, region);
  }
  std::string doubt() {
    const auto statuses = rule_statuses(database(), {});
    EXPECT_TRUE(statuses.has_value());
    const auto& doubts = statuses->at("keys").doubts;
    return doubts.empty() ? "" : doubts.front().code + ": " + doubts.front().reason;
  }
};

TEST_P(CertaintyTest, ATypeThatIsComparedWithMustHaveBeenLookedAt) {
  use({{"keys", key_rule("region")}});
  keys();
  run();
  EXPECT_EQ(counts_of("keys"), "0 0 2 0");
  EXPECT_EQ(doubt(),
            "not_swept: ec2/launch_template in eu-west-1 of account 111111111111 has not been looked at");
  templates(true);
  run();
  EXPECT_EQ(counts_of("keys"), "1 1 0 0");
  sweep("ec2/launch_template", {}, Outcome::throttled);
  run();
  EXPECT_EQ(counts_of("keys"), "0 0 2 0");
}

TEST_P(CertaintyTest, AColumnThatCouldNotBeReadIsUnknownAndAnotherDoesNotMatter) {
  use({{"keys", key_rule("region")}});
  keys();
  templates(false);
  run();
  EXPECT_EQ(counts_of("keys"), "0 0 2 0");
  EXPECT_EQ(doubt(), "unreadable: latest_version of some ec2/launch_template could not be read");
  std::string other = key_rule("region");
  other.replace(other.find("t.latest_version ->> '$.KeyName'"), 32, "t.launch_template_name");
  other = other.substr(0, other.find("cases:"));
  other += R"(cases:
  - given: {aws_ec2_key_pair: [{resource_id: a, key_name: x}]}
    expect: [{resource_id: a}]
  - given:
      aws_ec2_key_pair: [{resource_id: a, key_name: x}]
      aws_ec2_launch_template: [{resource_id: t, launch_template_name: x}]
    expect: []
)";
  use({{"keys", other}});
  run();
  EXPECT_EQ(counts_of("keys"), "2 0 0 0");
}

TEST_P(CertaintyTest, OnlyPlacesWithinTheReachCount) {
  for (const char* region : {"eu-west-1", "us-east-1"}) {
    keys(region);
    templates(true, region);
  }
  sweep("ec2/launch_template", {}, Outcome::denied, kA, "us-east-1");
  use({{"keys", key_rule("region")}});
  run();
  EXPECT_EQ(counts_of("keys"), "1 1 2 0");
  use({{"keys", key_rule("account")}});
  run();
  EXPECT_EQ(counts_of("keys"), "0 0 4 0");
}

TEST_P(CertaintyTest, WhereRegionsCouldNotBeAskedThereMayBeMore) {
  keys();
  templates(true);
  sweep(inventory::kRegionsType, {}, Outcome::denied, kA, "global");
  use({{"keys", key_rule("region")}});
  run();
  EXPECT_EQ(counts_of("keys"), "1 1 0 1") << "keys of other regions may be there, these two are judged";
  use({{"keys", key_rule("account")}});
  run();
  EXPECT_EQ(counts_of("keys"), "0 0 2 1");
  EXPECT_EQ(doubt().substr(0, 58), "denied: which regions account 111111111111 uses could not ");
}

constexpr const char* kTagged = R"(title: Is everything tagged?
severity: low
description: Without a tag it is nobody's.
resource: any
sql: select id as resource_id, 'no tags' as reason from resource where gone_at is null and tags = '{}'
fix: {console: Tag it there., cli: aws resourcegroupstaggingapi tag-resources, terraform: Tag it.}
cases:
  - given: {resource: [{id: a}]}
    expect: [{resource_id: a}]
  - given: {resource: [{id: a, tags: {x: y}}]}
    expect: []
)";

TEST_P(CertaintyTest, TagsThatCouldNotBeReadAreNotMissing) {
  use({{"keys", kTagged}});
  inventory::Observed balancer;
  balancer.id = "web";
  balancer.document = JsonObject{{"LoadBalancerName", "web"}};
  balancer.unknown["Tags"] = make_error(ErrorKind::denied, "AccessDenied", "no");
  balancer.hash = "1";
  inventory::Observed quiet = balancer;
  quiet.id = "api";
  quiet.document = JsonObject{{"LoadBalancerName", "api"}};
  quiet.unknown.clear();
  quiet.unknown["InstanceHealth"] = make_error(ErrorKind::denied, "AccessDenied", "no");
  sweep("elb/load_balancer", {balancer, quiet});
  run();
  EXPECT_EQ(counts_of("keys"), "1 0 1 0");
  EXPECT_EQ(doubt(), "unreadable: tags of some elb/load_balancer could not be read");
}

constexpr const char* kLogged = R"(title: Does every volume have a bucket with a policy beside it?
severity: low
description: A made-up question that compares with what is listed for all regions at once.
resource: ec2/volume
reach: account
sql: |
  select v.resource_id, 'alone' as reason from aws_ebs_volume as v
  where not exists (select 1 from aws_s3_bucket as b where b.policy is not null)
fix: {console: Make one there., cli: aws s3api create-bucket, terraform: Add one.}
cases:
  - given: {aws_ebs_volume: [{resource_id: a}]}
    expect: [{resource_id: a}]
  - given:
      aws_ebs_volume: [{resource_id: a}]
      aws_s3_bucket: [{resource_id: b, policy: {Version: x}}]
    expect: []
)";

TEST_P(CertaintyTest, WhatIsListedForAllRegionsIsKnownByItsPlaceAndNotByWhereItLives) {
  use({{"keys", kLogged}});
  volumes({volume("vol-1", "in-use")});
  const auto bucket = [&](bool known) {
    inventory::Observed item;
    item.id = "logs";
    item.region = "eu-west-1";
    item.document = JsonObject{{"Name", "logs"}};
    if (!known) item.unknown["Policy"] = make_error(ErrorKind::denied, "AccessDenied", "no");
    item.hash = known ? "1" : "0";
    inventory::Sweep made;
    made.place = {kA, "global", "s3/bucket"};
    made.outcome = Outcome::ok;
    made.started_at = clock_.now();
    ASSERT_OK(inventory::Inventory(database(), clock_).record(made, {item}));
  };
  bucket(false);
  run();
  EXPECT_EQ(counts_of("keys"), "0 0 1 0") << "the bucket may have a policy";
  EXPECT_EQ(doubt(), "unreadable: policy of some s3/bucket could not be read");
  bucket(true);
  clock_.advance(std::chrono::minutes(1));
  run();
  EXPECT_EQ(counts_of("keys"), "1 0 0 0");
}

HM_ON_BOTH_STORES(CertaintyTest);

}  // namespace
}  // namespace hm::rules
