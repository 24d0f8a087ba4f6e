#include "inventory/trail.h"

#include "store/test_database.h"

namespace hm::inventory {
namespace {

const std::string kA = "111111111111";
const Place kInstances{kA, "eu-west-1", "ec2/instance"};

catalog::Catalog two_types() {
  std::vector<catalog::ResourceType> types(2);
  types[0].id = "ec2/instance";
  types[0].table = "aws_ec2_instance";
  types[0].events = {"ec2:StopInstances", "ec2:CreateTags", "lambda:UpdateThing20150331v2"};
  types[1].id = "iam/user";
  types[1].table = "aws_iam_user";
  types[1].scope = catalog::Scope::account;
  types[1].events = {"iam:TagUser"};
  return catalog::Catalog(std::move(types));
}

class TrailTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    at_ = clock_.now();
  }
  Event change(const std::string& kind = "changed") const {
    Event event;
    event.kind = kind;
    event.at = at_;
    event.seen_before = at_ - std::chrono::minutes(5);
    event.resource.place = kInstances;
    event.resource.key = "i-1";
    event.resource.region = "eu-west-1";
    event.resource.arn = "arn:aws:ec2:eu-west-1:111111111111:instance/i-1";
    return event;
  }
  static TrailEvent call(const std::string& name, Time at, const std::string& target = "i-1") {
    static int number = 0;
    TrailEvent event;
    event.event_id = "event-" + std::to_string(++number);
    event.at = at;
    event.call = name;
    event.principal = "arn:aws:iam::111111111111:user/alice";
    event.principal_type = "IAMUser";
    event.targets = {trail_target(kA, target)};
    return event;
  }
  void record(const std::vector<TrailEvent>& events, const std::string& region = "eu-west-1",
              std::optional<Time> read_to = std::nullopt) {
    TrailPosition position;
    position.account_id = kA;
    position.region = region;
    position.read_from = at_ - std::chrono::hours(1);
    position.read_to = read_to ? read_to : at_ + std::chrono::hours(1);
    position.looked_at = at_;
    position.outcome = Outcome::ok;
    ASSERT_OK(record_trail(database(), position, events));
  }
  Who who(const Event& event) {
    auto answers = who_made(database(), catalog_, {event});
    EXPECT_TRUE(answers.has_value()) << answers.error().text();
    return answers ? answers->front() : Who{};
  }
  const catalog::Catalog catalog_ = two_types();
  Time at_;
};

using std::chrono::minutes;
using std::chrono::seconds;

TEST_P(TrailTest, TheLatestFittingCallBetweenTheTwoLooksMadeIt) {
  record({call("ec2:StopInstances", at_ - minutes(4)), call("ec2:CreateTags", at_ - minutes(2)),
          call("ec2:RunInstances", at_ - minutes(1)),           // the catalog does not name it
          call("ec2:CreateTags", at_ - minutes(1), "i-other"),  // of another one
          call("ec2:StopInstances", at_ + seconds(30)),         // perhaps too late
          call("ec2:StopInstances", at_ - minutes(9))});        // seen unchanged since
  const Who made = who(change());
  ASSERT_EQ(made.callers.size(), 2u);
  EXPECT_EQ(made.callers[0].call, "ec2:CreateTags");
  EXPECT_EQ(made.callers[0].principal, "arn:aws:iam::111111111111:user/alice");
  EXPECT_FALSE(made.callers[0].earlier);
  EXPECT_EQ(made.callers[1].call, "ec2:StopInstances");
}

TEST_P(TrailTest, ACallDuringTheSweepOrWithALateEffectFitsWhereNoneIsBetter) {
  record({call("ec2:StopInstances", at_ - minutes(9))});
  Who made = who(change());
  ASSERT_TRUE(made.known());
  EXPECT_TRUE(made.callers[0].earlier) << "an instance stops for a while";
  record({call("ec2:CreateTags", at_ + seconds(20))});
  made = who(change());
  ASSERT_EQ(made.callers.size(), 1u);
  EXPECT_EQ(made.callers[0].call, "ec2:CreateTags");
}

TEST_P(TrailTest, ItIsFoundByArnAndByItsLastPartAndInItsRegionAlone) {
  record({call("ec2:CreateTags", at_ - minutes(1), "arn:aws:ec2:eu-west-1:111111111111:instance/i-1")});
  EXPECT_TRUE(who(change()).known());
  Event elsewhere = change();
  elsewhere.resource.region = "us-east-1";
  EXPECT_FALSE(who(elsewhere).known());
  Event versioned = change();
  versioned.resource.key = "thing";
  record({call("lambda:UpdateThing", at_ - minutes(1), "thing")});
  EXPECT_TRUE(who(versioned).known()) << "the version of an API is no other call";
}

