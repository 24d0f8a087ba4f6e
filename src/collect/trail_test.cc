#include "collect/trail.h"

#include <gtest/gtest.h>

namespace hm::collect {
namespace {

const std::string kAccount = "111111111111";

Json event(JsonObject record) {
  JsonObject whole{{"eventID", "e-1"},
                   {"eventTime", "2026-11-23T12:00:00Z"},
                   {"eventSource", "ec2.amazonaws.com"},
                   {"eventName", "StopInstances"},
                   {"sourceIPAddress", "192.0.2.1"},
                   {"userAgent", "console.amazonaws.com"}};
  for (auto& [name, value] : record) whole[name] = value;
  return JsonObject{{"EventId", "e-1"},
                    {"Resources", JsonArray{JsonObject{{"ResourceType", "AWS::EC2::Instance"},
                                                       {"ResourceName", "i-of-the-list"}}}},
                    {"CloudTrailEvent", to_json(whole)}};
}

bool names(const inventory::TrailEvent& kept, const std::string& text) {
  return kept.targets.contains(inventory::trail_target(kAccount, text));
}

TEST(TrailEvent, KeepsWhoCalledWhatAndFromWhere) {
  const auto kept = trail_event(
      kAccount,
      event({{"userIdentity", JsonObject{{"type", "AssumedRole"},
                                         {"arn", "arn:aws:sts::111111111111:assumed-role/Admin/alice"},
                                         {"invokedBy", "cloudformation.amazonaws.com"}}}}));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->call, "ec2:StopInstances");
  EXPECT_EQ(kept->principal, "arn:aws:sts::111111111111:assumed-role/Admin/alice");
  EXPECT_EQ(kept->principal_type, "AssumedRole");
  EXPECT_EQ(kept->via, "cloudformation.amazonaws.com");
  EXPECT_EQ(kept->source_ip, "192.0.2.1");
  EXPECT_EQ(kept->user_agent, "console.amazonaws.com");
  EXPECT_EQ(format_iso(kept->at), "2026-11-23T12:00:00Z");
}

TEST(TrailEvent, AServiceIsAPrincipalToo) {
  const auto kept = trail_event(
      kAccount, event({{"userIdentity",
                        JsonObject{{"type", "AWSService"}, {"invokedBy", "autoscaling.amazonaws.com"}}}}));
  ASSERT_TRUE(kept.has_value());
  EXPECT_EQ(kept->principal, "autoscaling.amazonaws.com");
  EXPECT_EQ(kept->via, "");
}

TEST(TrailEvent, KnowsTheNamesOfWhatItIsAboutAndNothingElseOfWhatWasSaid) {
  const auto kept = trail_event(
      kAccount,
      event(
          {{"requestParameters",
            JsonObject{{"instancesSet", JsonObject{{"items", JsonArray{JsonObject{{"instanceId", "i-1"}}}}}},
                       {"dBInstanceIdentifier", "db-1"},
                       {"resourceArns", JsonArray{"arn:aws:x:::one", "arn:aws:x:::two"}},
                       {"masterUserPassword", "hunter2"},
                       {"userData", "secret"},
                       {"cidrIp", "0.0.0.0/0"}}},
           {"responseElements", JsonObject{{"volumeId", "vol-1"}}},
           {"resources", JsonArray{JsonObject{{"ARN", "arn:aws:kms:::key/1"}}}}}));
  ASSERT_TRUE(kept.has_value());
  for (const char* text :
       {"i-1", "db-1", "arn:aws:x:::one", "arn:aws:x:::two", "vol-1", "arn:aws:kms:::key/1", "i-of-the-list"})
    EXPECT_TRUE(names(*kept, text)) << text;
  for (const char* text : {"hunter2", "secret", "0.0.0.0/0"}) EXPECT_FALSE(names(*kept, text)) << text;
  EXPECT_EQ(kept->targets.size(), 7u);
}

TEST(TrailEvent, WhatChangedNothingIsNotKept) {
  EXPECT_FALSE(trail_event(kAccount, event({{"errorCode", "AccessDenied"}})).has_value());
  EXPECT_FALSE(trail_event(kAccount, event({{"eventTime", "soon"}})).has_value());
  EXPECT_FALSE(trail_event(kAccount, JsonObject{{"CloudTrailEvent", "rubbish"}}).has_value());
  EXPECT_FALSE(trail_event(kAccount, JsonObject{}).has_value());
}

TEST(TrailReader, ReadsTheRegionsAndTheHomeOfWhatHasNone) {
  AccountView view;
  view.regions = {"eu-west-1"};
  EXPECT_EQ(TrailReader::regions_of(view), (std::set<std::string>{"eu-west-1", "us-east-1"}));
  view.partition = "aws-cn";
  EXPECT_TRUE(TrailReader::regions_of(view).contains("cn-north-1"));
}

}  // namespace
}  // namespace hm::collect
