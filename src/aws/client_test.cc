#include "aws/client.h"

#include "aws/client_fakes.h"
#include "aws/meter.h"
#include "aws/retry.h"

namespace hm::aws {
namespace {

constexpr const char* kIdentity = R"(<GetCallerIdentityResponse><GetCallerIdentityResult>
  <Arn>arn:aws:iam::111111111111:user/x</Arn><UserId>U</UserId><Account>111111111111</Account>
  </GetCallerIdentityResult></GetCallerIdentityResponse>)";
constexpr const char* kThrottled =
    "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow down</Message></Error></Errors>"
    "<RequestID>r</RequestID></Response>";
constexpr const char* kUnavailable =
    "<Response><Errors><Error><Code>Unavailable</Code><Message>later</Message></Error></Errors></Response>";
constexpr const char* kNoVolumes = "<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>";

TEST_F(ClientTest, SignsAndParses) {
  transport_.answer(200, kIdentity);
  const auto answer = call("sts", "GetCallerIdentity");
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_EQ(member_text(*answer, "Account"), "111111111111");
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_TRUE(
      sent[0].headers.get("Authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKID0/20261123/"));
  EXPECT_EQ(sent[0].headers.get("amz-sdk-request"), "attempt=1; max=3");
  EXPECT_EQ(sent[0].headers.get("amz-sdk-invocation-id").size(), 36u);
}

TEST_F(ClientTest, NamesWhatDoesNotExist) {
  EXPECT_EQ(call("ec3", "X").error().code, "unknown_service");
  EXPECT_EQ(call("ec2", "X").error().code, "unknown_operation");
  EXPECT_EQ(transport_.sent().size(), 0u);
}

TEST_F(ClientTest, ReportsAllFaultsOfTheParametersWithoutSending) {
  const auto answer = call("ec2", "DescribeVolumes", JsonObject{{"MaxResults", "many"}, {"Nonsense", 1}});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
  EXPECT_NE(answer.error().message.find("Nonsense"), std::string::npos);
  EXPECT_NE(answer.error().message.find("MaxResults"), std::string::npos);
  EXPECT_EQ(transport_.sent().size(), 0u);
}

TEST_F(ClientTest, RetriesThrottlingAndSignsAnew) {
  transport_.answer(503, kThrottled);
  transport_.answer(503, kThrottled);
  transport_.answer(200, kNoVolumes);
  const auto answer = call("ec2", "DescribeVolumes");
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[2].headers.get("amz-sdk-request"), "attempt=3; max=3");
  EXPECT_EQ(sent[0].headers.get("amz-sdk-invocation-id"), sent[2].headers.get("amz-sdk-invocation-id"));
}

TEST_F(ClientTest, GivesUpAfterTheLastAttemptWithAwsOwnError) {
  for (int i = 0; i < 3; ++i) transport_.answer(503, kThrottled);
  const auto answer = call("ec2", "DescribeVolumes");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "RequestLimitExceeded");
  EXPECT_EQ(answer.error().kind, ErrorKind::throttled);
  EXPECT_EQ(answer.error().notes.at("region"), "eu-west-1");
  EXPECT_EQ(answer.error().notes.at("operation"), "DescribeVolumes");
  EXPECT_EQ(answer.error().notes.at("retries"), "2");
  EXPECT_EQ(transport_.sent().size(), 3u);
}

// A service that is down in one region has used up the retries of that place, and of no other.

