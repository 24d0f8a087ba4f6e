#include "rules/engine.h"

#include "rules/test_rules.h"

namespace hm::rules {
namespace {

using inventory::Outcome;
using std::chrono::minutes;

class EngineTest : public RulesTest {
 protected:
  void refuse_counts_of(const std::string& rule) {
    auto link = sqlite() ? store::open_sqlite(sqlite_path(), {}) : store::open_postgres(url());
    ASSERT_OK(link);
    ASSERT_OK((*link)->script(
        sqlite() ? "create trigger refuse before insert on rule_count when new.rule = '" + rule +
                       "' begin select raise(abort, 'refused'); end"
                 : "create function refuse() returns trigger language plpgsql as $$ begin raise exception "
                   "'refused'; end $$; create trigger refuse before insert on rule_count for each row when "
                   "(new.rule = '" +
                       rule + "') execute function refuse()"));
  }
};

TEST_P(EngineTest, AFindingLivesFromOpenToResolvedAndBack) {
  volumes({volume("vol-1", "available"), volume("vol-2", "in-use"), volume("vol-3", "available", 500)});
  const EngineReport first = run();
  EXPECT_EQ(first.ran, 1);
  EXPECT_EQ(first.opened, 2);
  EXPECT_EQ(life_of("vol-1"), "open found");
  EXPECT_EQ(life_of("vol-2"), "none");
  EXPECT_EQ(counts_of("unattached"), "2 1 0 0");
  const auto big = finding_on("vol-3");
  ASSERT_TRUE(big.has_value());
  EXPECT_EQ(big->finding.severity, catalog::Severity::high);
  EXPECT_EQ(big->finding.saving_usd, "12.5");
  EXPECT_EQ(big->finding.evidence, R"({"size":500})");
  EXPECT_EQ(big->finding.reason, "vol-3 is attached to nothing");
  EXPECT_EQ(big->resource_name, "name of vol-3");
  EXPECT_EQ(finding_on("vol-1")->finding.saving_usd, std::nullopt);

  volumes({volume("vol-1", "in-use"), volume("vol-2", "in-use"), volume("vol-3", "available", 500)});
  EXPECT_EQ(run().resolved, 1);
  EXPECT_EQ(life_of("vol-1"), "resolved passed fixed");
  volumes({volume("vol-1", "available"), volume("vol-2", "in-use"), volume("vol-3", "available", 500)});
  EXPECT_EQ(run().opened, 1);
  EXPECT_EQ(life_of("vol-1"), "open found");
  EXPECT_EQ(events_of("vol-1"), "opened resolved reopened");
  volumes({volume("vol-2", "in-use"), volume("vol-3", "available", 500)});
  run();
  EXPECT_EQ(life_of("vol-1"), "resolved gone gone");
}

TEST_P(EngineTest, UnknownNeverOpensNeverResolvesAndNeverPasses) {
  volumes({volume("vol-1", "available"), volume("vol-2", "in-use")});
  run();
  const Time found_at = clock_.now();
  volumes({}, Outcome::denied);
  run();
  EXPECT_EQ(life_of("vol-1"), "open unknown");
  EXPECT_EQ(finding_on("vol-1")->finding.last_seen, found_at);
  EXPECT_EQ(counts_of("unattached"), "0 0 2 1");
  const auto statuses = rule_statuses(database(), {});
  ASSERT_OK(statuses);
  EXPECT_EQ(statuses->at("unattached").doubts.front().code, "denied");
  EXPECT_NE(statuses->at("unattached").doubts.front().reason.find("UnauthorizedOperation"),
            std::string::npos);
  volumes({volume("vol-1", "in-use"), volume("vol-2", "available")});
  run();
  EXPECT_EQ(life_of("vol-1"), "resolved passed fixed");
  EXPECT_EQ(life_of("vol-2"), "open found");
}

TEST_P(EngineTest, WhatWasLookedAtTooLongAgoIsUnknown) {
  volumes({volume("vol-1", "available"), volume("vol-2", "in-use")});
  run();
  clock_.advance(minutes(20));
  EXPECT_EQ(run().ran, 1);
  EXPECT_EQ(counts_of("unattached"), "1 1 0 0");
  clock_.advance(minutes(20));
  run();
  EXPECT_EQ(counts_of("unattached"), "0 0 2 1");
  EXPECT_EQ(life_of("vol-1"), "open unknown");
  EXPECT_EQ(finding_on("vol-1")->finding.doubt.substr(0, 34), "ec2/volume in eu-west-1 of account");
}

TEST_P(EngineTest, BeforeAnythingWasLookedAtNothingIsKnown) {
  run();
  EXPECT_EQ(counts_of("unattached"), "nothing known");
  volumes({}, Outcome::denied);
  run();
  EXPECT_EQ(counts_of("unattached"), "0 0 0 1");
  volumes({});
  run();
  EXPECT_EQ(counts_of("unattached"), "0 0 0 0");
}

TEST_P(EngineTest, ARuleRunsWhereItsTypesChangedAndNowAndThen) {
  volumes({volume("vol-1", "in-use")});
  EXPECT_EQ(run().ran, 1);
  clock_.advance(minutes(1));
  EXPECT_EQ(run().ran, 0);
  sweep("ec2/vpc", {});
  EXPECT_EQ(run().ran, 0);
  volumes({volume("vol-1", "available")});
  EXPECT_EQ(run().ran, 1);
  clock_.advance(minutes(1));
  volumes({volume("vol-1", "available")});
  EXPECT_EQ(run().ran, 0) << "all was as before";
  clock_.advance(minutes(1));
  volumes({}, Outcome::denied);
  EXPECT_EQ(run().ran, 1) << "nothing changed that is known";
  clock_.advance(minutes(1));
  volumes({}, Outcome::denied);
  EXPECT_EQ(run().ran, 0) << "as unknown as before";
  clock_.advance(kRunEvery);
  EXPECT_EQ(run().ran, 1);
}

constexpr const char* kSeen = R"(title: Was every volume seen in this century?
severity: low
description: It looks at the times of sweeps.
resource: ec2/volume
sql: select resource_id, 'old' as reason from aws_ebs_volume where coalesce(last_seen, '1999') < '2000'
fix: {console: Look., cli: aws ec2 describe-volumes, terraform: Look.}
cases:
  - given: {aws_ebs_volume: [{resource_id: a, last_seen: 1999-01-01}]}
    expect: [{resource_id: a}]
  - given: {aws_ebs_volume: [{resource_id: a, last_seen: 2026-01-01}]}
    expect: []
)";

TEST_P(EngineTest, ARuleThatReadsTheTimesOfSweepsRunsAfterEach) {
  use({{"seen", kSeen}});
  volumes({volume("vol-1", "in-use")});
  EXPECT_EQ(run().ran, 1);
  clock_.advance(minutes(1));
  volumes({volume("vol-1", "in-use")});
  EXPECT_EQ(run().ran, 1);
}

constexpr const char* kSlow = R"(title: Has every volume been unattached for an hour?
severity: medium
description: It waits before it is told.
resource: ec2/volume
sql: select resource_id, 'waits' as reason from aws_ebs_volume where state = 'available'
for: 1h
fix: {console: Delete it there., cli: aws ec2 delete-volume, terraform: Remove it.}
cases:
  - given: {aws_ebs_volume: [{resource_id: a, state: available}]}
    expect: [{resource_id: a}]
  - given: {aws_ebs_volume: [{resource_id: a, state: in-use}]}
    expect: []
)";

