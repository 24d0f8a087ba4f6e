#include "catalog/iam_policy.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace hm::catalog {
namespace {

TEST(IamPolicy, IsTheSortedUnionOfWhatIsCalled) {
  auto catalog = load_catalog(embedded_files());
  ASSERT_TRUE(catalog) << catalog.error().text();
  const auto actions = needed_actions(**catalog);
  EXPECT_TRUE(std::is_sorted(actions.begin(), actions.end()));
  const auto has = [&](const char* action) {
    return std::binary_search(actions.begin(), actions.end(), std::string(action));
  };
  // Where IAM's name is not the operation's.
  EXPECT_TRUE(has("s3:ListAllMyBuckets"));
  EXPECT_TRUE(has("s3:GetEncryptionConfiguration"));
  EXPECT_TRUE(has("s3:GetLifecycleConfiguration"));
  EXPECT_TRUE(has("elasticloadbalancing:DescribeTargetHealth"));
  EXPECT_TRUE(has("cloudwatch:DescribeAlarms"));
  EXPECT_TRUE(has("es:DescribeDomains"));
  EXPECT_TRUE(has("elasticfilesystem:DescribeFileSystems"));
  EXPECT_TRUE(has("apigateway:GET"));
  EXPECT_TRUE(has("cloudwatch:ListDashboards"));
  EXPECT_TRUE(has("cloudwatch:GetMetricData"));
  EXPECT_TRUE(has("cloudwatch:GetMetricStatistics"));
  const auto without = needed_actions(**catalog, false);
  EXPECT_EQ(without.size() + 2, actions.size());
  EXPECT_FALSE(std::binary_search(without.begin(), without.end(), std::string("cloudwatch:GetMetricData")));
  EXPECT_FALSE(has("s3:ListBuckets"));
  EXPECT_FALSE(has("elbv2:DescribeTargetHealth"));
  EXPECT_FALSE(has("monitoring:DescribeAlarms"));
  for (const auto& action : actions) {
    const auto verb = action.substr(action.find(':') + 1);
    const bool reads = verb.starts_with("Describe") || verb.starts_with("List") || verb.starts_with("Get") ||
                       verb.starts_with("BatchGet") || verb == "GET" || verb == "ViewBudget" ||
                       verb == "LookupEvents";
    EXPECT_TRUE(reads) << action;
  }
  for (const auto& policy : iam_policies(actions)) EXPECT_LE(to_json(policy).size(), kMaxPolicyCharacters);
}

TEST(IamPolicy, IsSplitAtTheLimit) {
  std::vector<std::string> actions;
  for (int i = 100; i < 200; ++i) actions.push_back("ec2:Describe" + std::to_string(i));
  const auto policies = iam_policies(actions, 700);
  EXPECT_GT(policies.size(), 1u);
  size_t total = 0;
  for (const auto& policy : policies) {
    EXPECT_LE(to_json(policy).size(), 700u);
    total += policy.at("Statement").at(0).at("Action").as_array().size();
  }
  EXPECT_EQ(total, actions.size());
}

}  // namespace
}  // namespace hm::catalog
