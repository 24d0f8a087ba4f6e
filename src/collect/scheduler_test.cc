// The scheduler on the collector's small AWS: whose turn it is, and what it does where the store is away.
#include "collect/test_collector.h"

namespace hm::collect {
namespace {

// As when the store is away for a moment: the answers are lost, and are not missed until the next refresh.
TEST_F(CollectorTest, WhatTheStoreDidNotTakeIsAskedForAgainSoon) {
  // The clock runs as fast as the scheduler looks at it, so "soon" is told from a refresh that is far away.
  use("resources/ec2/volume.yaml", (std::string(kVolume) + "refresh: 9999d\n").c_str());
  alter("alter table sweep_history rename to swept_away");
  std::stop_source stop;
  std::optional<Time> lost, found;
  Scheduler scheduler(
      *collector_, [] { return std::vector<Account>{account()}; },
      [&](const RoundProgress& now) {
        if (!lost) {
          EXPECT_GE(now.unrecorded, 1);
          EXPECT_EQ(now.ok, 0);
          lost = clock_.now();
          alter("alter table swept_away rename to sweep_history");
        }
        if (outcomes()[inventory::Outcome::ok] < 2) return;
        if (!found) found = clock_.now();
        stop.request_stop();
      });
  scheduler.run(stop.get_token());
  ASSERT_TRUE(lost && found);
  EXPECT_LT(*found - *lost, std::chrono::hours(24 * 1000));
  EXPECT_EQ(scheduler.places(identity::Scope::everything()), 2);
  EXPECT_EQ(scheduler.places({std::set<std::string>{"222222222222"}, std::nullopt}), 0);
  EXPECT_EQ(alive(), 4);
}

// As when the disk is full: it answers and takes nothing.
TEST_F(CollectorTest, AStoreThatTakesNothingIsNotFedForever) {
  use("resources/ec2/volume.yaml", (std::string(kVolume) + "refresh: 9999d\n").c_str());
  alter("alter table sweep_history rename to swept_away");
  std::optional<Time> end;
  std::stop_source stop;
  std::atomic<int> in_vain = 0;
  std::unique_ptr<Scheduler> scheduler;
  const auto accounts = [&] {
    // The clock moves with each look of the scheduler: what has begun must end before the next.
    while (scheduler->progress().running) std::this_thread::yield();
    if (!end && in_vain >= 2) end = clock_.now() + std::chrono::hours(1);
    if (end && clock_.now() > *end) stop.request_stop();
    return std::vector<Account>{account()};
  };
  scheduler = std::make_unique<Scheduler>(*collector_, accounts, [&](const RoundProgress&) { ++in_vain; });
  scheduler->run(stop.get_token());
  EXPECT_GE(in_vain, 2);
  EXPECT_LE(in_vain, 2 * 9) << "after 15 seconds, 30, 60, and so on";
  EXPECT_EQ(outcomes()[inventory::Outcome::pending], 2);
}

TEST_F(CollectorTest, AnAccountThatCannotBeEnteredAnyMoreFailsWhereItWasKnown) {
  std::stop_source stop;
  const Time end = clock_.now() + std::chrono::hours(48);
  std::unique_ptr<Scheduler> scheduler;
  const auto accounts = [&] {
    while (scheduler->progress().running) std::this_thread::yield();
    if (outcomes()[inventory::Outcome::ok] == 2) aws_.locked_out = true;
    if (outcomes()[inventory::Outcome::denied] == 2 || clock_.now() > end) stop.request_stop();
    return std::vector<Account>{account()};
  };
  scheduler = std::make_unique<Scheduler>(*collector_, accounts, Scheduler::OnChange());
  scheduler->run(stop.get_token());
  EXPECT_EQ(outcomes(), (std::map<inventory::Outcome, int>{{inventory::Outcome::denied, 2}}));
  ASSERT_EQ(scheduler->failed_views().size(), 1u);
  EXPECT_EQ(scheduler->failed_views().front().id, "111111111111");
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, OfAccountsThatAreReadNoMoreWhatWasReadStaysAndRefusalsDoNot) {
  Account other;
  other.id = "222222222222";
  other.regions = {"eu-west-1"};
  other.failure = make_error(ErrorKind::invalid, "no_profile", "there is no profile 'x'");
  std::stop_source stop;
  const Time end = clock_.now() + std::chrono::hours(48);
  bool removed = false;
  const auto accounts = [&]() -> std::vector<Account> {
    const auto kept = outcomes();
    removed = removed || kept == std::map<inventory::Outcome, int>{{inventory::Outcome::ok, 2},
                                                                   {inventory::Outcome::failed, 1}};
    if ((removed && !kept.contains(inventory::Outcome::failed)) || clock_.now() > end) stop.request_stop();
    if (removed) return {};
    return {account(), other};
  };
  Scheduler scheduler(*collector_, accounts, Scheduler::OnChange());
  scheduler.run(stop.get_token());
  EXPECT_TRUE(removed);
  EXPECT_EQ(outcomes(), (std::map<inventory::Outcome, int>{{inventory::Outcome::ok, 2}}));
  EXPECT_EQ(scheduler.places(identity::Scope::everything()), 0);
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, WhereMoreIsDueThanCanWaitEveryAccountHasItsTurn) {
  CollectOptions narrow;
  narrow.lanes.threads = 1;
  narrow.lanes.most_waiting = 1;
  Collector collector(*types_, client_, *inventory_, redactor_, clock_, narrow);
  Account other;
  other.id = "222222222222";
  other.failure = make_error(ErrorKind::invalid, "no_profile", "there is no profile 'x'");
  Account first = account();
  for (int i = 0; i < 40; ++i) first.regions.push_back("eu-west-" + std::to_string(i + 1));
  other.regions = first.regions;
  std::stop_source stop;
  std::atomic<int> ended = 0;
  Scheduler scheduler(
      collector,
      [&] {
        return std::vector<Account>{first, other};
      },
      [&](const RoundProgress&) {
        // The clock runs faster than the sweeps, so everything is due again at once.
        if (++ended == 4000 || outcomes()[inventory::Outcome::failed] == 40) stop.request_stop();
      });
  scheduler.run(stop.get_token());
  EXPECT_EQ(outcomes()[inventory::Outcome::failed], 40) << "of the account that comes last by name";
}

// Buckets, retry quotas and lanes are each account's own: the calls of the other are those that it makes
// alone.
TEST_F(CollectorTest, AnAccountThatIsThrottledSlowsNoOther) {
  scan();
  const int alone = aws_.calls.exchange(0);
  use("resources/ec2/volume.yaml", kVolume);
  aws_.throttled_key = "AKIDTHROTTLED";
  Account other = account();
  other.id = "222222222222";
  other.target.credentials = aws::static_credentials({"AKIDTHROTTLED", "secret", "", {}, "", "test"});
  clock_.advance(std::chrono::hours(1));
  collector_->scan({account(), other}, {}, {}, {});
  EXPECT_EQ(outcomes(), (std::map<inventory::Outcome, int>{{inventory::Outcome::ok, 2},
                                                           {inventory::Outcome::throttled, 2}}));
  EXPECT_GT(aws_.throttled_calls, 4) << "it was asked again";
  EXPECT_EQ(aws_.calls - aws_.throttled_calls, alone);
}

// After the first sweep each place has a turn of its own, none later than its type says.
TEST_F(CollectorTest, TurnsAreSpreadOverTheRefreshInterval) {
  use("resources/ec2/volume.yaml", (std::string(kVolume) + "refresh: 9999d\n").c_str());
  Account wide = account();
  for (int i = 1; i <= 20; ++i) wide.regions.push_back("eu-west-" + std::to_string(i));
  std::stop_source stop;
  std::atomic<int> swept = 0;
  const Time start = clock_.now();
  Scheduler scheduler(
      *collector_, [&] { return std::vector<Account>{wide}; },
      // A round may end between two of them, where the machine is slow: it is not asked how many it had.
      [&](const RoundProgress&) {
        if (++swept == 20) stop.request_stop();
      });
  scheduler.run(stop.get_token());
  const std::chrono::hours refresh{24 * 9999};
  std::set<Time> turns;
  for (const auto& place : scheduler.planned(identity::Scope::everything())) {
    EXPECT_FALSE(place.running);
    EXPECT_GE(place.due - start, refresh / 2);
    EXPECT_LE(place.due - clock_.now(), refresh);
    turns.insert(std::chrono::floor<std::chrono::hours>(place.due));
  }
  EXPECT_GE(turns.size(), 15u) << "not all at once";
  EXPECT_EQ(scheduler.planned({std::nullopt, std::set<std::string>{"eu-west-3"}}).size(), 1u);
}

TEST_F(CollectorTest, TheSchedulerSweepsAgainAndStops) {
  std::stop_source stop;
  std::atomic<int> ended = 0;
  // As it is told: asked afterwards, a round that has just begun has done nothing yet.
  std::atomic<int64_t> most_done = 0;
  Scheduler scheduler(
      *collector_, [] { return std::vector<Account>{account()}; },
      [&](const RoundProgress& now) {
        if (now.done > most_done) most_done = now.done;
        if (++ended == 10) stop.request_stop();
      });
  scheduler.run(stop.get_token());
  EXPECT_GE(ended, 10) << "two places, again and again as the clock moves";
  EXPECT_GE(most_done, 1);
  EXPECT_EQ(alive(), 4);
}

}  // namespace
}  // namespace hm::collect