TEST_P(EngineTest, WhatMustHoldForAWhileIsPendingUntilThen) {
  use({{"slow", kSlow}});
  for (int i = 0; i < 5; ++i) {
    volumes({volume("vol-1", "available"), volume("vol-2", i == 0 ? "available" : "in-use")});
    run();
    EXPECT_EQ(life_of("vol-1"), "pending found");
    clock_.advance(minutes(10));
  }
  // Of what passed before it opened, nothing is kept.
  EXPECT_EQ(life_of("vol-2"), "none");
  clock_.advance(minutes(10));
  volumes({}, Outcome::denied);
  run();
  EXPECT_EQ(life_of("vol-1"), "pending unknown");
  volumes({volume("vol-1", "available")});
  run();
  EXPECT_EQ(life_of("vol-1"), "open found");
  const auto listed = list_findings(database(), {}, {});
  ASSERT_OK(listed);
  EXPECT_EQ(listed->total, 1);
}

constexpr const char* kFragile = R"(title: Does every volume's name say what it is?
severity: low
description: Its name is read as JSON, which fails on some.
resource: ec2/volume
sql: select resource_id, 'it says ' || json_extract(name, '$.is') as reason from aws_ebs_volume where name <> ''
fix: {console: Name it there., cli: aws ec2 create-tags, terraform: Name it.}
cases:
  - given: {aws_ebs_volume: [{resource_id: a, name: '{"is": "a"}'}]}
    expect: [{resource_id: a}]
  - given: {aws_ebs_volume: [{resource_id: a, name: ''}]}
    expect: []
)";