TEST_F(ClientTest, OnePlaceThatIsDownLeavesTheOthersTheirRetries) {
  options_.rate_share = 0;
  options_.max_attempts = 2;
  const auto attempts = [&](std::string_view service, std::string_view operation, const Target& where) {
    const size_t before = transport_.sent().size();
    for (int i = 0; i < 2; ++i) transport_.answer(503, kUnavailable);
    EXPECT_FALSE(client().call(service, operation, JsonObject(), where).has_value());
    const size_t made = transport_.sent().size() - before;
    if (made == 1) transport_.forget_answers();
    return made;
  };
  for (int i = 0; i < RetryQuota::kCapacity / 5; ++i)
    ASSERT_EQ(attempts("ec2", "DescribeVolumes", target()), 2u);
  EXPECT_EQ(attempts("ec2", "DescribeVolumes", target()), 1u) << "an AWS that is down is not hammered";
  EXPECT_EQ(attempts("sts", "GetCallerIdentity", target()), 2u);
  Target elsewhere = target();
  elsewhere.region = "us-east-1";
  EXPECT_EQ(attempts("ec2", "DescribeVolumes", elsewhere), 2u);
  Target other = target();
  other.account_id = "222222222222";
  EXPECT_EQ(attempts("ec2", "DescribeVolumes", other), 2u);
}

// A call that changes something may have been acted upon when the answer is lost.

TEST_F(ClientTest, RepeatsAChangeOnlyWhenItSurelyDidNotHappen) {
  const Json params = JsonObject{{"VolumeId", "vol-1"}, {"InstanceId", "i-1"}, {"Device", "/dev/sdf"}};
  transport_.answer(503, kUnavailable);
  EXPECT_FALSE(call("ec2", "AttachVolume", params).has_value());
  EXPECT_EQ(transport_.sent().size(), 1u);

  transport_.fail(make_error(ErrorKind::unavailable, "connection_closed", "cut").note("sent", "yes"));
  EXPECT_FALSE(call("ec2", "AttachVolume", params).has_value());
  EXPECT_EQ(transport_.sent().size(), 2u);

  transport_.fail(make_error(ErrorKind::unavailable, "connection_failed", "refused").note("sent", "no"));
  transport_.answer(503, kThrottled);
  transport_.answer(200, "<AttachVolumeResponse><status>attaching</status></AttachVolumeResponse>");
  EXPECT_TRUE(call("ec2", "AttachVolume", params).has_value());
  EXPECT_EQ(transport_.sent().size(), 5u);
}

TEST_F(ClientTest, RepeatsAChangeThatBearsATokenWithTheSameToken) {
  transport_.answer(503, kUnavailable);
  transport_.answer(200, "<CreateVolumeResponse><volumeId>vol-1</volumeId></CreateVolumeResponse>");
  const auto answer = call("ec2", "CreateVolume", JsonObject{{"AvailabilityZone", "a"}});
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_NE(sent[0].body.find("ClientToken="), std::string::npos);
  EXPECT_EQ(sent[0].body, sent[1].body);
}

TEST_F(ClientTest, CorrectsItsClockOnce) {
  const char* skewed =
      "<Response><Errors><Error><Code>RequestExpired</Code><Message>old</Message></Error></Errors></"
      "Response>";
  transport_.answer(400, skewed, {{"Date", "Mon, 23 Nov 2026 13:00:00 GMT"}});
  transport_.answer(200, kNoVolumes);
  ASSERT_TRUE(call("ec2", "DescribeVolumes").has_value());
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].headers.get("X-Amz-Date"), "20261123T120000Z");
  EXPECT_EQ(sent[1].headers.get("X-Amz-Date"), "20261123T130000Z");
  // A server whose clock agrees has another reason.
  const char* wrong_key =
      "<Response><Errors><Error><Code>AuthFailure</Code><Message>no</Message></Error></Errors></Response>";
  transport_.answer(401, wrong_key, {{"Date", "Mon, 23 Nov 2026 13:00:01 GMT"}});
  EXPECT_FALSE(call("ec2", "DescribeVolumes").has_value());
  EXPECT_EQ(transport_.sent().size(), 3u);
}

// The second of two calls in flight finds the clock corrected already, and its own signature still too old.

