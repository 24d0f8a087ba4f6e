#include "sim/server/simulator.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::sim {
namespace {

constexpr const char* kNow = "20261123T120000Z";
const char* const kForm = "application/x-www-form-urlencoded";

struct Keys {
  std::string id, secret, token;
};

std::string mac(std::string_view key, std::string_view text) {
  return std::string(view(hmac_sha256(key, text)));
}

// What a bad signer does, and then signs without a fault.
struct Oddity {
  std::string left_out;  // a header that it sends and does not sign
  std::string payload;   // what it sends and signs for the payload's hash
};

// A signer for this test alone, for requests without a query.
ServerRequest signed_request(const Keys& keys, const std::string& service, const std::string& body,
                             const std::string& time = kNow, const Oddity& oddity = {}) {
  ServerRequest request;
  request.method = "POST";
  request.target = "/";
  request.body = body;
  request.peer = "127.0.0.1";
  request.headers = {{"Host", "127.0.0.1"}, {"Content-Type", kForm}, {"X-Amz-Date", time}};
  std::string names, lines;
  const auto sign = [&](const std::string& name, const std::string& value) {
    if (name == oddity.left_out) return;
    names += (names.empty() ? "" : ";") + name;
    lines += name + ":" + value + "\n";
  };
  sign("host", "127.0.0.1");
  if (!oddity.payload.empty()) {
    request.headers.add("X-Amz-Content-SHA256", oddity.payload);
    sign("x-amz-content-sha256", oddity.payload);
  }
  sign("x-amz-date", time);
  if (!keys.token.empty()) {
    request.headers.add("X-Amz-Security-Token", keys.token);
    sign("x-amz-security-token", keys.token);
  }
  const auto scope = time.substr(0, 8) + "/eu-west-1/" + service + "/aws4_request";
  const auto canonical = "POST\n/\n\n" + lines + "\n" + names + "\n" +
                         (oddity.payload.empty() ? sha256_hex(body) : oddity.payload);
  const auto text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + sha256_hex(canonical);
  const auto key =
      mac(mac(mac(mac("AWS4" + keys.secret, time.substr(0, 8)), "eu-west-1"), service), "aws4_request");
  request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=" + keys.id + "/" + scope +
                                           ", SignedHeaders=" + names + ", Signature=" + hex(mac(key, text)));
  return request;
}

class SimulatorTest : public testing::Test {
 protected:
  SimulatorTest() { start({}); }

  void start(SimulatorOptions options) {
    options.estate.resources = 300;
    options.estate.accounts = 2;
    options.estate.regions = {"eu-west-1"};
    sim_ = std::move(*Simulator::make(options, clock_));
    const auto account = sim_->credentials().at("accounts").at(0);
    keys_ = {std::string(as_text(account.at("access_key_id"))),
             std::string(as_text(account.at("secret_access_key"))), ""};
    other_ = sim_->credentials().at("accounts").at(1);
    account_id_ = as_text(account.at("account_id"));
  }

  ServerResponse call(const Keys& keys, const std::string& service, const std::string& body) {
    return sim_->handle(signed_request(keys, service, body));
  }
  std::string text(const ServerResponse& response) { return std::get<std::string>(response.body); }
  std::string ec2(const std::string& body) {
    return text(call(keys_, "ec2", "Version=2016-11-15&Action=" + body));
  }
  std::string sts(const std::string& body) {
    return text(call(keys_, "sts", "Version=2011-06-15&Action=" + body));
  }
  ServerResponse admin(const char* method, const std::string& path, const std::string& body = {}) {
    ServerRequest request;
    request.method = method;
    request.target = "/_sim/" + path;
    request.body = body;
    request.peer = "127.0.0.1";
    return sim_->handle(request);
  }
  static std::string between(const std::string& all, const std::string& tag) {
    const auto begin = all.find("<" + tag + ">") + tag.size() + 2;
    return all.substr(begin, all.find("</" + tag + ">") - begin);
  }

  FakeClock clock_{*parse_iso("2026-11-23T12:00:00Z")};
  std::unique_ptr<Simulator> sim_;
  Keys keys_;
  Json other_;
  std::string account_id_;
};

TEST_F(SimulatorTest, KnowsItsCallers) {
  EXPECT_EQ(between(sts("GetCallerIdentity"), "Account"), account_id_);
}