TEST_P(EngineTest, ARuleThatFailsIsShownAndItsFindingsStayAsTheyAre) {
  use({{"fragile", kFragile}, {"unattached", kUnattached}});
  auto item = volume("vol-1", "in-use");
  item.name = R"({"is": "good"})";
  volumes({item});
  EXPECT_EQ(run().failed, 0);
  EXPECT_EQ(life_of("vol-1"), "open found");
  item.name = "plain";
  item.hash = "other";
  volumes({item});
  const EngineReport report = run();
  EXPECT_EQ(report.failed, 1);
  EXPECT_EQ(report.ran, 1);
  EXPECT_EQ(life_of("vol-1"), "open found");
  const auto statuses = rule_statuses(database(), {});
  ASSERT_OK(statuses);
  EXPECT_EQ(statuses->at("fragile").status, "failed");
  EXPECT_NE(statuses->at("fragile").error.find("malformed JSON"), std::string::npos)
      << statuses->at("fragile").error;
  EXPECT_EQ(counts_of("fragile"), "1 0 0 0");
  EXPECT_EQ(ask("select status, ok_at < ran_at from rule where id = 'fragile'"), R"([["failed",1]])");
}

TEST_P(EngineTest, TheConfigurationChangesParametersAndSwitchesRulesOff) {
  volumes({volume("vol-1", "available"), volume("vol-2", "available", 50)});
  run();
  EXPECT_EQ(life_of("vol-1"), "open found");
  RuleSetting setting{.rule = "unattached",
                      .place = "config.yaml:3",
                      .enabled = {},
                      .severity = "critical",
                      .parameters = {{"least", 20}}};
  use({{"unattached", kUnattached}}, {setting});
  run();
  EXPECT_EQ(life_of("vol-1"), "resolved passed fixed");
  EXPECT_EQ(finding_on("vol-2")->finding.severity, catalog::Severity::critical);
  setting.enabled = false;
  use({{"unattached", kUnattached}}, {setting});
  run();
  EXPECT_EQ(life_of("vol-2"), "resolved unknown rule_disabled");
  EXPECT_EQ(counts_of("unattached"), "never run");
  use({});
  run();
  use({{"unattached", kUnattached}});
  run();
  EXPECT_EQ(events_of("vol-2"), "opened resolved reopened");
}

TEST_P(EngineTest, ASettingThatFitsNothingIsRefusedWithItsPlace) {
  const auto refused = RuleBook::make(
      *catalog_, database(),
      {{.rule = "unattached",
        .place = "config.yaml:3",
        .enabled = {},
        .severity = "awful",
        .parameters = {{"least", "x"}, {"most", 1}}},
       {.rule = "nothing", .place = "config.yaml:9", .enabled = true, .severity = {}, .parameters = {}}});
  ASSERT_FALSE(refused.has_value());
  for (const char* said :
       {"config.yaml:3: the severity of unattached", "the parameter least of unattached wants integer",
        "has no parameter \"most\"", "config.yaml:9: there is no rule \"nothing\""})
    EXPECT_NE(refused.error().message.find(said), std::string::npos) << refused.error().message;
}

