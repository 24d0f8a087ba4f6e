// The fixture of the collector's tests: a small AWS that answers as it is told, and a store of its own.
#pragma once

#include <filesystem>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "collect/collector.h"
#include "collect/replay.h"
#include "collect/scheduler.h"
#include "inventory/projection.h"
#include "inventory/read.h"

namespace hm::collect {

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

inline HttpResponse xml(const std::string& body, int status = 200) {
  return {status, {{"Content-Type", "text/xml"}}, body};
}

inline HttpResponse refusal(const std::string& code, int status = 403) {
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

}  // namespace hm::collect