TEST_F(SimulatorTest, RefusesWhatIsNotSignedRight) {
  auto wrong = keys_;
  wrong.secret += "x";
  EXPECT_EQ(between(text(call(wrong, "sts", "Action=GetCallerIdentity&Version=2011-06-15")), "Code"),
            "SignatureDoesNotMatch");
  EXPECT_EQ(call(wrong, "ec2", "Action=DescribeVpcs&Version=2016-11-15").status, 401);
  auto bent = signed_request(keys_, "ec2", "Action=DescribeVpcs&Version=2016-11-15");
  bent.body = "Action=DescribeSubnets&Version=2016-11-15";
  EXPECT_EQ(between(text(sim_->handle(bent)), "Code"), "AuthFailure");
  const auto late =
      signed_request(keys_, "ec2", "Action=DescribeVpcs&Version=2016-11-15", "20261123T115400Z");
  EXPECT_EQ(between(text(sim_->handle(late)), "Code"), "RequestExpired");
  const auto fair =
      signed_request(keys_, "ec2", "Action=DescribeVpcs&Version=2016-11-15", "20261123T115600Z");
  EXPECT_EQ(sim_->handle(fair).status, 200);
}

TEST_F(SimulatorTest, RefusesASignatureThatLeavesSomethingOpen) {
  const std::string body = "Action=GetCallerIdentity&Version=2011-06-15";
  const auto code = [&](const Oddity& oddity) {
    const auto answer = sim_->handle(signed_request(keys_, "sts", body, kNow, oddity));
    return answer.status == 200 ? "" : between(text(answer), "Code");
  };
  EXPECT_EQ(code({}), "");
  EXPECT_EQ(code({.left_out = "host", .payload = ""}), "IncompleteSignature");
  EXPECT_EQ(code({.left_out = "x-amz-date", .payload = ""}), "IncompleteSignature");
  EXPECT_EQ(code({.left_out = "", .payload = "UNSIGNED-PAYLOAD"}), "");
  EXPECT_EQ(code({.left_out = "", .payload = sha256_hex(body)}), "");
  EXPECT_EQ(code({.left_out = "", .payload = sha256_hex("another")}), "SignatureDoesNotMatch");
  EXPECT_EQ(code({.left_out = "", .payload = "WHATEVER"}), "InvalidArgument");
}

TEST_F(SimulatorTest, OutlivesASignatureThatItCannotRead) {
  auto mangled = signed_request(keys_, "sts", "Action=GetCallerIdentity&Version=2011-06-15");
  mangled.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=nobody");
  EXPECT_EQ(between(text(sim_->handle(mangled)), "Code"), "IncompleteSignature");
  EXPECT_EQ(between(text(call(keys_, "no-such-service", "Action=X")), "Code"), "UnknownService");
}

TEST_F(SimulatorTest, RolesDemandTheirExternalId) {
  const auto ask =
      "AssumeRole&RoleSessionName=proof&RoleArn=" + percent_encode(as_text(other_.at("role_arn")));
  EXPECT_EQ(between(sts(ask), "Code"), "AccessDenied");
  EXPECT_EQ(between(sts(ask + "&ExternalId=guess"), "Code"), "AccessDenied");
  const auto given = sts(ask + "&ExternalId=" + std::string(as_text(other_.at("external_id"))));
  const Keys session{between(given, "AccessKeyId"), between(given, "SecretAccessKey"),
                     between(given, "SessionToken")};
  const auto who = [&] { return text(call(session, "sts", "Action=GetCallerIdentity&Version=2011-06-15")); };
  EXPECT_EQ(between(who(), "Account"), as_text(other_.at("account_id")));
  admin("POST", "clock", R"({"advance_s": 3601})");
  EXPECT_EQ(between(who(), "Code"), "ExpiredToken");
}

TEST_F(SimulatorTest, PagesEndAndTokensAreTheirOwn) {
  std::string token;
  int pages = 0;
  do {
    const auto page = ec2("DescribeSnapshots&MaxResults=5" + (token.empty() ? "" : "&NextToken=" + token));
    ASSERT_NE(page.find("<snapshotSet>"), std::string::npos) << page;
    token = page.find("<nextToken>") == std::string::npos ? "" : between(page, "nextToken");
    if (pages == 0) {
      EXPECT_EQ(between(ec2("DescribeVolumes&NextToken=" + token), "Code"), "InvalidNextToken");
    }
    ASSERT_LT(++pages, 200);
  } while (!token.empty());
  EXPECT_GT(pages, 1);
}

TEST_F(SimulatorTest, AChangeIsSeenThoughAnswersAreKept) {
  const auto before = ec2("DescribeVolumes");
  EXPECT_NE(between(ec2("DescribeVolumes"), "requestId"), between(before, "requestId"));
  const auto id = between(ec2("CreateVolume&AvailabilityZone=eu-west-1a&Size=3"), "volumeId");
  EXPECT_NE(ec2("DescribeVolumes").find(id), std::string::npos);
  const auto one = "DescribeVolumes&VolumeId.1=" + id;
  EXPECT_EQ(between(ec2(one), "status"), "creating");
  admin("POST", "clock", R"({"advance_s": 5})");
  EXPECT_EQ(between(ec2(one), "status"), "available");
}