TEST_F(ClientTest, CorrectsTheClockOfCallsThatWereInFlightTogether) {
  const char* skewed =
      "<Response><Errors><Error><Code>RequestExpired</Code><Message>old</Message></Error></Errors></"
      "Response>";
  const HttpHeaders an_hour_on = {{"Date", "Mon, 23 Nov 2026 13:00:00 GMT"}};
  Result<Json> second = make_error(ErrorKind::internal, "not_called", "");
  transport_.before_answer([&] {
    transport_.answer(400, skewed, an_hour_on);  // to the second call's first attempt
    transport_.answer(200, kNoVolumes);
    transport_.answer(400, skewed, an_hour_on);  // and only now to the first call's
    transport_.answer(200, kNoVolumes);
    second = call("ec2", "DescribeVolumes");
  });
  const auto first = call("ec2", "DescribeVolumes");
  EXPECT_TRUE(second.has_value()) << second.error().text();
  EXPECT_TRUE(first.has_value()) << first.error().text();
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 4u);
  EXPECT_EQ(sent[3].headers.get("X-Amz-Date"), "20261123T130000Z");
}

// To put right what was wrong on our side is no retry.

TEST_F(ClientTest, CorrectsItselfThoughOnlyOneAttemptIsAllowed) {
  options_.max_attempts = 1;
  transport_.answer(301, "<Error><Code>PermanentRedirect</Code></Error>",
                    {{"x-amz-bucket-region", "us-west-2"}});
  transport_.answer(200, "<Tagging><TagSet/></Tagging>");
  EXPECT_TRUE(call("s3", "GetBucketTagging", JsonObject{{"Bucket", "b-1"}}).has_value());
  EXPECT_EQ(transport_.sent().back().headers.get("amz-sdk-request"), "attempt=1; max=1");
  transport_.answer(503, kThrottled);
  EXPECT_FALSE(call("ec2", "DescribeVolumes").has_value());
  EXPECT_EQ(transport_.sent().size(), 3u);
}

// EC2 says RequestExpired of a session token that ran out.

TEST_F(ClientTest, RenewsCredentialsWhereTheClockIsNotToBlame) {
  const char* expired =
      "<Response><Errors><Error><Code>RequestExpired</Code><Message>x</Message></Error></Errors></Response>";
  transport_.answer(400, expired, {{"Date", "Mon, 23 Nov 2026 12:00:01 GMT"}});
  transport_.answer(200, kNoVolumes);
  EXPECT_TRUE(call("ec2", "DescribeVolumes").has_value());
  EXPECT_EQ(provider_->invalidated, 1);
}

TEST_F(ClientTest, TheAdaptiveModeSlowsDownAndRecoversByGoodAnswers) {
  options_.adaptive = true;
  options_.rate_share = 0;
  options_.max_attempts = 1;
  const auto one = [&](bool throttled) {
    throttled ? transport_.answer(503, kThrottled) : transport_.answer(200, kNoVolumes);
    const Time start = clock_.now();
    EXPECT_EQ(call("ec2", "DescribeVolumes").has_value(), !throttled);
    return clock_.now() - start;
  };
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(one(false), Micros(0));
    clock_.advance(std::chrono::milliseconds(50));  // 20 a second
  }
  one(true);
  Micros slowed{0};
  for (int i = 0; i < 100; ++i) slowed += one(false);
  EXPECT_GT(slowed, std::chrono::seconds(4)) << "70 % of 20 a second";
  EXPECT_LT(slowed, std::chrono::seconds(12));
  Micros recovered{0};
  for (int i = 0; i < 400; ++i) recovered = one(false);
  EXPECT_LT(recovered, slowed / 100) << "good answers make it faster again";
}

TEST_F(ClientTest, RenewsCredentialsThatExpired) {
  const char* expired =
      "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>x</Message></Error>"
      "</ErrorResponse>";
  transport_.answer(403, expired);
  transport_.answer(200, kIdentity);
  ASSERT_TRUE(call("sts", "GetCallerIdentity").has_value());
  EXPECT_EQ(provider_->invalidated, 1);
  EXPECT_NE(transport_.sent()[1].headers.get("Authorization").find("AKID1/"), std::string::npos);
  transport_.answer(403, expired);
  transport_.answer(403, expired);
  EXPECT_FALSE(call("sts", "GetCallerIdentity").has_value());
  EXPECT_EQ(transport_.sent().size(), 4u);
}

