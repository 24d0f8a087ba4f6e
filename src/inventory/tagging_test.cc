// Shares, keys and owners on both stores.
#include "inventory/tagging.h"

#include "inventory/owner.h"
#include "inventory/trail.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

using Tags = std::map<std::string, std::string>;

const std::string kA = "111111111111";
const std::string kB = "222222222222";

class TaggingTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    auto loaded = catalog::load_with({});
    ASSERT_OK(loaded);
    catalog_ = *loaded;
    subject_.emplace(TagSubject{*catalog_, {"ec2/region"}});
  }
  static Observed item(const std::string& id, Tags tags = {}) {
    Observed made;
    made.id = made.name = made.hash = id;
    made.arn = "arn:aws:" + id;
    made.document = JsonObject{{"Id", id}};
    made.tags = std::move(tags);
    return made;
  }
  // Its tags could not be read: the part of the document that they stand in.
  static Observed unread(const std::string& id, Tags tags = {}) {
    Observed made = item(id, std::move(tags));
    made.unknown["Tags"] = make_error(ErrorKind::denied, "AccessDenied", "not allowed");
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
  // "key account type tagged/untagged/unknown …"
  std::string coverage(const std::vector<std::string>& keys, const Scope& scope = Scope::everything()) {
    auto found = tag_coverage(database(), scope, *subject_, keys);
    EXPECT_TRUE(found.has_value()) << found.error().text();
    std::string text;
    if (!found) return text;
    for (const TagCell& cell : found->cells)
      text += (text.empty() ? "" : " ") + cell.key + " " + cell.account_id.substr(0, 1) + " " + cell.type +
              " " + std::to_string(cell.share.tagged) + "/" + std::to_string(cell.share.untagged) + "/" +
              std::to_string(cell.share.unknown);
    coverage_ = std::move(*found);
    return text;
  }
  static Scope only(const std::string& account) { return {std::set{account}, std::nullopt}; }
  Result<Owner> owner(const Place& place, const std::string& key, const Scope& scope = Scope::everything()) {
    HM_TRY(const Detail detail,
           get_resource(database(), Scope::everything(), resource_id(resource_number(place, key))));
    return owner_of(database(), scope, *subject_, rules_, detail.resource);
  }

  // The names of the resources that a filter on owners finds.
  std::string of_owners(const std::vector<std::string>& names, bool negated = false,
                        const Scope& scope = Scope::everything()) {
    ListQuery query;
    Condition condition;
    condition.field = Condition::Field::owner;
    condition.negated = negated;
    condition.values = names;
    query.conditions = {condition};
    const auto resolved = resolve_owners(database(), scope, *subject_, rules_, query.conditions);
    EXPECT_TRUE(resolved.has_value()) << resolved.error().text();
    const auto page = list_resources(database(), scope, query);
    EXPECT_TRUE(page.has_value()) << page.error().text();
    std::string text;
    if (page)
      for (const Resource& one : page->items) text += (text.empty() ? "" : " ") + one.key;
    return text;
  }

  std::shared_ptr<const catalog::Catalog> catalog_;  // shared as it is loaded
  std::optional<TagSubject> subject_;
  TagCoverage coverage_;
  OwnerRules rules_{{"owner", "team"},
                    {{"aws:cloudformation:stack-id", "cloudformation/stack"},
                     {"aws:autoscaling:groupName", "autoscaling/group"}},
                    true};
};

TEST_P(TaggingTest, TaggedUntaggedAndUnknownAreThreeNumbers) {
  record({kA, "eu-west-1", "ec2/volume"},
         {item("v1", {{"Env", "prod"}}), item("v2", {{"ENV", "x"}, {"env", "y"}}), item("v3", {{"env", " "}}),
          item("v4"), unread("v5", {{"env", "old"}})});
  record({kA, "us-east-1", "ec2/volume"}, {item("v6", {{"env", "prod"}})});
  record({kA, "us-east-1", "ec2/volume"}, {}, Outcome::denied);
  record({kA, "eu-west-1", "ec2/instance"}, {}, Outcome::denied);
  record({kA, "global", "iam/group"}, {item("g")});
  record({kA, "global", "ec2/region"}, {item("eu-west-1")});
  record({kB, "eu-west-1", "ec2/volume"}, {item("b1", {{"env", "prod"}})});
  EXPECT_EQ(coverage({"env"}), "env 1 ec2/volume 2/2/2 env 1 iam/group 0/0/1 env 2 ec2/volume 1/0/0");
  EXPECT_EQ(coverage_.gaps, 1) << "nobody knows what instances there are";
  EXPECT_EQ(coverage_.out.at("ec2/region"), 1);
  EXPECT_EQ(coverage_.resources, 8);
  EXPECT_EQ(coverage({"env"}, only(kB)), "env 2 ec2/volume 1/0/0");
  EXPECT_EQ(coverage({"Owner"}, only(kB)), "Owner 2 ec2/volume 0/1/0");
  EXPECT_EQ(coverage({"env"}, {std::nullopt, std::set<std::string>{"us-east-1"}}), "env 1 ec2/volume 0/0/1");
  EXPECT_EQ(coverage({}), "");
  EXPECT_EQ(tag_coverage(database(), Scope::everything(), *subject_, std::vector<std::string>(51, "k"))
                .error()
                .code,
            "too_many_keys");
}

