// What people decide about findings, who may see them, and the rules that they write themselves.
#include <future>

#include <gtest/gtest.h>

#include "identity/users.h"
#include "rules/test_rules.h"

namespace hm::rules {
namespace {

using std::chrono::hours;

class DecisionTest : public RulesTest {
 protected:
  void open_one() {
    volumes({volume("vol-1", "available")});
    run();
    ASSERT_EQ(life_of("vol-1"), "open found");
    finding_id_ = finding_on("vol-1")->id;
  }
  Result<Finding> decide_once() {
    return Keeper(database())
        .decide({"anna", identity::Via::session, "127.0.0.1"}, {}, finding_id_,
                {.state = State::acknowledged, .actor = "anna"});
  }
  // The sweeps go on, as they do in life.
  void look_again(const std::string& state) {
    volumes({volume("vol-1", state)});
    run();
  }
  std::string finding_id_;
  static Scope only(const std::string& account) { return {std::set<std::string>{account}, std::nullopt}; }
};

TEST_P(DecisionTest, AcknowledgedStaysSoUntilItIsFixed) {
  open_one();
  ASSERT_OK(decide("vol-1", {.state = State::acknowledged, .note = "on it"}));
  look_again("available");
  EXPECT_EQ(life_of("vol-1"), "acknowledged found");
  EXPECT_EQ(finding_on("vol-1")->finding.actor, "anna");
  ASSERT_OK(decide("vol-1", {.state = State::open}));
  EXPECT_EQ(life_of("vol-1"), "open found");
  look_again("in-use");
  EXPECT_EQ(life_of("vol-1"), "resolved passed fixed");
  EXPECT_EQ(events_of("vol-1"), "opened acknowledged reopened resolved");
  const auto again = decide("vol-1", {.state = State::acknowledged});
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
}

TEST_P(DecisionTest, ASnoozeEndsByItself) {
  open_one();
  ASSERT_OK(decide("vol-1", {.state = State::snoozed, .until = clock_.now() + hours(2)}));
  clock_.advance(hours(1));
  look_again("available");
  EXPECT_EQ(life_of("vol-1"), "snoozed found");
  clock_.advance(hours(1));
  look_again("available");
  EXPECT_EQ(life_of("vol-1"), "open found");
  EXPECT_EQ(events_of("vol-1"), "opened snoozed snooze_ended");
}

TEST_P(DecisionTest, AnExceptionHoldsOverATimeInWhichItWasFixed) {
  open_one();
  ASSERT_OK(decide(
      "vol-1", {.state = State::excepted, .note = "kept for the audit", .until = clock_.now() + hours(48)}));
  look_again("in-use");
  EXPECT_EQ(life_of("vol-1"), "resolved passed fixed");
  look_again("available");
  EXPECT_EQ(life_of("vol-1"), "excepted found");
  EXPECT_EQ(finding_on("vol-1")->finding.note, "kept for the audit");
  clock_.advance(hours(49));
  look_again("available");
  EXPECT_EQ(life_of("vol-1"), "open found");
}

TEST_P(DecisionTest, WhatIsMissingIsAskedFor) {
  open_one();
  const Time now = clock_.now();
  for (const Decision& decision :
       {Decision{.state = State::excepted, .until = now + hours(1)},
        Decision{.state = State::excepted, .note = "why"}, Decision{.state = State::snoozed},
        Decision{.state = State::snoozed, .until = now - hours(1)},
        Decision{.state = State::snoozed, .until = now + hours(24 * 400)},
        Decision{.state = State::acknowledged, .note = std::string(2000, 'x')}}) {
    const auto decided = decide("vol-1", decision);
    ASSERT_FALSE(decided.has_value());
    EXPECT_EQ(decided.error().kind, ErrorKind::invalid);
  }
  EXPECT_EQ(decide("vol-1", {.state = State::open}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(life_of("vol-1"), "open found");
}

TEST_P(DecisionTest, EachIsAuditedAndInTheChangeLog) {
  open_one();
  const auto before = database().last_change();
  ASSERT_OK(before);
  ASSERT_OK(decide("vol-1", {.state = State::acknowledged, .note = "on it"}));
  const auto changes = database().follow(*before, 10);
  ASSERT_OK(changes);
  ASSERT_EQ(changes->size(), 1u);
  EXPECT_EQ(changes->front().noun, "finding");
  EXPECT_EQ(changes->front().id, finding_on("vol-1")->id);
  const auto entries =
      database().read("test", [](store::Reader& reader) { return identity::list_audit(reader, {}); });
  ASSERT_OK(entries);
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ(entries->front().action, "finding.acknowledged");
  EXPECT_EQ(entries->front().actor, "anna");
  EXPECT_EQ(member_text(entries->front().details, "note"), "on it");
}

TEST_P(DecisionTest, NobodySeesOrDecidesBeyondTheirScope) {
  volumes({volume("vol-1", "available")});
  volumes({volume("vol-1", "available"), volume("vol-9", "in-use")}, inventory::Outcome::ok, kB);
  run();
  EXPECT_EQ(list_findings(database(), {}, {})->total, 2);
  EXPECT_EQ(list_findings(database(), only(kB), {})->total, 1);
  EXPECT_FALSE(finding_on("vol-1", only(kB)).has_value());
  EXPECT_EQ(counts_of("unattached", only(kA)), "1 0 0 0");
  EXPECT_EQ(counts_of("unattached", only(kB)), "1 1 0 0");
  EXPECT_EQ(count_findings(database(), only(kA), {}, FindingFacet::account, 10)->size(), 1u);
  EXPECT_EQ(get_finding(database(), only(kB), finding_on("vol-1")->id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(decide("vol-1", {.state = State::acknowledged}, only(kB)).error().kind, ErrorKind::not_found);
  EXPECT_EQ(visible_findings(database(), only(kB), {finding_on("vol-1")->id})->size(), 0u);
  EXPECT_EQ(ask("select account_id, state, reason from finding", only(kB)),
            R"([["222222222222","open","vol-1 is attached to nothing"]])");
  EXPECT_EQ(ask("select id, found, passed from rule", only(kB)), R"([["unattached",1,1]])");
  EXPECT_EQ(ask("select sum(found) from rule_count", only(kA)), "[[1]]");
}

TEST_P(DecisionTest, PagesNeitherRepeatNorSkip) {
  std::vector<inventory::Observed> many;
  many.reserve(25);
  for (int i = 0; i < 25; ++i)
    many.push_back(volume("vol-" + std::to_string(i), "available", i < 5 ? 500 : 8));
  volumes(many);
  run();
  for (const FindingSort sort :
       {FindingSort::severity, FindingSort::opened_at, FindingSort::rule, FindingSort::account}) {
    std::set<std::string> seen;
    FindingQuery query;
    query.sort = sort;
    query.limit = 7;
    for (int page = 0; page < 4; ++page) {
      const auto got = list_findings(database(), {}, query);
      ASSERT_OK(got);
      EXPECT_EQ(got->total, 25);
      if (page == 0 && sort == FindingSort::severity) {
        EXPECT_EQ(got->items[4].finding.severity, catalog::Severity::high);
        EXPECT_EQ(got->items[5].finding.severity, catalog::Severity::low);
      }
      for (const auto& item : got->items) EXPECT_TRUE(seen.insert(item.id).second);
      query.cursor = got->next_cursor;
      if (query.cursor.empty()) break;
    }
    EXPECT_EQ(seen.size(), 25u);
  }
  FindingFilter high{.severities = {"high"}};
  EXPECT_EQ(count_findings(database(), {}, high, FindingFacet::severity, 10)->size(), 2u);
  EXPECT_EQ(count_findings(database(), {}, high, FindingFacet::rule, 10)->front().count, 5);
  FindingQuery word;
  word.filter.word = "VOL-24";
  EXPECT_EQ(list_findings(database(), {}, word)->total, 1);
  word.cursor = "nonsense";
  EXPECT_EQ(list_findings(database(), {}, word).error().code, "cursor");
}

class UserRuleTest : public DecisionTest {
 protected:
  identity::Principal author(const std::string& name, const Scope& scope) {
    identity::Users users(database(), clock_);
    const auto added = users.add({"test", identity::Via::server, ""},
                                 {name, identity::Role::admin, scope, "correct horse battery", false});
    EXPECT_TRUE(added.has_value());
    identity::Principal principal;
    principal.name = name;
    principal.role = identity::Role::admin;
    principal.scope = scope;
    return principal;
  }
  static Json document(const std::string& sql) {
    return JsonObject{
        {"title", "Is every volume small?"},
        {"severity", "high"},
        {"description", "Large ones are dear."},
        {"resource", "ec2/volume"},
        {"sql", sql},
        {"fix", JsonObject{{"console", "Shrink it."}, {"cli", "aws ec2 …"}, {"terraform", "Shrink it."}}}};
  }
  static constexpr const char* kLarge =
      "select resource_id, 'large' as reason from aws_ebs_volume where size > 100";
};

TEST_P(UserRuleTest, RunsWithinTheScopeOfItsAuthor) {
  use({});
  author("root", {});
  const auto ben = author("ben", only(kA));
  volumes({volume("vol-1", "in-use", 500)});
  volumes({volume("vol-1", "in-use", 500)}, inventory::Outcome::ok, kB);
  EXPECT_EQ(run().ran, 0);
  ASSERT_OK(book_->save(ben, "large", "cost", document(kLarge), false));
  EXPECT_EQ(run().opened, 1);
  EXPECT_TRUE(finding_on("vol-1").has_value());
  EXPECT_FALSE(finding_on("vol-1", {}, kB).has_value());
  EXPECT_EQ(counts_of("large"), "1 0 0 0");
  // Its author sees more now, and so does the rule, but never more than when it was written.
  identity::Users users(database(), clock_);
  ASSERT_OK(users.change({"test", identity::Via::server, ""}, "ben",
                         {.role = {}, .scope = Scope{}, .disabled = {}}));
  clock_.advance(kRunEvery);
  run();
  EXPECT_FALSE(finding_on("vol-1", {}, kB).has_value());
  // Of what its author must not see any more, the rule does not say that it is gone.
  ASSERT_OK(users.change({"test", identity::Via::server, ""}, "ben",
                         {.role = {}, .scope = only(kB), .disabled = {}}));
  clock_.advance(kRunEvery);
  run();
  EXPECT_EQ(life_of("vol-1"), "resolved unknown no_longer_judged");
  ASSERT_OK(users.change({"test", identity::Via::server, ""}, "ben",
                         {.role = {}, .scope = Scope{}, .disabled = {}}));
  volumes({volume("vol-1", "in-use", 500)});
  run();
  EXPECT_EQ(life_of("vol-1"), "open found");
  ASSERT_OK(
      users.change({"test", identity::Via::server, ""}, "ben", {.role = {}, .scope = {}, .disabled = true}));
  clock_.advance(kRunEvery);
  EXPECT_EQ(run().failed, 1);
  EXPECT_EQ(life_of("vol-1"), "open found");
}

TEST_P(UserRuleTest, IsCheckedBeforeItIsKept) {
  use({{"unattached", kUnattached}});
  const auto root = author("root", {});
  const auto refused = [&](const std::string& id, const std::string& category, const Json& rule,
                           bool replace) {
    const auto saved = book_->save(root, id, category, rule, replace);
    return saved ? std::string("kept") : saved.error().code + ": " + saved.error().message;
  };
  EXPECT_EQ(refused("large", "cost", document("select resource_id from aws_ebs_volume"), false),
            "bad_rule: rule large:1: the SQL must answer one column named reason");
  EXPECT_NE(
      refused("large", "cost", document("delete from aws_ebs_volume"), false).find("the SQL is refused"),
      std::string::npos);
  EXPECT_NE(refused("large", "costs", document(kLarge), false).find("the category is"), std::string::npos);
  EXPECT_NE(refused("Large One", "cost", document(kLarge), false).find("the id is"), std::string::npos);
  EXPECT_EQ(refused("unattached", "cost", document(kLarge), false).substr(0, 11), "rule_exists");
  EXPECT_EQ(refused("large", "cost", document(kLarge), true).substr(0, 12), "no_such_rule");
  EXPECT_EQ(refused("large", "cost", document(kLarge), false), "kept");
  EXPECT_EQ(refused("large", "cost", document(kLarge), false).substr(0, 11), "rule_exists");
  EXPECT_EQ(refused("large", "health", document(kLarge), true), "kept");
  EXPECT_EQ(book_->find("large")->rule->category, "health");
  ASSERT_OK(book_->remove(root, "large"));
  EXPECT_EQ(book_->remove(root, "large").error().code, "no_such_rule");
  EXPECT_EQ(book_->remove(root, "unattached").error().code, "built_in");
}

TEST_P(UserRuleTest, WhoSeesLessNeitherReplacesNorRemovesIt) {
  use({});
  const auto root = author("root", {});
  const auto ben = author("ben", only(kA));
  ASSERT_OK(book_->save(root, "wide", "cost", document(kLarge), false));
  ASSERT_OK(book_->save(ben, "narrow", "cost", document(kLarge), false));
  EXPECT_EQ(book_->save(ben, "wide", "cost", document(kLarge), true).error().code, "no_such_rule");
  EXPECT_EQ(book_->remove(ben, "wide").error().code, "no_such_rule");
  EXPECT_EQ(book_->find("wide")->author, "root");
  EXPECT_EQ(book_->find("wide")->scope, Scope());
  const auto amy = author("amy", only(kB));
  EXPECT_EQ(book_->remove(amy, "narrow").error().code, "no_such_rule");
  ASSERT_OK(book_->save(ben, "narrow", "health", document(kLarge), true));
  ASSERT_OK(book_->save(root, "narrow", "cost", document(kLarge), true));
  EXPECT_EQ(book_->remove(ben, "narrow").error().code, "no_such_rule") << "it is root's by now";
  ASSERT_OK(book_->remove(root, "narrow"));
}

TEST_P(UserRuleTest, RemovingItResolvesItsFindings) {
  use({});
  const auto root = author("root", {});
  volumes({volume("vol-1", "in-use", 500)});
  ASSERT_OK(book_->save(root, "large", "cost", document(kLarge), false));
  run();
  EXPECT_EQ(life_of("vol-1"), "open found");
  ASSERT_OK(book_->remove(root, "large"));
  run();
  EXPECT_EQ(life_of("vol-1"), "resolved unknown rule_removed");
}

// A run of the rule has read the finding and not written it yet when the person decides.
TEST_P(DecisionTest, ADecisionDuringARunIsNotLost) {
  open_one();
  const std::string rule = "unattached";
  std::future<Result<Finding>> decided;
  const Status ran = database().write("a run", [&](store::Transaction& run) -> Status {
    HM_DO(run.run("update rule_state set rule = rule where rule = $1", {rule}));
    HM_TRY(const auto state, run.one("select state from finding where rule = $1", {rule},
                                     [](const store::Row& row) { return row.string(0); }));
    decided = std::async(std::launch::async, [&] { return decide_once(); });
    // On SQLite there is one writer, so it waits without being asked.
    while (!sqlite() && decided.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      HM_TRY([[maybe_unused]] const auto fresh, run.one("select 1 from (select pg_stat_clear_snapshot()) s",
                                                        {}, [](const store::Row&) { return 1; }));
      HM_TRY(
          const int64_t waiting,
          run.number(
              "select count(*) from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))"));
      if (waiting > 0) break;
    }
    return run.run("update finding set state = $2 where rule = $1", {rule, *state});
  });
  ASSERT_OK(ran);
  ASSERT_OK(decided.get());
  EXPECT_EQ(life_of("vol-1"), "acknowledged found");
}

TEST_P(DecisionTest, ADecisionAboutARetiredRuleLeavesNoStateBehind) {
  open_one();
  ASSERT_OK(decide("vol-1", {.state = State::acknowledged}));
  EXPECT_EQ(counts_of("unattached"), "1 0 0 0");
  const auto forget = [](store::Transaction& transaction) {
    return transaction.run("delete from rule_state", {});
  };
  ASSERT_OK(database().write("test", forget));
  ASSERT_OK(decide("vol-1", {.state = State::open}));
  EXPECT_EQ(counts_of("unattached"), "never run");
}

HM_ON_BOTH_STORES(DecisionTest);
HM_ON_BOTH_STORES(UserRuleTest);

}  // namespace
}  // namespace hm::rules