TEST_P(EngineTest, ALateRunOfAnotherProcessChangesNothing) {
  volumes({volume("vol-1", "available")});
  run();
  Evaluation late;
  late.position.seq = 0;
  late.at = clock_.now();
  const auto rules = book_->rules();
  ASSERT_OK(rules);
  const auto kept = Keeper(database()).keep(rules->front(), late);
  ASSERT_OK(kept);
  EXPECT_TRUE(kept->late);
  EXPECT_EQ(life_of("vol-1"), "open found");
}

constexpr const char* kOdd = R"(title: Does it say what cannot be stored?
severity: low
description: What it says is no text.
resource: ec2/volume
sql: select resource_id, 'a' || char(55296) || char(0) || 'z' as reason, char(55296) as odd from aws_ebs_volume
fix: {console: None., cli: aws ec2 describe-volumes, terraform: None.}
cases:
  - given: {aws_ebs_volume: [{resource_id: a}]}
    expect: [{resource_id: a}]
  - given: {aws_ebs_volume: []}
    expect: []
)";

TEST_P(EngineTest, WhatIsNoTextIsKeptAsText) {
  use({{"odd", kOdd}});
  volumes({volume("vol-1", "available")});
  EXPECT_EQ(run().opened, 1);
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(finding_on("vol-1")->finding.reason.substr(0, 4), "a" + mark);
  EXPECT_EQ(finding_on("vol-1")->finding.reason.back(), 'z');
  EXPECT_EQ(finding_on("vol-1")->finding.evidence, "{\"odd\":\"" + mark + mark + mark + "\"}");
}

// A trigger stands for a store that refuses what one rule found.
TEST_P(EngineTest, ARuleWhoseFindingsCannotBeKeptStopsNoOtherAndNoSnooze) {
  use({{"first", kOdd}, {"unattached", kUnattached}});
  volumes({volume("vol-1", "available")});
  run();
  ASSERT_EQ(counts_of("unattached"), "1 0 0 0");
  const auto listed = list_findings(database(), {}, {});
  ASSERT_OK(listed);
  for (const auto& one : listed->items) {
    if (one.finding.rule != "unattached") continue;
    ASSERT_OK(Keeper(database())
                  .decide({"anna", identity::Via::session, ""}, {}, one.id,
                          {.state = State::snoozed, .until = clock_.now() + minutes(30)}));
  }
  refuse_counts_of("first");
  clock_.advance(minutes(40));
  volumes({volume("vol-1", "available"), volume("vol-2", "available")});
  inventory::Follower follower(database(), *query_, *catalog_, {findings_projection()});
  ASSERT_OK(follower.catch_up());
  const auto report = engine_->step();
  ASSERT_FALSE(report.has_value()) << "what went wrong is said";
  EXPECT_NE(report.error().text().find("running the rule first"), std::string::npos) << report.error().text();
  EXPECT_EQ(counts_of("unattached"), "2 0 0 0") << "the next rule has run";
  ASSERT_OK(follower.catch_up());
  EXPECT_EQ(ask("select state from finding where rule = 'unattached'"), R"([["open"],["open"]])")
      << "the snooze has ended";
}

// As a scan by hand beside other rules.
TEST_P(EngineTest, WhoDoesNotKnowAllRulesResolvesNothingOfTheOthers) {
  use({{"odd", kOdd}, {"unattached", kUnattached}});
  volumes({volume("vol-1", "available")});
  EXPECT_EQ(run().opened, 2);
  use({{"odd", kOdd}});
  engine_ = std::make_unique<Engine>(database(), *query_, *book_, clock_, Book::partial);
  run();
  EXPECT_EQ(ask("select state from finding where rule = 'unattached'"), R"([["open"]])");
  EXPECT_EQ(counts_of("unattached"), "1 0 0 0");
  engine_ = std::make_unique<Engine>(database(), *query_, *book_, clock_);
  run();
  EXPECT_EQ(ask("select state, resolution from finding where rule = 'unattached'"),
            R"([["resolved","rule_removed"]])");
}

HM_ON_BOTH_STORES(EngineTest);

}  // namespace
}  // namespace hm::rules