TEST_F(ClientTest, WithoutCredentialsItSaysSo) {
  Target nobody = target();
  nobody.credentials = nullptr;
  const auto answer = client().call("sts", "GetCallerIdentity", JsonObject(), nobody);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "no_credentials");
  transport_.answer(200, kIdentity);
  CallOptions unsigned_call;
  unsigned_call.sign = false;
  EXPECT_TRUE(client().call("sts", "GetCallerIdentity", JsonObject(), nobody, unsigned_call).has_value());
  EXPECT_EQ(transport_.sent().at(0).headers.find("Authorization"), nullptr);
}

TEST_F(ClientTest, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  CallOptions options;
  options.stop = stop.get_token();
  const auto answer = call("ec2", "DescribeVolumes", JsonObject(), options);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::cancelled);
}

std::string volumes_page(const std::string& id, const std::string& token) {
  return "<DescribeVolumesResponse><volumeSet><item><volumeId>" + id +
         "</volumeId></item></volumeSet><nextToken>" + token + "</nextToken></DescribeVolumesResponse>";
}

TEST_F(ClientTest, WalksAllPages) {
  transport_.answer(200, volumes_page("vol-1", "a"));
  transport_.answer(200, volumes_page("vol-2", "b"));
  transport_.answer(200, volumes_page("vol-3", ""));
  const auto all = client().call_all("ec2", "DescribeVolumes", JsonObject(), target());
  ASSERT_TRUE(all.has_value()) << all.error().text();
  EXPECT_EQ(to_json(*all), R"({"Volumes":[{"VolumeId":"vol-1"},{"VolumeId":"vol-2"},{"VolumeId":"vol-3"}]})");
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_NE(sent[0].body.find("MaxResults=500"), std::string::npos);
  EXPECT_NE(sent[2].body.find("NextToken=b"), std::string::npos);
}

TEST_F(ClientTest, ATokenSeenTwiceIsAnError) {
  transport_.answer(200, volumes_page("vol-1", "a"));
  transport_.answer(200, volumes_page("vol-2", "b"));
  transport_.answer(200, volumes_page("vol-3", "a"));
  const auto all = client().call_all("ec2", "DescribeVolumes", JsonObject(), target());
  ASSERT_FALSE(all.has_value());
  EXPECT_EQ(all.error().code, "repeated_token");
}

TEST_F(ClientTest, AListByIdAsksForNoPageSize) {
  transport_.answer(200, kNoVolumes);
  ASSERT_TRUE(
      client().call_all("ec2", "DescribeVolumes", JsonObject{{"VolumeIds", JsonArray{"vol-1"}}}, target()));
  EXPECT_EQ(transport_.sent()[0].body.find("MaxResults"), std::string::npos);
}

// Whose snapshots they are names none of them, and all of an account's in one answer are cut or time out.

TEST_F(ClientTest, AListByOwnerAsksForAPageSize) {
  for (const char* whose : {"OwnerIds", "RestorableByUserIds"}) {
    transport_.answer(200, "<DescribeSnapshotsResponse><snapshotSet/></DescribeSnapshotsResponse>");
    const Json params = JsonObject{{whose, JsonArray{"self"}}};
    ASSERT_TRUE(client().call_all("ec2", "DescribeSnapshots", params, target()));
    EXPECT_NE(transport_.sent().back().body.find("MaxResults=1000"), std::string::npos) << whose;
  }
  transport_.answer(200, "<DescribeSnapshotsResponse><snapshotSet/></DescribeSnapshotsResponse>");
  const Json named = JsonObject{{"SnapshotIds", JsonArray{"snap-1"}}};
  ASSERT_TRUE(client().call_all("ec2", "DescribeSnapshots", named, target()));
  EXPECT_EQ(transport_.sent().back().body.find("MaxResults"), std::string::npos);
}

// Without a NextMarker the last key is where the next page begins, so it must be the key itself.

// The model has no paginator for it.