TEST_P(TaggingTest, WhatIsGoneBearsNoTag) {
  record({kA, "eu-west-1", "ec2/volume"}, {item("v1", {{"env", "prod"}}), item("v2")});
  record({kA, "eu-west-1", "ec2/volume"}, {item("v2")});
  record({kA, "eu-west-1", "ec2/volume"}, {item("v2")});
  EXPECT_EQ(coverage({"env"}), "env 1 ec2/volume 0/1/0");
  auto keys = tag_keys(database(), Scope::everything());
  ASSERT_OK(keys);
  EXPECT_TRUE(keys->empty());
}

TEST_P(TaggingTest, SpellingsOfAKeyStandTogether) {
  record({kA, "eu-west-1", "ec2/volume"},
         {item("v1", {{"cost-center", "1"}, {"Name", "x"}}), item("v2", {{"CostCenter", "1"}, {"Name", "y"}}),
          item("v3", {{"CostCenter", "2"}})});
  record({kB, "eu-west-1", "ec2/volume"},
         {item("b1", {{"CostCenter", "3"}, {"aws:x", "1"}, {"env", "prod"}}), item("b2", {{"env", "Prod"}}),
          item("b3", {{"env", "prod"}, {"aws:x", "1"}}), item("b4", {{"env", "dev"}, {"aws:x", "1"}})});
  auto keys = tag_keys(database(), Scope::everything());
  ASSERT_OK(keys);
  std::string text;
  for (const TagKeyGroup& group : *keys) {
    text += std::to_string(group.resources()) + ":";
    for (const TagKey& one : group.spellings)
      text += one.key + "=" + std::to_string(one.resources) + "/" + std::to_string(one.accounts) + " ";
  }
  EXPECT_EQ(text, "4:env=4/1 4:CostCenter=3/2 cost-center=1/1 2:Name=2/1 3:aws:x=3/1 ");
  auto values = tag_values(database(), Scope::everything(), "env", 1);
  ASSERT_OK(values);
  ASSERT_EQ(values->groups.size(), 1u);
  EXPECT_EQ(values->more, 1);
  EXPECT_EQ(values->groups[0].spellings[0].value, "prod");
  EXPECT_EQ(values->groups[0].spellings[1].value, "Prod");
  EXPECT_EQ(values->groups[0].resources(), 3);
  EXPECT_TRUE(tag_values(database(), only(kA), "env", 10)->groups.empty());
}

TEST_P(TaggingTest, OwnersSayHowTheyAreKnown) {
  const std::string stack = "arn:aws:cloudformation:eu-west-1:1:stack/web/1";
  Observed web = item(stack, {{"Team", "payments"}});
  web.arn = stack;
  record({kA, "eu-west-1", "cloudformation/stack"}, {std::move(web)});
  record({kA, "eu-west-1", "autoscaling/group"}, {item("group", {{"owner", "core"}})});
  const Place place{kA, "eu-west-1", "ec2/volume"};
  record(
      place,
      {item("v1", {{"Team", "b"}, {"OWNER", "a"}}), item("v2", {{"aws:cloudformation:stack-id", stack}}),
       item("v3", {{"aws:autoscaling:groupName", "group"}}),
       item("v4", {{"aws:autoscaling:groupName", "other"}, {"team", " "}}), unread("v5", {{"owner", "x"}})});
  record({kA, "eu-west-1", "iam/group"}, {item("g")});
  auto one = owner(place, "v1");
  ASSERT_OK(one);
  EXPECT_EQ(to_string(one->via), "tag");
  EXPECT_EQ(one->name + " " + one->key, "a OWNER") << "the first of the keys that has a value";
  one = owner(place, "v2");
  ASSERT_OK(one);
  EXPECT_EQ(to_string(one->via), "through");
  EXPECT_EQ(one->name + " " + one->key + " " + one->through_type, "payments Team cloudformation/stack");
  EXPECT_EQ(owner(place, "v3")->name, "core");
  EXPECT_EQ(to_string(owner(place, "v4")->via), "creator_unknown") << "CloudTrail was never read";
  one = owner(place, "v5");
  EXPECT_EQ(to_string(one->via), "unknown");
  EXPECT_NE(one->reason.find("not allowed"), std::string::npos) << one->reason;
  EXPECT_EQ(to_string(owner({kA, "eu-west-1", "iam/group"}, "g")->via), "unknown") << "its tags are not read";
  auto counts = count_owners(database(), Scope::everything(), *subject_, rules_, 2);
  ASSERT_OK(counts);
  EXPECT_EQ(counts->by_tag, 3) << "v1, the stack and the group";
  EXPECT_EQ(counts->through, 2);
  EXPECT_EQ(counts->none, 0);
  EXPECT_EQ(counts->creator_unknown, 1);
  EXPECT_EQ(counts->unknown, 2);
  EXPECT_EQ(counts->owners.size(), 2u);
  EXPECT_EQ(counts->more, 3);
  EXPECT_EQ(of_owners({"a"}), "v1");
  EXPECT_EQ(of_owners({"b"}), "") << "the first of the keys is its owner";
  EXPECT_EQ(of_owners({"core", "a"}), "group v1 v3");
  EXPECT_EQ(of_owners({"PAY*"}), stack + " v2");
  EXPECT_EQ(of_owners({"x"}), "") << "its tags could not be read";
  EXPECT_EQ(of_owners({"*"}, true), "g v4 v5") << "nobody's, and what is not known";
  rules_.creator = false;
  EXPECT_EQ(count_owners(database(), Scope::everything(), *subject_, rules_, 9)->none, 1);
  EXPECT_EQ(to_string(owner(place, "v4")->via), "none");
  auto several =
      tagged_owners(database(), Scope::everything(), rules_,
                    {resource_id(resource_number(place, "v1")), resource_id(resource_number(place, "v2")),
                     resource_id(resource_number(place, "v4"))});
  ASSERT_OK(several);
  EXPECT_EQ(several->size(), 2u);
}

