#include "aws/priced_meter.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

Status spend(PricedMeter& meter, std::string_view service, std::string_view operation,
             const Json& params = JsonObject(), std::string_view account = "1") {
  return meter.before({account, "eu-west-1", service, operation, params, 1});
}

TEST(PricedMeter, PricesWhatAwsCharges) {
  Json queries = JsonObject{{"MetricDataQueries", JsonArray(500, Json(JsonObject()))}};
  EXPECT_EQ(price_of("cloudwatch", "GetMetricData", queries).text(), "0.005");
  EXPECT_EQ(price_of("cloudwatch", "ListMetrics", JsonObject()).text(), "0.00001");
  EXPECT_EQ(price_of("ce", "GetCostAndUsage", JsonObject()).text(), "0.01");
  EXPECT_EQ(price_of("s3", "ListObjectsV2", JsonObject()).text(), "0.000005");
  EXPECT_EQ(price_of("s3", "GetBucketPolicy", JsonObject()).text(), "0.0000004");
  EXPECT_EQ(price_of("s3", "DeleteObject", JsonObject()).text(), "0");
  EXPECT_EQ(price_of("ec2", "DescribeInstances", JsonObject()).text(), "0");
}

TEST(PricedMeter, CountsTheMetricsOfAWidget) {
  const Json widget = JsonObject{{"MetricWidget", R"({"metrics":[["a","b"],["a","c"],["a","d"]]})"}};
  EXPECT_EQ(price_of("cloudwatch", "GetMetricWidgetImage", widget).text(), "0.00006");
  const Json broken = JsonObject{{"MetricWidget", "{"}};
  EXPECT_EQ(price_of("cloudwatch", "GetMetricWidgetImage", broken).text(), "0.00002");
  EXPECT_EQ(price_of("dynamodb", "Scan", JsonObject()).text(), "0.000032");
  EXPECT_EQ(price_of("dynamodb", "DeleteItem", JsonObject()).text(), "0.000000625");
  EXPECT_EQ(price_of("dynamodb", "DeleteTable", JsonObject()).text(), "0");
}

// Asking and counting are one step, so many threads at once spend no cent more than one.
TEST(PricedMeter, HoldsTheBudgetAgainstManyThreadsAtOnce) {
  FakeClock clock(*parse_iso("2026-11-23T12:00:00Z"));
  PricedMeter meter(clock);
  meter.set_default_budget(Money::of(1, 0));  // a hundred requests
  std::atomic<int> granted = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 50; ++call) granted += spend(meter, "ce", "GetTags").has_value() ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(granted, 100);
  EXPECT_EQ(meter.of_account("1").cost_usd.text(), "1");
}

TEST(PricedMeter, CountsAndAddsUpExactly) {
  FakeClock clock(*parse_iso("2026-11-23T12:00:00Z"));
  PricedMeter meter(clock);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(spend(meter, "s3", "ListBuckets").has_value());
  ASSERT_TRUE(spend(meter, "ec2", "DescribeVpcs").has_value());
  EXPECT_EQ(meter.of_account("1").calls, 1001);
  EXPECT_EQ(meter.of_account("1").cost_usd.text(), "0.005");
  EXPECT_EQ(meter.rows_of_account("1").at("ec2:DescribeVpcs").calls, 1);
  EXPECT_EQ(meter.of_account("2").calls, 0);
}

TEST(PricedMeter, HoldsTheBudgetToTheCent) {
  FakeClock clock(*parse_iso("2026-11-30T23:59:00Z"));
  PricedMeter meter(clock);
  meter.set_default_budget(Money::of(3, 2));
  meter.set_budget("2", Money());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(spend(meter, "ce", "GetCostAndUsage").has_value());
  const auto refused = spend(meter, "ce", "GetCostAndUsage");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::exhausted);
  EXPECT_EQ(refused.error().code, "budget_exceeded");
  EXPECT_EQ(meter.of_account("1").calls, 3);
  EXPECT_TRUE(spend(meter, "ec2", "DescribeVpcs").has_value()) << "what is free goes on";
  EXPECT_FALSE(spend(meter, "ce", "GetTags", JsonObject(), "2").has_value());
  clock.advance(std::chrono::minutes(1));
  EXPECT_TRUE(spend(meter, "ce", "GetCostAndUsage").has_value()) << "a new month";
  EXPECT_EQ(meter.of_account("1").calls, 1);
}

TEST(PricedMeter, SurvivesARestartWithinTheMonth) {
  FakeClock clock(*parse_iso("2026-11-23T12:00:00Z"));
  PricedMeter before(clock);
  ASSERT_TRUE(spend(before, "ce", "GetTags").has_value());
  PricedMeter after(clock);
  ASSERT_TRUE(after.restore(before.state()).has_value());
  EXPECT_EQ(after.of_account("1").cost_usd.text(), "0.01");
  EXPECT_FALSE(after.restore(JsonObject{{"month", "2026-11"}, {"accounts", 1}}).has_value());
  clock.set(*parse_iso("2026-12-01T00:00:00Z"));
  PricedMeter later(clock);
  ASSERT_TRUE(later.restore(before.state()).has_value());
  EXPECT_EQ(later.of_account("1").calls, 0);
}

}  // namespace
}  // namespace hm::aws