TEST_F(ClientTest, PagesByTheTokenOfTheSameName) {
  transport_.answer(200, R"({"ResultsByTime":[{"Total":{}}],"NextPageToken":"t"})");
  transport_.answer(200, R"({"ResultsByTime":[{"Total":{}},{"Total":{}}]})");
  const Json params = JsonObject{{"TimePeriod", JsonObject{{"Start", "2026-10-01"}, {"End", "2026-11-01"}}},
                                 {"Granularity", "DAILY"},
                                 {"Metrics", JsonArray{"UnblendedCost"}}};
  const auto all = client().call_all("ce", "GetCostAndUsage", params, target());
  ASSERT_TRUE(all.has_value()) << all.error().text();
  EXPECT_EQ(member(*all, "ResultsByTime")->as_array().size(), 3u);
  EXPECT_EQ(member(*all, "NextPageToken"), nullptr);
  EXPECT_NE(transport_.sent()[1].body.find(R"("NextPageToken": "t")"), std::string::npos)
      << transport_.sent()[1].body;
}

class RefusingMeter final : public Meter {
 public:
  Status before(const MeteredCall& call) override {
    seen.push_back(std::string(call.service) + ":" + std::string(call.operation));
    if (seen.size() > 1) return make_error(ErrorKind::exhausted, "budget_exceeded", "no more");
    return ok();
  }
  std::vector<std::string> seen;
};

TEST_F(ClientTest, TheMeterIsAskedBeforeEachAttempt) {
  RefusingMeter meter;
  meter_ = &meter;
  transport_.answer(503, kThrottled);
  const auto answer = call("ec2", "DescribeVolumes");
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "budget_exceeded");
  EXPECT_EQ(meter.seen.size(), 2u);
  EXPECT_EQ(transport_.sent().size(), 1u);
}

class FailingProvider final : public CredentialProvider {
 public:
  Result<Credentials> get() override {
    ++asked;
    return make_error(ErrorKind::unavailable, "down", "the source of the credentials does not answer");
  }
  int asked = 0;
};

// Whoever fetches credentials has retried already, and a call that was never sent costs nothing.

TEST_F(ClientTest, CredentialsThatFailAreAskedForOnceAndNotMetered) {
  RefusingMeter meter;
  meter_ = &meter;
  auto failing = std::make_shared<FailingProvider>();
  Target there = target();
  there.credentials = failing;
  const auto answer = client().call("ec2", "DescribeVolumes", JsonObject(), there);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "down");
  EXPECT_EQ(answer.error().notes.count("endpoint"), 0u);
  EXPECT_EQ(failing->asked, 1);
  EXPECT_TRUE(meter.seen.empty());
  EXPECT_TRUE(transport_.sent().empty());
  // What is wrong with the parameters is the caller's to know first.
  const auto invalid = client().call("ec2", "DescribeVolumes", JsonObject{{"Nonsense", 1}}, there);
  EXPECT_EQ(invalid.error().kind, ErrorKind::invalid);
  // And those who have no credentials yet need none.
  transport_.answer(200,
                    "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult/>"
                    "</AssumeRoleWithWebIdentityResponse>");
  const Json params = JsonObject{{"RoleArn", "arn:aws:iam::111111111111:role/r"},
                                 {"RoleSessionName", "s1"},
                                 {"WebIdentityToken", "token"}};
  const auto unsigned_call = client().call("sts", "AssumeRoleWithWebIdentity", params, there);
  EXPECT_TRUE(unsigned_call.has_value()) << unsigned_call.error().text();
}

TEST_F(ClientTest, ARefusedRoleIsAnErrorOfTheCallThatAskedForIt) {
  transport_.answer(403,
                    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error>"
                    "</ErrorResponse>");
  AssumeRole role;
  role.role_arn = "arn:aws:iam::222222222222:role/reader";
  role.region = "us-east-1";
  Target there = target();
  there.credentials = assume_role_credentials({transport_, clock_}, provider_, role);
  const auto answer = client().call("ec2", "DescribeVolumes", JsonObject(), there);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "AccessDenied");
  EXPECT_EQ(answer.error().notes.at("service"), "sts");
  EXPECT_EQ(answer.error().notes.at("operation"), "AssumeRole");
  EXPECT_EQ(answer.error().notes.at("region"), "us-east-1");
  EXPECT_EQ(transport_.sent().size(), 1u);
}

