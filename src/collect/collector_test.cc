// The collector on a small AWS: what is asked, what is a gap, what is known afterwards.
#include "collect/test_collector.h"

namespace hm::collect {
namespace {

TEST_F(CollectorTest, ListsEveryRegionOfTheAccount) {
  const auto report = scan();
  EXPECT_TRUE(report.complete());
  ASSERT_EQ(report.sweeps.size(), 2u);
  EXPECT_EQ(report.sweeps[0].sweep.place, (inventory::Place{"111111111111", "eu-west-1", "ec2/volume"}));
  EXPECT_EQ(report.sweeps[1].sweep.place.region, "us-east-1");
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, MorePlacesThanMayWaitAreAllSwept) {
  CollectOptions narrow;
  narrow.lanes.threads = 2;
  narrow.lanes.most_waiting = 3;
  Collector collector(*types_, client_, *inventory_, redactor_, clock_, narrow);
  Account large = account();
  for (int i = 0; i < 40; ++i) large.regions.push_back("eu-west-" + std::to_string(i + 1));
  auto report = collector.scan({large}, {}, {}, {});
  EXPECT_EQ(report.sweeps.size(), 40u);
  EXPECT_TRUE(report.complete());
  report.sweeps.pop_back();
  EXPECT_FALSE(report.complete()) << "a place without a result is no complete answer";
}

TEST_F(CollectorTest, WhatTheConfigurationLeavesOutIsNotAskedForAndSaysSo) {
  ASSERT_TRUE(scan().complete());
  const int before = aws_.calls;
  Account one = account();
  one.types_left_out = {"ec2/volume"};
  clock_.advance(std::chrono::seconds(1));
  const auto report = collector_->scan({one}, {}, {}, {});
  EXPECT_TRUE(report.complete()) << "it is no gap of the scan";
  EXPECT_TRUE(report.sweeps.empty());
  EXPECT_LE(aws_.calls, before + 2) << "who we are, and which regions there are";
  const auto sweeps = inventory::list_sweeps(*database_, identity::Scope::everything()).value();
  EXPECT_FALSE(sweeps.empty());
  for (const auto& sweep : sweeps) {
    EXPECT_EQ(sweep.outcome, inventory::Outcome::skipped);
    EXPECT_EQ(member_text(sweep.error, "code"), inventory::kLeftOut);
    EXPECT_TRUE(sweep.ok_at.has_value()) << "what was known stays, with its age";
  }
  EXPECT_EQ(inventory::list_resources(*database_, identity::Scope::everything(), {})->total, 4);
  // It is asked again when the configuration wants it again.
  ASSERT_TRUE(scan().complete());
  EXPECT_EQ(outcomes()[inventory::Outcome::ok], 2);
}

TEST_F(CollectorTest, ADeniedListNamesThePermissionAndTakesNothingAway) {
  scan();
  aws_.denied_action = "DescribeVolumes";
  const auto report = scan();
  EXPECT_FALSE(report.complete());
  for (const auto& one : report.sweeps) {
    EXPECT_EQ(one.sweep.outcome, inventory::Outcome::denied);
    EXPECT_EQ(one.sweep.error.notes.at("missing_permission"), "ec2:DescribeVolumes");
  }
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, ARegionThatDoesNotAnswerIsAGapAndTheOthersAreComplete) {
  scan();
  aws_.dark_region = "us-east-1";
  const auto report = scan();
  EXPECT_EQ(report.sweeps[0].sweep.outcome, inventory::Outcome::ok);
  EXPECT_EQ(report.sweeps[1].sweep.outcome, inventory::Outcome::failed);
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, WhatLivesInASilentRegionDoesNotHoldUpTheListThatItStandsIn) {
  use("resources/s3/bucket.yaml", kBucket);
  aws_.dark_region = "us-east-1";
  const auto report = scan();
  ASSERT_EQ(report.sweeps.size(), 1u);
  EXPECT_EQ(report.sweeps[0].sweep.outcome, inventory::Outcome::ok);
  EXPECT_EQ(alive(), 100);
  const int at_once = static_cast<int>(CollectOptions{}.details_at_once);
  EXPECT_LE(aws_.calls_in_the_dark, at_once + 2) << "one try each for those that began before it was known";
  inventory::ListQuery all;
  all.limit = 200;
  const auto page = inventory::list_resources(*database_, identity::Scope::everything(), all).value();
  for (const auto& item : page.items) {
    const bool dark = item.region == "us-east-1";
    EXPECT_EQ(item.unknown.count("Versioning"), dark ? 1u : 0u);
    EXPECT_EQ(item.unknown.count("Logging"), dark ? 1u : 0u);
  }
  aws_.calls_in_the_dark = 0;
  scan();
  EXPECT_EQ(aws_.calls_in_the_dark, 0) << "it is known by now";
  aws_.dark_region.clear();
  clock_.advance(std::chrono::minutes(15));
  EXPECT_TRUE(scan().complete());
}

TEST_F(CollectorTest, ADetailThatIsDeniedForOneItemIsUnknownForThatOne) {
  aws_.denied_text = "VolumeId.1=vol-2";
  const auto report = scan();
  ASSERT_EQ(report.sweeps[0].detail_gaps.size(), 1u);
  EXPECT_EQ(report.sweeps[0].detail_gaps[0].part, "Status");
  EXPECT_EQ(report.sweeps[0].detail_gaps[0].items, 1);
  EXPECT_EQ(report.sweeps[0].detail_gaps[0].error.notes.at("missing_permission"), "ec2:DescribeVolumeStatus");
  EXPECT_EQ(report.sweeps[0].sweep.outcome, inventory::Outcome::ok);
  const auto page = inventory::list_resources(*database_, identity::Scope::everything(), {}).value();
  for (const auto& item : page.items) EXPECT_EQ(item.unknown.count("Status"), item.key == "vol-2" ? 1u : 0u);
}

TEST_F(CollectorTest, ADetailIsReadAgainOnlyWhenItIsDue) {
  scan();
  const int first = aws_.calls;
  scan();
  const int second = aws_.calls - first;
  clock_.advance(std::chrono::minutes(11));
  const int before = aws_.calls;
  scan();
  EXPECT_EQ(aws_.calls - before, second + 4) << "two volumes in two regions";
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, WhatChangedHasAllItsDetailsReadAnew) {
  scan();
  const int before = aws_.calls;
  scan();
  const int quiet = aws_.calls - before;
  aws_.size = "16";
  EXPECT_TRUE(scan().complete());
  EXPECT_EQ(aws_.calls - before, 2 * quiet + 4) << "two volumes in two regions";
  // And again where they could not be read: what is known of the thing before is not known of this one.
  aws_.denied_action = "DescribeVolumeStatus";
  aws_.size = "32";
  for (const char* when : {"at once", "and with the next sweep"}) {
    EXPECT_EQ(scan().sweeps[0].detail_gaps.size(), 1u) << when;
    const auto page = inventory::list_resources(*database_, identity::Scope::everything(), {}).value();
    for (const auto& item : page.items) EXPECT_EQ(item.unknown.count("Status"), 1u) << when;
  }
  use("resources/ec2/volume.yaml", kVolume);  // as after a restart: what is stored says the same
  EXPECT_EQ(scan().sweeps[0].detail_gaps.size(), 1u);
  aws_.denied_action.clear();
  EXPECT_TRUE(scan().complete());
}

TEST_F(CollectorTest, ADetailDoesNotMissItsTurnBecauseTheSweepTookTime) {
  const auto view = view_account(client_, account(), {});
  const auto& type = *types_->find("ec2/volume");
  const Time started = clock_.now();
  answer_takes_ = std::chrono::seconds(5);
  EXPECT_EQ(collector_->sweep(type, view, "eu-west-1", {}).sweep.calls, 3);
  clock_.advance(started + std::chrono::minutes(10) - clock_.now());
  EXPECT_EQ(collector_->sweep(type, view, "eu-west-1", {}).sweep.calls, 3) << "the list and two details";
}

TEST_F(CollectorTest, DetailsThatTheStoreDidNotTakeAreReadAgain) {
  alter("alter table resource_version rename to version_away");
  for (const auto& one : scan().sweeps) EXPECT_TRUE(one.not_recorded);
  alter("alter table version_away rename to resource_version");
  EXPECT_TRUE(scan().complete());
  const auto page = inventory::list_resources(*database_, identity::Scope::everything(), {}).value();
  ASSERT_EQ(page.items.size(), 4u);
  for (const auto& item : page.items) {
    const auto detail = inventory::get_resource(*database_, identity::Scope::everything(), item.id).value();
    EXPECT_NE(member(detail.state.document, "Status"), nullptr) << "read again, not held for read";
    EXPECT_TRUE(item.unknown.empty());
  }
}

TEST_F(CollectorTest, DetailsThatSomebodyElseLostAreUnknownAndReadAgain) {
  scan();
  alter("delete from resource_version");
  alter("delete from resource");  // as when an older copy of the store was put back while we ran
  const auto report = scan();
  EXPECT_TRUE(report.complete()) << "the scan itself reads them once more";
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, WhatIsMissingIsAskedForByIdAndThenGone) {
  scan();
  aws_.volumes.clear();
  const auto report = scan();
  EXPECT_EQ(report.sweeps[0].counts.gone, 2);
  EXPECT_EQ(alive(), 0);
}

TEST_F(CollectorTest, AnAccountThatCannotBeEnteredIsAGapInEveryPlaceThatIsKnown) {
  scan();
  aws_.denied_action = "GetCallerIdentity";
  Account denied = account();
  denied.id = "111111111111";
  denied.regions = {"eu-west-1"};
  clock_.advance(std::chrono::seconds(1));
  const auto report = collector_->scan({denied}, {}, {}, {});
  ASSERT_EQ(report.sweeps.size(), 1u);
  EXPECT_EQ(report.sweeps[0].sweep.outcome, inventory::Outcome::denied);
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, AnAccountThatIsSetUpWronglyIsAGapAndTheOthersGoOn) {
  Account wrong;
  wrong.id = "222222222222";
  wrong.failure = make_error(ErrorKind::invalid, "no_profile", "there is no profile 'x'");
  clock_.advance(std::chrono::seconds(1));
  const auto report = collector_->scan({wrong, account()}, {}, {}, {});
  EXPECT_FALSE(report.complete());
  ASSERT_EQ(report.sweeps.size(), 4u);
  EXPECT_EQ(report.sweeps[0].sweep.outcome, inventory::Outcome::ok);
  for (const size_t i : {size_t{2}, size_t{3}}) {
    EXPECT_EQ(report.sweeps[i].sweep.place.account_id, wrong.id);
    EXPECT_EQ(report.sweeps[i].sweep.error.code, "no_profile");
  }
  EXPECT_EQ(alive(), 4);
}

TEST_F(CollectorTest, CredentialsOfAnotherAccountAreRefused) {
  Account other = account();
  other.id = "222222222222";
  const auto view = view_account(client_, other, {});
  ASSERT_TRUE(view.failure);
  EXPECT_EQ(view.failure->code, "other_account");
}

TEST_F(CollectorTest, WithoutTheListOfRegionsHomeIsRead) {
  aws_.denied_action = "DescribeRegions";
  const auto report = scan();
  EXPECT_FALSE(report.complete());
  ASSERT_EQ(report.sweeps.size(), 1u);
  EXPECT_EQ(report.sweeps[0].sweep.place.region, "eu-west-1");
  ASSERT_TRUE(report.accounts[0].region_failure);
  const auto trust = trust_in("aws_v");
  ASSERT_EQ(trust.gaps.size(), 1u) << "the inventory says that there may be more";
  EXPECT_EQ(trust.gaps[0].place, (inventory::Place{"111111111111", "global", inventory::kRegionsType}));
  EXPECT_EQ(trust.gaps[0].outcome, inventory::Outcome::denied);
  aws_.denied_action.clear();
  scan();
  EXPECT_EQ(trust_in("aws_v").gap_count, 0);
}

TEST_F(CollectorTest, WhatAnInterruptedScanDidNotReachIsPending) {
  CollectOptions one_by_one;
  one_by_one.lanes.threads = 1;
  one_by_one.lanes.most_waiting = 1;
  Collector collector(*types_, client_, *inventory_, redactor_, clock_, one_by_one);
  Account large = account();
  for (int i = 0; i < 40; ++i) large.regions.push_back("eu-west-" + std::to_string(i + 1));
  std::stop_source stop;
  const auto report = collector.scan(
      {large}, {}, [&](const Progress&) { stop.request_stop(); }, stop.get_token());
  EXPECT_TRUE(report.stopped);
  auto seen = outcomes();
  EXPECT_GE(seen[inventory::Outcome::ok], 1);
  EXPECT_GE(seen[inventory::Outcome::pending], 36) << "one ran, one waited, one was on its way";
  EXPECT_EQ(seen[inventory::Outcome::ok] + seen[inventory::Outcome::pending], 40);
  EXPECT_TRUE(collector_->scan({large}, {}, {}, {}).complete());
  EXPECT_EQ(outcomes(), (std::map<inventory::Outcome, int>{{inventory::Outcome::ok, 40}}));
}

TEST(GuessRegions, OfAnAccountThatCannotBeAskedAreThoseOfTheOthers) {
  std::vector<AccountView> views(3);
  views[0].regions = {"eu-west-1", "us-east-1"};
  views[1].failure = make_error(ErrorKind::denied, "AccessDenied", "no");
  views[2].region_failure = views[1].failure;
  views[2].regions = {"ap-south-1"};
  guess_regions(views);
  EXPECT_EQ(views[1].regions, (std::vector<std::string>{"eu-west-1", "us-east-1"}));
  EXPECT_EQ(views[2].regions, (std::vector<std::string>{"ap-south-1", "eu-west-1", "us-east-1"}));
}

TEST_F(CollectorTest, AStoppedScanLeavesNoOutcome) {
  std::stop_source stop;
  stop.request_stop();
  const auto report = collector_->scan({account()}, {}, {}, stop.get_token());
  EXPECT_TRUE(report.stopped);
  EXPECT_TRUE(inventory::list_sweeps(*database_, identity::Scope::everything()).value().empty());
}

}  // namespace
}  // namespace hm::collect