TEST_P(TaggingTest, AConditionOnOwnersThatNobodyAnsweredIsRefused) {
  ListQuery query;
  query.conditions.emplace_back().field = Condition::Field::owner;
  EXPECT_EQ(list_resources(database(), Scope::everything(), query).error().code, "no_owners");
}

TEST_P(TaggingTest, AnOwnerBeyondTheScopeIsNotTold) {
  Observed group = item("group", {{"owner", "core"}});
  const std::string stack = "arn:aws:cloudformation:us-east-1:1:stack/web/1";
  group.arn = group.id = stack;
  record({kA, "us-east-1", "cloudformation/stack"}, {std::move(group)});
  const Place place{kA, "eu-west-1", "ec2/volume"};
  record(place, {item("v1", {{"aws:cloudformation:stack-id", stack}})});
  EXPECT_EQ(owner(place, "v1")->name, "core");
  const Scope here{std::nullopt, std::set<std::string>{"eu-west-1"}};
  EXPECT_EQ(owner(place, "v1", here)->name, "");
  EXPECT_EQ(count_owners(database(), here, *subject_, rules_, 9)->through, 0);
  EXPECT_EQ(of_owners({"core"}), stack + " v1");
  EXPECT_EQ(of_owners({"core"}, false, here), "");
}

TEST_P(TaggingTest, WhoCreatedItOwnsItWhereNoTagSays) {
  const Place place{kA, "eu-west-1", "ec2/volume"};
  record(place, {item("old")});
  const Time made_at = clock_.now() + std::chrono::seconds(30);
  record(place, {item("old"), item("new"), item("robot")});
  TrailEvent event{.event_id = "e1",
                   .at = made_at,
                   .call = "ec2:CreateVolume",
                   .principal = "arn:aws:iam::111111111111:user/alice",
                   .principal_type = "IAMUser",
                   .via = "",
                   .source_ip = "",
                   .user_agent = "",
                   .targets = {trail_target(kA, "new")}};
  TrailEvent other = event;
  other.event_id = "e2";
  other.call = "ec2:ModifyVolume";
  other.targets = {trail_target(kA, "robot")};
  TrailPosition position;
  position.account_id = kA;
  position.region = "eu-west-1";
  position.read_from = made_at - std::chrono::hours(1);
  position.read_to = position.looked_at = clock_.now() + std::chrono::hours(1);
  position.outcome = Outcome::ok;
  ASSERT_OK(record_trail(database(), position, {event, other}));
  auto one = owner(place, "new");
  ASSERT_OK(one);
  EXPECT_EQ(to_string(one->via), "creator") << one->reason;
  EXPECT_EQ(one->name, event.principal);
  EXPECT_EQ(to_string(owner(place, "robot")->via), "none") << "who changed it did not make it";
  EXPECT_EQ(to_string(owner(place, "old")->via), "creator_unknown");
  auto counts = count_owners(database(), Scope::everything(), *subject_, rules_, 9);
  ASSERT_OK(counts);
  EXPECT_EQ(counts->by_creator, 1);
  EXPECT_EQ(of_owners({event.principal}), "new");
  EXPECT_EQ(of_owners({"*alice"}), "new");
  EXPECT_EQ(counts->none, 1);
  EXPECT_EQ(counts->creator_unknown, 1);
}

HM_ON_BOTH_STORES(TaggingTest);

}  // namespace
}  // namespace hm::inventory
