#include "aws/offered.h"

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

TEST(IsOffered, KnowsWhatTheListSays) {
  EXPECT_EQ(is_offered(*find_service("ec2"), "eu-west-1"), true);
  EXPECT_EQ(is_offered(*find_service("lambda"), "cn-north-1"), true) << "the other partitions too";
  EXPECT_EQ(is_offered(*find_service("dax"), "eu-west-1"), true);
  EXPECT_EQ(is_offered(*find_service("dax"), "me-south-1"), false);
}

TEST(IsOffered, SaysNothingOfWhatTheListLacks) {
  EXPECT_EQ(is_offered(*find_service("ec2"), "xx-nowhere-9"), std::nullopt) << "a region newer than the list";
  EXPECT_EQ(is_offered(*find_service("iam"), "eu-west-1"), std::nullopt) << "a service without regions";
  EXPECT_EQ(is_offered(*find_service("s3vectors"), "eu-west-1"), std::nullopt)
      << "a service newer than the list";
}

}  // namespace
}  // namespace hm::aws
