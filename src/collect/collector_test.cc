#include "collect/collector.h"

#include <filesystem>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "collect/replay.h"
#include "collect/scheduler.h"
#include "inventory/projection.h"
#include "inventory/read.h"

namespace hm::collect {
namespace {

constexpr const char* kVolume = R"(title: Volume
table: aws_v
scope: region
list: {call: "ec2:DescribeVolumes", items: "Volumes[]"}
lookup: {params: {VolumeIds: ["${key}"]}, absent: [InvalidVolume.NotFound]}
key: VolumeId
arn: "arn:${partition}:ec2:${region}:${account_id}:volume/${VolumeId}"
columns: {volume_id: {path: VolumeId, description: The id of it.}}
details:
  - into: Status
    call: ec2:DescribeVolumeStatus
    params: {VolumeIds: ["${VolumeId}"]}
    take: "VolumeStatuses[0].VolumeStatus"
    refresh: 10m
)";

constexpr const char* kBucket = R"(title: Bucket
table: aws_b
scope: account
list: {call: "s3:ListBuckets", items: "Buckets[]"}
key: Name
arn: "arn:${partition}:s3:::${Name}"
region: BucketRegion
columns: {name: {path: Name, description: The name of it.}}
details:
  - {into: Versioning, call: "s3:GetBucketVersioning", params: {Bucket: "${Name}"}}
  - {into: Logging, call: "s3:GetBucketLogging", params: {Bucket: "${Name}"}}
)";

HttpResponse xml(const std::string& body, int status = 200) {
  return {status, {{"Content-Type", "text/xml"}}, body};
}

HttpResponse refusal(const std::string& code, int status = 403) {
  return xml(
      "<Response><Errors><Error><Code>" + code + "</Code><Message>no</Message></Error></Errors></Response>",
      status);
}

// An AWS of two regions with volumes, in which a test can break things.
struct FakeAws {
  std::vector<std::string> volumes{"vol-1", "vol-2"};
  std::string denied_action;             // of the first part of a body: "DescribeVolumes"
  std::string dark_region;               // never answers in time
  std::string denied_text;               // a request that holds it is refused
  std::atomic<bool> locked_out = false;  // nobody may say who he is
  std::string size = "8";                // of every volume
  std::string throttled_key;             // whoever calls with it is 222222222222, and asked to slow down
  std::atomic<int> calls{0};
  std::atomic<int> calls_in_the_dark{0};
  std::atomic<int> throttled_calls{0};

  Result<HttpResponse> answer(const HttpRequest& request) {
    ++calls;
    if (!dark_region.empty() && request.headers.get("Authorization").find(dark_region) != std::string::npos) {
      ++calls_in_the_dark;
      return make_error(ErrorKind::timeout, "timeout", "no answer in time");
    }
    if (request.url.find("versioning") != std::string::npos) return xml("<VersioningConfiguration/>");
    if (request.url.find("logging") != std::string::npos) return xml("<BucketLoggingStatus/>");
    if (request.url.find("s3.") != std::string::npos) return xml(buckets());
    const auto has = [&](const std::string& text) { return request.body.find(text) != std::string::npos; };
    const bool throttled = !throttled_key.empty() &&
                           request.headers.get("Authorization").find(throttled_key) != std::string::npos;
    if (throttled) ++throttled_calls;
    if (throttled && has("DescribeVolumes")) return refusal("RequestLimitExceeded", 503);
    if (!denied_action.empty() && has("Action=" + denied_action + "&"))
      return refusal("UnauthorizedOperation");
    if (!denied_text.empty() && has(denied_text)) return refusal("UnauthorizedOperation");
    if (locked_out && has("GetCallerIdentity")) return refusal("ExpiredToken");
    if (has("GetCallerIdentity")) {
      return xml(
          "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/u</Arn>"
          "<UserId>U</UserId><Account>" +
          std::string(throttled ? "222222222222" : "111111111111") +
          "</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");
    }
    if (has("DescribeRegions")) {
      return xml(
          "<R><regionInfo><item><regionName>eu-west-1</regionName></item>"
          "<item><regionName>us-east-1</regionName></item></regionInfo></R>");
    }
    if (has("DescribeVolumeStatus"))
      return xml(
          "<R><volumeStatusSet><item><volumeStatus><status>ok</status></volumeStatus></item></"
          "volumeStatusSet></R>");
    return volumes_answer(has("VolumeId.1="));
  }

