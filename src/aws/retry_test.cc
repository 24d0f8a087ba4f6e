#include "aws/retry.h"

#include <gtest/gtest.h>

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
  while (quota.take(RetryQuota::cost(Failure::transient))) ++taken;
  EXPECT_EQ(taken, 100);
  quota.give(10);
  EXPECT_TRUE(quota.take(RetryQuota::cost(Failure::timeout)));
  EXPECT_FALSE(quota.take(5));
  quota.give(10000);
  EXPECT_EQ(quota.left(), RetryQuota::kCapacity);
}

TEST(Retry, BacksOffWithJitterUpToTwentySeconds) {
  const auto most = [] { return 1.0; };
  const auto half = [] { return 0.5; };
  using std::chrono::seconds;
  EXPECT_EQ(backoff(2, {}, most), seconds(1));
  EXPECT_EQ(backoff(3, {}, most), seconds(2));
  EXPECT_EQ(backoff(4, {}, half), seconds(2));
  EXPECT_EQ(backoff(30, {}, most), seconds(20));
  EXPECT_EQ(backoff(2, seconds(3), most), seconds(3));
  EXPECT_EQ(backoff(2, seconds(100), most), seconds(6)) << "no service may put us to sleep";
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

TEST(RateLimit, KeepsBucketsApart) {
  RateLimit limit(0.5);
  const Service ec2 = *find_service("ec2");
  const Operation volumes = *ec2.find("DescribeVolumes");
  const Operation vpcs = *ec2.find("DescribeVpcs");
  const Time now = *parse_iso("2026-11-23T12:00:00Z");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(limit.take("1", "eu-west-1", ec2, volumes, now), Micros(0));
  EXPECT_EQ(limit.take("1", "eu-west-1", ec2, volumes, now), std::chrono::milliseconds(100));
  EXPECT_EQ(limit.take("1", "eu-west-1", ec2, vpcs, now), Micros(0));
  EXPECT_EQ(limit.take("2", "eu-west-1", ec2, volumes, now), Micros(0));
  EXPECT_EQ(limit.take("1", "us-east-1", ec2, volumes, now), Micros(0));
  EXPECT_EQ(limit.take("1", "eu-west-1", ec2, volumes, now + std::chrono::minutes(1)), Micros(0));
  RateLimit off(0);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(off.take("1", "eu-west-1", ec2, volumes, now), Micros(0));
}

TEST(RateLimit, ClassesFollowTheVerb) {
  EXPECT_EQ(class_of(op("ec2", "DescribeVolumes")), CallClass::list);
  EXPECT_EQ(class_of(op("iam", "GetUser")), CallClass::other);
  EXPECT_EQ(class_of(op("ec2", "RunInstances")), CallClass::mutating);
  EXPECT_LT(published_rate("ec2", "RunInstances", CallClass::mutating).per_second,
            published_rate("ec2", "StopInstances", CallClass::mutating).per_second);
}

}  // namespace
}  // namespace hm::aws
