#include "collect/reachability.h"

#include <gtest/gtest.h>

namespace hm::collect {
namespace {

using namespace std::chrono_literals;

Status no_answer() { return make_error(ErrorKind::timeout, "timeout", "no answer in time"); }
Status refused() { return make_error(ErrorKind::denied, "AccessDenied", "no").note("http_status", "403"); }

class ReachabilityTest : public testing::Test {
 protected:
  Status call(const std::string& region, const std::string& service, const Status& answer,
              bool visitor = false) {
    return reachability_.call(region, service, visitor, {}, [&](const aws::CallOptions& options) {
      ++asked_;
      attempts_ = options.max_attempts;
      return answer;
    });
  }
  // How often AWS was asked by a call.
  int asks(const std::string& region, const std::string& service, const Status& answer,
           bool visitor = false) {
    const int before = asked_;
    const Status got = call(region, service, answer, visitor);
    if (asked_ == before) {
      EXPECT_TRUE(is_passed_by(got.error()) && is_unreachable(got.error()));
    }
    return asked_ - before;
  }

  FakeClock clock_{Time{}};
  Reachability reachability_{clock_};
  int asked_ = 0;
  std::optional<int> attempts_;
};

TEST_F(ReachabilityTest, TheClientRepeatsOnlyWhereSomethingAnsweredBefore) {
  EXPECT_TRUE(call("eu-west-1", "ec2", ok()));
  EXPECT_EQ(attempts_, 1);
  EXPECT_TRUE(call("eu-west-1", "ec2", ok()));
  EXPECT_EQ(attempts_, std::nullopt);
  EXPECT_TRUE(reachability_.is_reached("eu-west-1"));
}

TEST_F(ReachabilityTest, TwoSilentServicesCloseTheirRegionAlone) {
  EXPECT_EQ(asks("us-west-2", "ec2", no_answer()), 1);
  EXPECT_EQ(asks("us-west-2", "rds", no_answer()), 1);
  const Status next = call("us-west-2", "s3", ok());
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, "region_unreachable");
  EXPECT_NE(next.error().message.find("us-west-2"), std::string::npos);
  EXPECT_EQ(asks("eu-west-1", "ec2", ok()), 1);
  EXPECT_FALSE(reachability_.is_reached("us-west-2"));
}

TEST_F(ReachabilityTest, AServiceThatTheRegionDoesNotHaveIsNoSilence) {
  const Status unresolved = make_error(ErrorKind::unavailable, "unresolved_host", "no such host");
  for (const char* service : {"dax", "devicefarm", "chime"})
    EXPECT_EQ(asks("us-west-2", service, unresolved), 1);
  EXPECT_EQ(asks("us-west-2", "ec2", ok()), 1);
}

TEST_F(ReachabilityTest, ASilentServiceLeavesTheOthersOfItsRegionAlone) {
  EXPECT_EQ(asks("us-west-2", "ec2", no_answer()), 1);
  EXPECT_EQ(asks("us-west-2", "rds", ok()), 1);
  EXPECT_EQ(asks("us-west-2", "ec2", no_answer()), 1);
  const Status next = call("us-west-2", "ec2", ok());
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, "service_unreachable");
  EXPECT_EQ(asks("us-west-2", "rds", ok()), 1);
}

TEST_F(ReachabilityTest, ARefusalIsAnAnswer) {
  EXPECT_EQ(asks("us-west-2", "ec2", refused()), 1);
  EXPECT_EQ(asks("us-west-2", "rds", refused()), 1);
  EXPECT_EQ(asks("us-west-2", "ec2", refused()), 1);
  EXPECT_TRUE(reachability_.is_reached("us-west-2"));
}

TEST_F(ReachabilityTest, OurOwnLimitsSayNothing) {
  const Status over = make_error(ErrorKind::exhausted, "budget_exceeded", "no");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(asks("us-west-2", "ec2", over), 1);
  EXPECT_EQ(asks("us-west-2", "rds", no_answer()), 1);
  EXPECT_EQ(asks("us-west-2", "rds", ok()), 1);
}

TEST_F(ReachabilityTest, AfterAWhileOneCallTriesAgainAndAnAnswerOpensAll) {
  EXPECT_EQ(asks("us-west-2", "ec2", no_answer()), 1);
  EXPECT_EQ(asks("us-west-2", "ec2", no_answer()), 1);
  EXPECT_EQ(asks("us-west-2", "rds", no_answer()), 1);
  clock_.advance(61s);
  EXPECT_EQ(asks("us-west-2", "rds", no_answer()), 1) << "the one that tries";
  EXPECT_EQ(asks("us-west-2", "rds", ok()), 0);
  clock_.advance(61s);
  EXPECT_EQ(asks("us-west-2", "rds", ok()), 1);
  EXPECT_EQ(asks("us-west-2", "ec2", ok()), 1) << "it was silent together with its region";
  EXPECT_TRUE(reachability_.is_reached("us-west-2"));
}

TEST_F(ReachabilityTest, WhileOneTriesTheOthersArePassedBy) {
  EXPECT_EQ(asks("us-west-2", "ec2", no_answer()), 1);
  EXPECT_EQ(asks("us-west-2", "rds", no_answer()), 1);
  clock_.advance(61s);
  const Status outer =
      reachability_.call("us-west-2", "ec2", false, {}, [&](const aws::CallOptions& options) {
        EXPECT_EQ(options.max_attempts, 1);
        EXPECT_EQ(asks("us-west-2", "kms", ok()), 0);
        return no_answer();
      });
  EXPECT_FALSE(outer);
}

TEST_F(ReachabilityTest, DetailsOfOtherPlacesLeaveTheTryingToTheRegionsOwnLists) {
  EXPECT_EQ(asks("us-west-2", "ec2", no_answer()), 1);
  EXPECT_EQ(asks("us-west-2", "rds", no_answer()), 1);
  clock_.advance(61s);
  EXPECT_EQ(asks("us-west-2", "s3", ok(), true), 0);
  clock_.advance(11min);
  EXPECT_EQ(asks("us-west-2", "s3", ok(), true), 1) << "nobody else tried";
}

}  // namespace
}  // namespace hm::collect