  // A hundred buckets, by turns in both regions.
  static std::string buckets() {
    std::string items;
    for (int i = 0; i < 100; ++i) {
      items += "<Bucket><Name>bucket-" + std::to_string(i) + "</Name><BucketRegion>" +
               (i % 2 == 0 ? "eu-west-1" : "us-east-1") + "</BucketRegion></Bucket>";
    }
    return "<ListAllMyBucketsResult><Buckets>" + items + "</Buckets></ListAllMyBucketsResult>";
  }

  HttpResponse volumes_answer(bool by_id) const {
    std::string items;
    for (const auto& volume : volumes)
      items += "<item><volumeId>" + volume + "</volumeId><size>" + size + "</size></item>";
    if (by_id && volumes.empty()) return refusal("InvalidVolume.NotFound", 400);
    return xml("<R><volumeSet>" + items + "</volumeSet></R>");
  }
};

class CollectorTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("hm-collect-" + hex(random_bytes(8)));
    auto opened = store::Database::open("sqlite:" + (folder_ / "t.db").string(), clock_);
    ASSERT_TRUE(opened) << opened.error().text();
    database_ = std::move(*opened);
    inventory_ = std::make_unique<inventory::Inventory>(*database_, clock_);
    use("resources/ec2/volume.yaml", kVolume);
  }
  void TearDown() override {
    collector_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  static Account account() {
    Account one;
    one.target.credentials = aws::static_credentials({"AKIDEXAMPLE", "secret", "", {}, "", "test"});
    one.target.region = "eu-west-1";
    return one;
  }
  void use(const char* path, const char* type) {
    types_ = catalog::load_catalog({{path, type, "", false}}).value();
    collector_ = std::make_unique<Collector>(*types_, client_, *inventory_, redactor_, clock_);
  }
  ScanReport scan() {
    clock_.advance(std::chrono::seconds(1));
    return collector_->scan({account()}, {}, {}, {});
  }
  void alter(const std::string& sql) {
    const Status altered =
        database_->write("testing", [&](store::Transaction& transaction) { return transaction.run(sql); });
    ASSERT_TRUE(altered.has_value()) << altered.error().text();
  }
  std::map<inventory::Outcome, int> outcomes() {
    std::map<inventory::Outcome, int> counts;
    for (const auto& one : inventory::list_sweeps(*database_, identity::Scope::everything()).value())
      ++counts[one.outcome];
    return counts;
  }
  int64_t alive() {
    return inventory::list_resources(*database_, identity::Scope::everything(), {}).value().total;
  }
  // How far an answer from the table can be trusted.
  inventory::Trust trust_in(const std::string& table) {
    auto query =
        query::QueryDatabase::open_temporary(folder_.string(), inventory::table_specs(*types_)).value();
    EXPECT_TRUE(inventory::Follower(*database_, *query, *types_).catch_up().has_value());
    return inventory::query_now(*database_, *query, *types_, "select * from " + table,
                                identity::Scope::everything())
        .value()
        .trust;
  }

  FakeAws aws_;
  FakeClock clock_{parse_iso("2026-11-23T12:00:00Z").value()};
  std::chrono::seconds answer_takes_{0};
  ReplayTransport transport_{[this](const HttpRequest& request) {
    clock_.advance(answer_takes_);
    return aws_.answer(request);
  }};
  aws::Client client_{transport_, clock_, nullptr, {}};
  Redactor redactor_{std::string(32, 'k')};
  std::filesystem::path folder_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<inventory::Inventory> inventory_;
  std::shared_ptr<const catalog::Catalog> types_;
  std::unique_ptr<Collector> collector_;
};

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
  for (const auto& sweep : inventory::list_sweeps(*database_, identity::Scope::everything()).value()) {
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
  const Time start = clock_.now();
  Scheduler scheduler(
      *collector_, [&] { return std::vector<Account>{wide}; },
      [&](const RoundProgress& now) {
        if (now.done == 20) stop.request_stop();
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