TEST_F(SimulatorTest, FaultsComeAndGo) {
  EXPECT_EQ(admin("POST", "faults", "{\"fault\": \"denied:" + account_id_ + ":ec2:DescribeVpcs\"}").status,
            200);
  EXPECT_EQ(between(ec2("DescribeVpcs"), "Code"), "UnauthorizedOperation");
  EXPECT_NE(ec2("DescribeSubnets").find("<subnetSet>"), std::string::npos);
  admin("DELETE", "faults");
  EXPECT_NE(ec2("DescribeVpcs").find("<vpcSet>"), std::string::npos);
  EXPECT_EQ(admin("POST", "faults", R"({"fault": "nonsense"})").status, 400);
}

TEST_F(SimulatorTest, BucketsOfTokensRunDryAndFillAgain) {
  SimulatorOptions options;
  options.throttle = true;
  start(options);
  int served = 0;
  while (ec2("DescribeVpcs").find("<vpcSet>") != std::string::npos && served < 200) ++served;
  EXPECT_EQ(served, 100);  // EC2's published burst for reading calls
  EXPECT_EQ(between(ec2("DescribeVpcs"), "Code"), "RequestLimitExceeded");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_NE(ec2("DescribeVpcs").find("<vpcSet>"), std::string::npos);
}

TEST_F(SimulatorTest, TheAdminDoorIsForLoopback) {
  ServerRequest request;
  request.method = "GET";
  request.target = "/_sim/credentials";
  request.peer = "203.0.113.9";
  EXPECT_EQ(sim_->handle(request).status, 403);
  request.peer = "127.0.0.1";
  EXPECT_EQ(sim_->handle(request).status, 200);
  request.headers.add("Origin", "http://elsewhere.example");
  EXPECT_EQ(sim_->handle(request).status, 403);
}

TEST_F(SimulatorTest, TakesTargetsWithDotsAndRefusesUnknownOnes) {
  const auto ask = [&](const std::string& target) {
    auto request = signed_request(keys_, "cloudtrail", "{}");
    request.headers.set("X-Amz-Target", target);
    request.headers.set("Content-Type", "application/x-amz-json-1.1");
    return sim_->handle(request);
  };
  const std::string prefix = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";
  const auto listed = ask(prefix + "ListTrails");
  EXPECT_EQ(listed.status, 200);
  EXPECT_EQ(text(listed), R"({"Trails":[]})");
  const auto unknown = ask(prefix + "ListNothing");
  EXPECT_EQ(unknown.status, 400);
  EXPECT_NE(text(unknown).find("UnknownOperationException"), std::string::npos) << text(unknown);
  EXPECT_EQ(ask("Nobody.ListTrails").status, 400);
}

TEST_F(SimulatorTest, SynthesizesOverTwoPages) {
  SimulatorOptions options;
  options.synthesize = 3;
  start(options);
  const auto first = ec2("DescribeCapacityReservations");
  EXPECT_NE(first.find("<nextToken>synthesized-2</nextToken>"), std::string::npos) << first;
  const auto second = ec2("DescribeCapacityReservations&NextToken=synthesized-2");
  EXPECT_EQ(second.find("<nextToken>"), std::string::npos) << second;
  EXPECT_NE(second.find("<capacityReservationId>"), std::string::npos) << second;
}

TEST_F(SimulatorTest, ChangesSoManyAtOnce) {
  EXPECT_EQ(admin("POST", "drift", R"({"resources": 0})").status, 400);
  EXPECT_EQ(ec2("DescribeTags").find("<key>drift</key>"), std::string::npos);
  const auto told = parse_json(text(admin("POST", "drift", R"({"resources": 20})")));
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->at("changed").to_number<int64_t>(), 20);
  EXPECT_GE(told->at("tagged").to_number<int64_t>(), 20);
  const auto more = parse_json(text(admin("POST", "drift", R"({"resources": 1000000})")));
  ASSERT_TRUE(more.has_value());
  EXPECT_EQ(more->at("changed"), more->at("tagged")) << "all there are";
  EXPECT_NE(ec2("DescribeVolumes").find("<key>drift</key>"), std::string::npos);
}

TEST(Faults, RefuseNonsense) {
  for (const char* bad :
       {"", "fail", "fail:x%", "fail:101%", "blackhole", "denied", "deny-resource:s3:X", "expired:a:b"}) {
    EXPECT_FALSE(parse_fault(bad).has_value()) << bad;
  }
  const auto fault = parse_fault("deny-resource:s3:GetBucketPolicy:bucket:with:colons");
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->parts[2], "bucket:with:colons");
}

}  // namespace
}  // namespace hm::sim
