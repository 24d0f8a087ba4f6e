#include "collect/event.h"

#include <gtest/gtest.h>

#include "collect/event_queue.h"

namespace hm::collect {
namespace {

const catalog::Catalog& the_catalog() {
  static const auto catalog = catalog::load_catalog(catalog::embedded_files()).value();
  return *catalog;
}

Json envelope(const std::string& source, const std::string& detail_type, Json detail,
              JsonArray resources = {}) {
  return JsonObject{{"version", "0"},
                    {"id", "e-1"},
                    {"source", source},
                    {"detail-type", detail_type},
                    {"account", "111111111111"},
                    {"region", "eu-west-1"},
                    {"time", "2026-11-28T12:00:00Z"},
                    {"resources", std::move(resources)},
                    {"detail", std::move(detail)}};
}

Json call(const std::string& source, const std::string& name, JsonObject said, JsonObject more = {}) {
  JsonObject record{{"eventSource", source + ".amazonaws.com"},
                    {"eventName", name},
                    {"awsRegion", "eu-west-1"},
                    {"requestParameters", std::move(said)}};
  for (auto& [key, value] : more) record[key] = value;
  return envelope("aws." + source, "AWS API Call via CloudTrail", std::move(record));
}

EventReading read(const Json& document) {
  const EventIndex index(the_catalog());
  const auto event = parse_event(to_json(document));
  EXPECT_TRUE(event.has_value()) << event.error().text();
  return event ? index.read(*event) : EventReading{};
}

// "ec2/volume@eu-west-1: vol-1", a line for each type; without keys the place as a whole.
std::string pointed(const Json& document, const std::vector<inventory::NamedKey>& known = {}) {
  std::string text;
  for (const auto& one : resolve(read(document), known)) {
    text += one.type->id + "@" + one.region + ":";
    for (const auto& key : one.keys) text += " " + key;
    text += "\n";
  }
  return text;
}

TEST(Event, TheEnvelopeIsReadAndWhatIsNoneIsRefused) {
  const auto event = parse_event(to_json(envelope("aws.ec2", "X", JsonObject{})));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->id, "e-1");
  EXPECT_EQ(event->account_id, "111111111111");
  EXPECT_EQ(format_iso(event->at), "2026-11-28T12:00:00Z");
  for (const char* body : {"", "rubbish", "[]", "{}", "null", "\"text\""}) {
    const auto refused = parse_event(body);
    ASSERT_FALSE(refused.has_value()) << body;
    EXPECT_EQ(refused.error().code, "malformed");
  }
  for (const char* without : {"id", "source", "detail-type", "account", "region", "time"}) {
    Json document = envelope("aws.ec2", "X", JsonObject{});
    document.as_object().erase(without);
    EXPECT_FALSE(parse_event(to_json(document)).has_value()) << without;
  }
  Json document = envelope("aws.ec2", "X", JsonObject{});
  document.as_object()["time"] = "soon";
  EXPECT_FALSE(parse_event(to_json(document)).has_value());
}

// Queues are shared by mistake: what others put there is told apart where something can be done about it.
TEST(Event, WhatOtherServicesSendSaysWhoSentIt) {
  const auto why = [](const Json& document) {
    const auto event = parse_event(to_json(document));
    return event ? "an event" : event.error().message;
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  const Json inside = envelope("aws.ec2", "X", JsonObject{});
  EXPECT_TRUE(has(why(JsonObject{{"Type", "Notification"},
                                 {"TopicArn", "arn:aws:sns:eu-west-1:111111111111:t"},
                                 {"Message", to_json(inside)}}),
                  "SNS sent it"));
  EXPECT_TRUE(has(why(JsonObject{{"Service", "Amazon S3"}, {"Event", "s3:TestEvent"}}), "a bucket of S3"));
  const JsonArray records{JsonObject{{"eventSource", "aws:s3"}}};
  EXPECT_TRUE(has(why(JsonObject{{"Records", records}}), "a bucket of S3"));
  EXPECT_TRUE(has(why(JsonObject{{"Records", JsonArray{"text"}}}), "it has no 'id'"));
  EXPECT_TRUE(has(why(JsonObject{{"Type", 1}, {"TopicArn", nullptr}}), "it has no 'id'"));
}

TEST(Event, WhatAServiceTellsOfIsFoundByTheCatalogsPaths) {
  EXPECT_EQ(pointed(envelope("aws.ec2", "EC2 Instance State-change Notification",
                             JsonObject{{"instance-id", "i-1"}, {"state", "running"}})),
            "ec2/instance@eu-west-1: i-1\n");
  EXPECT_EQ(pointed(envelope("aws.ec2", "EBS Volume Notification", JsonObject{{"event", "createVolume"}},
                             {"arn:aws:ec2:eu-west-1:111111111111:volume/vol-1"})),
            "ec2/volume@eu-west-1: vol-1\n");
  EXPECT_EQ(pointed(envelope("aws.ec2", "EBS Snapshot Notification",
                             JsonObject{{"snapshot_id", "arn:aws:ec2::eu-west-1:snapshot/snap-1"}})),
            "ec2/snapshot@eu-west-1: snap-1\n");
  EXPECT_EQ(pointed(envelope("aws.rds", "RDS DB Instance Event", JsonObject{{"SourceIdentifier", "db"}})),
            "rds/db_instance@eu-west-1: db\n");
  EXPECT_EQ(pointed(envelope("aws.ecs", "ECS Task State Change", JsonObject{{"taskArn", "arn:aws:ecs:t/1"}})),
            "ecs/task@eu-west-1: arn:aws:ecs:t/1\n");
  EXPECT_EQ(pointed(envelope("aws.autoscaling", "EC2 Instance Launch Successful",
                             JsonObject{{"AutoScalingGroupName", "web"}, {"EC2InstanceId", "i-2"}})),
            "autoscaling/group@eu-west-1: web\nec2/instance@eu-west-1: i-2\n");
}

TEST(Event, OneThatDoesNotSayWhichMakesThePlaceDue) {
  EXPECT_EQ(pointed(envelope("aws.rds", "RDS DB Instance Event", JsonObject{})),
            "rds/db_instance@eu-west-1:\n");
}

TEST(Event, OfWhatHealthNamesOnlyWhatIsKnownCounts) {
  const Json event = envelope("aws.health", "AWS Health Event",
                              JsonObject{{"affectedEntities", JsonArray{JsonObject{{"entityValue", "i-1"}},
                                                                        JsonObject{{"entityValue", "db"}}}}});
  EXPECT_EQ(pointed(event), "");
  EXPECT_EQ(pointed(event, {{"ec2/instance", "i-1", "arn:i-1"}}), "ec2/instance@eu-west-1: i-1\n");
}

TEST(Event, ACallNamesWhatItMakesByTheMemberThatIsCalledAsTheKey) {
  EXPECT_EQ(pointed(call("ec2", "CreateVolume", {{"size", "8"}},
                         {{"responseElements", JsonObject{{"volumeId", "vol-9"}}}})),
            "ec2/volume@eu-west-1: vol-9\n");
  EXPECT_EQ(pointed(call("rds", "ModifyDBInstance", {{"dBInstanceIdentifier", "db"}})),
            "rds/db_instance@eu-west-1: db\n");
  EXPECT_EQ(pointed(call("ec2", "AttachVolume", {{"volumeId", "vol-1"}, {"instanceId", "i-1"}})),
            "ec2/instance@eu-west-1: i-1\nec2/volume@eu-west-1: vol-1\n");
}

TEST(Event, ACallOnTagsIsAboutWhatItNamesAndElseAboutAny) {
  const Json event =
      call("ec2", "CreateTags",
           {{"resourcesSet", JsonObject{{"items", JsonArray{JsonObject{{"resourceId", "vol-1"}}}}}}});
  EXPECT_EQ(pointed(event, {{"ec2/volume", "vol-1", "arn:vol-1"}}), "ec2/volume@eu-west-1: vol-1\n");
  const std::string any = pointed(event);
  EXPECT_NE(any.find("ec2/volume@eu-west-1:\n"), std::string::npos) << any;
  EXPECT_NE(any.find("ec2/instance@eu-west-1:\n"), std::string::npos) << any;
}

TEST(Event, AnArnIsAsGoodAsAKey) {
  EXPECT_EQ(pointed(call("rds", "AddTagsToResource", {{"resourceName", "arn:aws:rds:eu-west-1:1:db:db"}}),
                    {{"rds/db_instance", "db", "arn:aws:rds:eu-west-1:1:db:db"}}),
            "rds/db_instance@eu-west-1: db\n");
}

TEST(Event, WhatIsListedOnceAnAccountIsDueThere) {
  EXPECT_EQ(pointed(call("s3", "CreateBucket", {{"bucketName", "b"}})), "s3/bucket@global:\n");
}

TEST(Event, ARefusedCallAndOneThatChangesNothingShownAreAboutNothing) {
  const auto refused = read(call("ec2", "CreateVolume", {}, {{"errorCode", "Client.UnauthorizedOperation"}}));
  EXPECT_TRUE(refused.recognized);
  EXPECT_TRUE(refused.candidates.empty());
  const auto other = read(call("sts", "AssumeRole", {{"roleArn", "arn:aws:iam::1:role/r"}}));
  EXPECT_TRUE(other.recognized);
  EXPECT_TRUE(other.candidates.empty());
}

TEST(Event, AVersionInTheNameOfACallDoesNotMatter) {
  EXPECT_EQ(pointed(call("lambda", "UpdateFunctionCode20150331v2", {{"functionName", "f"}})),
            "lambda/function@eu-west-1: f\n");
}

TEST(Event, AnUnknownKindIsNotRecognized) {
  EXPECT_FALSE(read(envelope("my.shop", "Sold", JsonObject{})).recognized);
  EXPECT_FALSE(read(envelope("aws.ec2", "Something New", JsonObject{})).recognized);
}

TEST(QueueAddress, IsReadFromEveryFormOfAwss) {
  const auto region = [](const std::string& host) {
    const auto address = queue_address("https://" + host + "/111111111111/hostmaster-events");
    return address ? address->region : "none";
  };
  EXPECT_EQ(region("sqs.eu-west-1.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(region("sqs-fips.us-east-1.amazonaws.com"), "us-east-1");
  EXPECT_EQ(region("sqs.cn-north-1.amazonaws.com.cn"), "cn-north-1");
  EXPECT_EQ(region("sqs.eu-west-1.api.aws"), "eu-west-1");
  EXPECT_EQ(region("eu-west-1.queue.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(region("queue.amazonaws.com"), "us-east-1");
  EXPECT_EQ(region("vpce-1-2.sqs.us-east-2.vpce.amazonaws.com"), "us-east-2");
  EXPECT_EQ(region("127.0.0.1:4566"), "") << "a simulator's address does not say it";
  EXPECT_EQ(queue_arn(*queue_address("https://sqs.cn-north-1.amazonaws.com.cn/111111111111/q.fifo")),
            "arn:aws-cn:sqs:cn-north-1:111111111111:q.fifo");
}

TEST(QueueAddress, WhatIsNoneIsRefused) {
  for (const char* url :
       {"", "hostmaster-events", "arn:aws:sqs:eu-west-1:111111111111:q",
        "https://sqs.eu-west-1.amazonaws.com/q", "https://sqs.eu-west-1.amazonaws.com/1111/q",
        "https://sqs.eu-west-1.amazonaws.com/111111111111/",
        "https://sqs.eu-west-1.amazonaws.com/111111111111/a/b",
        "ftp://sqs.eu-west-1.amazonaws.com/111111111111/q", "https:///111111111111/q",
        "https://sqs.eu-west-1.amazonaws.com,x/111111111111/q",
        "https://me@sqs.eu-west-1.amazonaws.com/111111111111/q"})
    EXPECT_TRUE(!queue_address(url) && queue_fault(url)) << url;
  EXPECT_FALSE(queue_fault(kQueueExample));
}

}  // namespace
}  // namespace hm::collect
