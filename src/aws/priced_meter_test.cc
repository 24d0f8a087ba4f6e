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
  threads.reserve(8);
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

TEST(PricedMeter, CountsTogetherWithWhatOthersHaveCounted) {
  FakeClock clock(*parse_iso("2026-11-30T23:59:00Z"));
  PricedMeter meter(clock);
  meter.set_default_budget(Money::of(3, 2));
  ASSERT_TRUE(spend(meter, "ce", "GetTags").has_value());
  const auto taken = meter.take_new();
  ASSERT_EQ(taken.at("2026-11").size(), 1u);
  EXPECT_EQ(taken.at("2026-11").front().call, "ce:GetTags");
  EXPECT_TRUE(meter.take_new().empty()) << "what was taken is not taken twice";
  ASSERT_TRUE(spend(meter, "ce", "GetTags").has_value());
  // Another process has made one call beside the one that was taken.
  meter.set_kept("2026-11", {{"1", "ce:GetTags", {2, Money::of(2, 2)}}});
  EXPECT_EQ(meter.of_account("1").calls, 3) << "the one that was made meanwhile counts too";
  EXPECT_FALSE(spend(meter, "ce", "GetTags").has_value()) << "the budget is for all of them";
  const auto second = meter.take_new();
  meter.give_back(second);
  EXPECT_EQ(meter.take_new().at("2026-11").front().spending.calls, 1)
      << "what could not be kept is tried again";
  ASSERT_TRUE(spend(meter, "ec2", "DescribeVpcs").has_value());
  clock.advance(std::chrono::minutes(1));
  ASSERT_TRUE(spend(meter, "ce", "GetTags").has_value());
  const auto months = meter.take_new();
  EXPECT_EQ(months.at("2026-11").front().call, "ec2:DescribeVpcs") << "each month keeps its own";
  EXPECT_EQ(months.at("2026-12").front().call, "ce:GetTags");
  meter.set_kept("2026-11", {{"1", "ce:GetTags", {9, Money::of(9, 2)}}});
  EXPECT_EQ(meter.of_account("1").calls, 1) << "what is of another month is left aside";
}

Json queries(size_t count) { return JsonObject{{"MetricDataQueries", JsonArray(count, Json(JsonObject()))}}; }

TEST(PricedMeter, FreeRequestsOfCloudWatchCostNothingWhileThereAreAny) {
  FakeClock clock(*parse_iso("2026-11-30T23:59:00Z"));
  PricedMeter meter(clock);
  meter.set_free_requests(3);
  meter.set_metrics_budget(Money::of(2, 5));
  EXPECT_EQ(meter.metrics_room("1").free_requests, 3);
  ASSERT_TRUE(spend(meter, "cloudwatch", "DescribeAlarms").has_value());
  ASSERT_TRUE(spend(meter, "cloudwatch", "GetMetricStatistics", JsonObject(), "2").has_value());
  EXPECT_EQ(meter.metrics_room("1").free_requests, 1) << "the payer has them, not the account";
  ASSERT_TRUE(spend(meter, "cloudwatch", "GetMetricStatistics").has_value());
  EXPECT_EQ(meter.of_account("1").cost_usd, Money());
  ASSERT_TRUE(spend(meter, "cloudwatch", "GetMetricStatistics").has_value());
  EXPECT_EQ(meter.of_account("1").cost_usd.text(), "0.00001");
  EXPECT_EQ(meter.metrics_room("1").usd->text(), "0.00001");
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(meter.metrics_room("1").free_requests, 3);
  meter.set_kept("2026-12", {{"9", "cloudwatch:GetMetricStatistics", {2, Money()}}});
  EXPECT_EQ(meter.metrics_room("1").free_requests, 1) << "another process has used them";
}

TEST(PricedMeter, MetricsHaveABudgetOfTheirOwn) {
  FakeClock clock(*parse_iso("2026-11-23T12:00:00Z"));
  PricedMeter meter(clock);
  meter.set_metrics_budget(Money::of(1, 2));
  meter.set_metrics_budget("2", std::nullopt);
  ASSERT_TRUE(spend(meter, "cloudwatch", "GetMetricData", queries(500)).has_value());
  ASSERT_TRUE(spend(meter, "cloudwatch", "GetMetricData", queries(500)).has_value());
  const auto refused = spend(meter, "cloudwatch", "GetMetricData", queries(1));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "budget_exceeded");
  EXPECT_NE(refused.error().message.find("reading metrics"), std::string::npos);
  EXPECT_EQ(meter.of_account("1").cost_usd, Money::of(1, 2)) << "what is refused is not counted";
  EXPECT_TRUE(spend(meter, "s3", "ListBuckets").has_value()) << "the inventory goes on";
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(spend(meter, "cloudwatch", "GetMetricData", queries(500), "2").has_value());
  EXPECT_FALSE(meter.metrics_room("2").usd.has_value());
  meter.set_budget("2", Money::of(2, 2));
  EXPECT_EQ(meter.metrics_room("2").usd->text(), "0.005") << "the smaller of both";
}

}  // namespace
}  // namespace hm::aws