TEST_P(TrailTest, WhatIsOfNoRegionIsToldWhereverTheCallWas) {
  Event user = change();
  user.resource.place = {kA, "global", "iam/user"};
  user.resource.region = "global";
  user.resource.key = "alice";
  user.resource.arn = "arn:aws:iam::111111111111:user/alice";
  EXPECT_EQ(who(user).reason, "CloudTrail of us-east-1 is not read");
  record({call("iam:TagUser", at_ - minutes(1), "alice")}, "us-east-1");
  EXPECT_TRUE(who(user).known());
}

TEST_P(TrailTest, WhatIsNotKnownSaysWhy) {
  EXPECT_EQ(who(change()).code, "not_read");
  EXPECT_EQ(who(change("found")).code, "found");
  Event strange = change();
  strange.resource.place.type = "no/type";
  EXPECT_EQ(who(strange).code, "no_calls");
  record({}, "eu-west-1", at_ - minutes(1));
  EXPECT_EQ(who(change()).code, "trail_behind");
  record({});
  EXPECT_EQ(who(change()).code, "no_event");
  Event old = change();
  old.at = at_ - std::chrono::hours(2);
  old.seen_before = std::nullopt;
  EXPECT_EQ(who(old).code, "before_trail");
  Event since_before = change();
  since_before.seen_before = at_ - std::chrono::hours(3);
  EXPECT_EQ(who(since_before).code, "before_trail") << "the trail is known of a part of the time only";
  TrailPosition denied;
  denied.account_id = kA;
  denied.region = "eu-west-1";
  denied.outcome = Outcome::denied;
  denied.code = "AccessDeniedException";
  ASSERT_OK(record_trail(database(), denied, {}));
  const Who refused = who(change());
  EXPECT_EQ(refused.code, "denied");
  EXPECT_NE(refused.reason.find("AccessDeniedException"), std::string::npos) << refused.reason;
}

TEST_P(TrailTest, ManyCallersAreCounted) {
  std::vector<TrailEvent> events;
  events.reserve(8);
  for (int i = 0; i < 8; ++i) events.push_back(call("ec2:CreateTags", at_ - seconds(i)));
  record(events);
  const Who made = who(change());
  EXPECT_EQ(made.callers.size(), kMostCallers);
  EXPECT_EQ(made.more, 3);
}

TEST_P(TrailTest, NobodyIsNamedAsNobodyWhereTooManyCallsAreToldOf) {
  std::vector<TrailEvent> events;
  events.reserve(20'000);
  for (int i = 0; i < 20'000; ++i) events.push_back(call("ec2:RunInstances", at_ - seconds(i % 50)));
  events.push_back(call("ec2:CreateTags", at_ - minutes(4)));
  record(events);
  EXPECT_EQ(who(change()).code, "too_many_calls");
}

TEST_P(TrailTest, EachChangeOfAPageHasItsOwn) {
  std::vector<Event> changes;
  std::vector<TrailEvent> events;
  for (int i = 0; i < 120; ++i) {
    Event one = change();
    one.resource.key = "i-" + std::to_string(i);
    one.resource.arn.clear();
    changes.push_back(std::move(one));
    if (i % 2 == 0) events.push_back(call("ec2:CreateTags", at_ - minutes(1), "i-" + std::to_string(i)));
  }
  record(events);
  auto answers = who_made(database(), catalog_, changes);
  ASSERT_OK(answers);
  for (size_t i = 0; i < answers->size(); ++i) EXPECT_EQ((*answers)[i].known(), i % 2 == 0) << i;
}

TEST_P(TrailTest, AnAccountsCallsAreNotAnothers) {
  record({call("ec2:CreateTags", at_ - minutes(1))});
  Event other = change();
  other.resource.place.account_id = "222222222222";
  EXPECT_FALSE(who(other).known());
  const Scope scope{.accounts = std::set<std::string>{"222222222222"}, .regions = std::nullopt};
  EXPECT_TRUE(list_trail_positions(database(), scope).value().empty());
  EXPECT_EQ(list_trail_positions(database(), Scope::everything()).value().size(), 1u);
}

HM_ON_BOTH_STORES(TrailTest);

}  // namespace
}  // namespace hm::inventory