// Some answers name the region in their document alone; nobody needs to be asked for it then.

// The bucket would be made where nobody asked for it.

TEST_F(ClientTest, ShowsNoPasswordOfAnEndpoint) {
  transport_.fail(make_error(ErrorKind::invalid, "bad_url", "x"));
  Target there = target();
  there.endpoint_url = "http://user:hidden@127.0.0.1:9";
  const auto answer = client().call("ec2", "DescribeVolumes", JsonObject(), there);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().notes.at("endpoint"), "http://127.0.0.1:9/");
}

TEST_F(ClientTest, AsksForItsEndpointOnceWhereTheServiceHandsThemOut) {
  transport_.answer(200,
                    R"({"Endpoints":[{"Address":"cell1.timestream.example","CachePeriodInMinutes":60}]})");
  transport_.answer(200, R"({"Databases":[]})");
  transport_.answer(200, R"({"Databases":[]})");
  ASSERT_TRUE(call("timestream-write", "ListDatabases").has_value());
  ASSERT_TRUE(call("timestream-write", "ListDatabases").has_value());
  const auto sent = transport_.sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0].url, "https://ingest.timestream.eu-west-1.amazonaws.com/");
  EXPECT_EQ(sent[1].url, "https://cell1.timestream.example/");
  EXPECT_EQ(sent[2].url, sent[1].url);
}

// Stores that speak S3 may know no checksums.

class AccountProvider final : public CredentialProvider {
 public:
  Result<Credentials> get() override {
    Credentials credentials;
    credentials.access_key_id = "AKID";
    credentials.secret_access_key = "secret";
    credentials.account_id = "111111111111";
    return credentials;
  }
};

TEST_F(ClientTest, TheAccountStandsInEndpointsAsTheUserSet) {
  const auto url_in = [&](const char* mode) {
    options_.account_id_endpoint_mode = mode;
    client_.reset();
    transport_.answer(200, R"({"TableNames":[]})");
    Target there = target();
    there.credentials = std::make_shared<AccountProvider>();
    EXPECT_TRUE(client().call("dynamodb", "ListTables", JsonObject(), there).has_value());
    return transport_.sent().back().url;
  };
  EXPECT_EQ(url_in("preferred"), "https://111111111111.ddb.eu-west-1.amazonaws.com/");
  EXPECT_EQ(url_in("disabled"), "https://dynamodb.eu-west-1.amazonaws.com/");
}

TEST_F(ClientTest, PacesItselfAtAShareOfThePublishedRate) {
  const Time start = clock_.now();
  for (int i = 0; i < 60; ++i) transport_.answer(200, kNoVolumes);
  const Json paged = JsonObject{{"MaxResults", 500}};
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(call("ec2", "DescribeVolumes", paged).has_value());
  // Half of 100 at once, then half of 20 a second.
  EXPECT_NEAR(static_cast<double>((clock_.now() - start).count()) / 1e6, 1.0, 0.2);
}

// An hour back must not mean an hour without a single call.

TEST_F(ClientTest, PacesOnWhereTheClockIsSetBack) {
  const Json paged = JsonObject{{"MaxResults", 500}};
  const auto spent_on = [&](int calls) {
    const Time start = clock_.now();
    for (int i = 0; i < calls; ++i) {
      transport_.answer(200, kNoVolumes);
      EXPECT_TRUE(call("ec2", "DescribeVolumes", paged).has_value());
    }
    return static_cast<double>((clock_.now() - start).count()) / 1e6;
  };
  spent_on(60);
  clock_.advance(-std::chrono::hours(1));
  EXPECT_NEAR(spent_on(60), 6.0, 0.5) << "ten a second";
}

}  // namespace
}  // namespace hm::aws
