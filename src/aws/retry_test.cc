#include "aws/retry.h"

#include <gtest/gtest.h>

#include "aws/protocol.h"
#include "aws/rate_limit.h"

namespace hm::aws {
namespace {

Operation op(std::string_view service, std::string_view operation) {
  return *find_service(service)->find(operation);
}

Error answer(std::string code, int status) {
  return make_error(ErrorKind::internal, std::move(code), "").note("http_status", std::to_string(status));
}

TEST(Retry, ClassifiesByTheTables) {
  const Operation any = op("ec2", "DescribeVolumes");
  const std::pair<Error, Failure> cases[] = {
      {answer("Throttling", 400), Failure::throttled},
      {answer("SlowDown", 503), Failure::throttled},
      {answer("Whatever", 429), Failure::throttled},
      {answer("InternalError", 500), Failure::transient},
      {answer("X", 502), Failure::transient},
      {answer("X", 501), Failure::final},
      {answer("RequestTimeout", 400), Failure::transient},
      {answer("ExpiredToken", 403), Failure::expired_credentials},
      {answer("RequestTimeTooSkewed", 403), Failure::clock_skew},
      {answer("UnauthorizedOperation", 403), Failure::final},
      {make_error(ErrorKind::timeout, "read_timeout", ""), Failure::timeout},
      {make_error(ErrorKind::unavailable, "connection_failed", ""), Failure::transient},
      {make_error(ErrorKind::invalid, "ParamValidation", ""), Failure::final},
      {make_error(ErrorKind::exhausted, "response_too_large", ""), Failure::final},
  };
  for (const auto& [error, failure] : cases) EXPECT_EQ(classify(error, any), failure) << error.code;
}

TEST(Retry, KnowsWhatMayBeRepeated) {
  EXPECT_TRUE(safe_to_repeat(op("ec2", "DescribeVolumes")));
  EXPECT_TRUE(safe_to_repeat(op("s3", "HeadBucket")));
  EXPECT_TRUE(safe_to_repeat(op("ec2", "CreateVolume"))) << "it bears a token";
  EXPECT_FALSE(safe_to_repeat(op("ec2", "AttachVolume")));
  EXPECT_FALSE(safe_to_repeat(op("sns", "Publish")));
}

TEST(Retry, TheQuotaRunsOutAndRecovers) {
  RetryQuota quota;
  int taken = 0;
  const RetryRules rules;
  while (quota.take(rules.tokens(Failure::transient))) ++taken;
  EXPECT_EQ(taken, 100);
  quota.give(10);
  EXPECT_TRUE(quota.take(rules.tokens(Failure::timeout)));
  EXPECT_FALSE(quota.take(5));
  quota.give(10000);
  EXPECT_EQ(quota.left(), RetryQuota::kCapacity);
}

TEST(Retry, BacksOffWithJitterUpToTwentySeconds) {
  const auto most = [] { return 1.0; };
  const auto half = [] { return 0.5; };
  using std::chrono::seconds;
  const RetryRules rules;
  const auto wait = [&](int next, std::optional<std::chrono::milliseconds> asked, const auto& random) {
    return rules.backoff(next, Failure::transient, asked, random);
  };
  EXPECT_EQ(wait(2, {}, most), seconds(1));
  EXPECT_EQ(wait(3, {}, most), seconds(2));
  EXPECT_EQ(wait(4, {}, half), seconds(2));
  EXPECT_EQ(wait(30, {}, most), seconds(20));
  EXPECT_EQ(wait(2, seconds(3), most), seconds(3));
  EXPECT_EQ(wait(2, seconds(100), most), seconds(6)) << "no service may put us to sleep";
}

TEST(Retry, TheRulesOf2026AreThoseOfTheSdks) {
  const auto most = [] { return 1.0; };
  using std::chrono::milliseconds;
  const RetryRules rules = RetryRules::of_2026(*find_service("ec2"));
  EXPECT_EQ(rules.max_attempts, 3);
  EXPECT_EQ(rules.tokens(Failure::transient), 14);
  EXPECT_EQ(rules.tokens(Failure::timeout), 14);
  EXPECT_EQ(rules.tokens(Failure::throttled), 5);
  EXPECT_EQ(rules.backoff(2, Failure::transient, {}, most), milliseconds(50));
  EXPECT_EQ(rules.backoff(4, Failure::transient, {}, most), milliseconds(200));
  EXPECT_EQ(rules.backoff(3, Failure::throttled, {}, most), milliseconds(2000));
  const RetryRules dynamodb = RetryRules::of_2026(*find_service("dynamodb"));
  EXPECT_EQ(dynamodb.max_attempts, 4);
  EXPECT_EQ(dynamodb.backoff(2, Failure::transient, {}, most), milliseconds(25));
  EXPECT_TRUE(long_polls(*find_service("sqs"), op("sqs", "ReceiveMessage")));
  EXPECT_FALSE(long_polls(*find_service("sqs"), op("sqs", "SendMessage")));
}

TEST(Retry, ReadsWhatTheAnswerAsksForAndLeavesNonsense) {
  using std::chrono::milliseconds;
  EXPECT_EQ(retry_after({{"x-amz-retry-after", "1500"}}), milliseconds(1500));
  EXPECT_EQ(retry_after({{"x-amz-retry-after", "9223372036854775807"}}), std::chrono::hours(24));
  for (const char* text : {"-1", "soon", "", "1.5", "99999999999999999999"}) {
    EXPECT_EQ(retry_after({{"x-amz-retry-after", text}}), std::nullopt) << text;
  }
  EXPECT_EQ(retry_after({}), std::nullopt);
}

TEST(Retry, AThrottlingCodeIsTheSameForTheKindAndForTheRetry) {
  const Service ec2 = *find_service("ec2");
  const Operation volumes = *ec2.find("DescribeVolumes");
  // botocore's list (retries/standard.py) and, last, the one that it leaves to the status.
  for (const char* code :
       {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
        "EC2ThrottledException", "TooManyRequests"}) {
    HttpResponse response;
    response.status = 400;
    response.body =
        "<Response><Errors><Error><Code>" + std::string(code) + "</Code></Error></Errors></Response>";
    const Error error = parse_error(ec2, volumes, response);
    EXPECT_EQ(error.kind, ErrorKind::throttled) << code;
    EXPECT_EQ(classify(error, volumes), Failure::throttled) << code;
  }
}

TEST(AdaptiveRate, IsFreeUntilThrottledThenSlows) {
  AdaptiveRate rate;
  Time now = *parse_iso("2026-11-23T12:00:00Z");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(rate.acquire(now), Micros(0));
    now += std::chrono::milliseconds(50);  // 20 a second
    rate.on_answer(false, now);
  }
  rate.on_answer(true, now);
  Micros waited{0};
  for (int i = 0; i < 40; ++i) waited = std::max(waited, rate.acquire(now));
  // 70 % of the 20 a second that were measured: 40 requests at once take nearly three seconds.
  EXPECT_GT(waited, std::chrono::seconds(2));
  EXPECT_LT(waited, std::chrono::seconds(5));
}

TEST(AdaptiveRate, RecoversWhereTheClockIsSetBack) {
  AdaptiveRate rate;
  Time now = *parse_iso("2026-11-23T12:00:00Z");
  const auto answers = [&](int count) {
    for (int i = 0; i < count; ++i) {
      now += std::chrono::milliseconds(50);
      rate.on_answer(false, now);
    }
  };
  answers(100);
  rate.on_answer(true, now);
  now -= std::chrono::hours(1);
  answers(400);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(rate.acquire(now), Micros(0)) << "twenty seconds of good answers";
}

TEST(RateLimit, KeepsBucketsApart) {
  RateLimit limit(0.5);
  const Service ec2 = *find_service("ec2");
  const Operation volumes = *ec2.find("DescribeVolumes");
  const Operation vpcs = *ec2.find("DescribeVpcs");
  const Time now = *parse_iso("2026-11-23T12:00:00Z");
  const Json paged = JsonObject{{"MaxResults", 500}};
  for (int i = 0; i < 50; ++i) EXPECT_EQ(limit.take("1", "eu-west-1", ec2, volumes, paged, now), Micros(0));
  EXPECT_EQ(limit.take("1", "eu-west-1", ec2, volumes, paged, now), std::chrono::milliseconds(100));
  EXPECT_EQ(limit.take("1", "eu-west-1", ec2, vpcs, paged, now), Micros(0));
  EXPECT_EQ(limit.take("2", "eu-west-1", ec2, volumes, paged, now), Micros(0));
  EXPECT_EQ(limit.take("1", "us-east-1", ec2, volumes, paged, now), Micros(0));
  EXPECT_EQ(limit.take("1", "eu-west-1", ec2, volumes, paged, now + std::chrono::minutes(1)), Micros(0));
  RateLimit off(0);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(off.take("1", "eu-west-1", ec2, volumes, paged, now), Micros(0));
}

TEST(RateLimit, ClassesFollowTheVerb) {
  EXPECT_EQ(class_of(op("ec2", "DescribeVolumes")), CallClass::list);
  EXPECT_EQ(class_of(op("iam", "GetUser")), CallClass::other);
  EXPECT_EQ(class_of(op("ec2", "RunInstances")), CallClass::mutating);
  const Json none = JsonObject();
  EXPECT_LT(published_rate("ec2", "RunInstances", CallClass::mutating, none).per_second,
            published_rate("ec2", "RebootInstances", CallClass::mutating, none).per_second);
}

TEST(RateLimit, AsksEverythingAtOnceMoreSlowly) {
  const Json none = JsonObject();
  const Json paged = JsonObject{{"MaxResults", 1000}};
  EXPECT_EQ(published_rate("ec2", "DescribeInstances", CallClass::list, none).per_second, 10);
  EXPECT_EQ(published_rate("ec2", "DescribeInstances", CallClass::list, paged).per_second, 20);
  EXPECT_EQ(published_rate("ec2", "DescribeVpcs", CallClass::list, none).per_second, 20);
}

TEST(RateLimit, AServiceThatCountsAllCallsTogetherHasOneBucket) {
  RateLimit limit(1);
  const Json none = JsonObject();
  const Service lambda = *find_service("lambda");
  const Time now = *parse_iso("2026-11-23T12:00:00Z");
  const auto take = [&](const char* operation) {
    return limit.take("1", "eu-west-1", lambda, *lambda.find(operation), none, now);
  };
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(take("ListFunctions"), Micros(0));
    EXPECT_EQ(take("GetFunctionConcurrency"), Micros(0));
    EXPECT_EQ(take("DeleteFunction"), Micros(0));
  }
  EXPECT_GT(take("ListTags"), Micros(0));
  EXPECT_EQ(take("GetPolicy"), Micros(0)) << "it has a quota of its own";
}

}  // namespace
}  // namespace hm::aws
