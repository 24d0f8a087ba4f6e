#include "catalog/words.h"

#include <gtest/gtest.h>

namespace hm::catalog {
namespace {

TEST(Words, AreCutWhereAwsBeginsANewOne) {
  const std::vector<std::pair<std::string_view, std::string_view>> kCases = {
      {"DBClusterSnapshots", "db_cluster_snapshots"},
      {"WebACLs", "web_acls"},
      {"EC2InstanceLimits", "ec2_instance_limits"},
      {"S3BucketArn", "s3_bucket_arn"},
      {"crawlerName", "crawler_name"},
      {"Ipv4Pools", "ipv4_pools"},
      {"ICD10CMInferenceJobs", "icd10_cm_inference_jobs"},
      {"FHIRDatastores", "fhir_datastores"},
      {"VPCEConfigurations", "vpce_configurations"},
      {"route53-recovery", "route53_recovery"},
      {"ARN", "arn"},
      {"", ""}};
  for (const auto& [name, snake] : kCases) EXPECT_EQ(snake_case(name), snake) << name;
}

TEST(Words, AreGivenInTheSingular) {
  const std::vector<std::pair<std::string_view, std::string_view>> kCases = {
      {"DBClusterSnapshots", "DBClusterSnapshot"},
      {"Policies", "Policy"},
      {"WebACLs", "WebACL"},
      {"Indices", "Index"},
      {"NetworkInsightsAnalyses", "NetworkInsightsAnalysis"},
      {"Addresses", "Address"},
      {"Aliases", "Alias"},
      {"ServerlessCaches", "ServerlessCache"},
      {"Branches", "Branch"},
      {"Databases", "Database"},
      {"Status", "Status"},
      {"ParallelData", "ParallelData"},
      {"DNS", "DNS"},
      {"Licenses", "License"},
      {"Analysis", "Analysis"},
      {"Alias", "Alias"}};
  for (const auto& [many, one] : kCases) EXPECT_EQ(singular(many), one) << many;
}

}  // namespace
}  // namespace hm::catalog
