#include "sim/wire/wire.h"

#include <gtest/gtest.h>

namespace hm::sim {
namespace {

Wire wire_of(std::string_view service, std::string_view operation) {
  Wire wire;
  wire.service = *aws::find_service(service);
  wire.operation = *wire.service.find(operation);
  wire.protocol = wire.service.protocol();
  return wire;
}

ServerRequest form(std::string body) {
  ServerRequest request;
  request.method = "POST";
  request.target = "/";
  request.body = std::move(body);
  return request;
}

std::string text_of(const ServerResponse& response) { return std::get<std::string>(response.body); }

TEST(Wire, ReadsEc2sFlatNames) {
  const auto wire = wire_of("ec2", "DescribeVolumes");
  const auto params = parse_input(
      wire, form("Action=DescribeVolumes&Version=2016-11-15&MaxResults=5&VolumeId.1=vol-1&VolumeId.2=vol-2"
                 "&Filter.1.Name=tag%3ATeam&Filter.1.Value.1=a+b&Filter.1.Value.2=c"));
  ASSERT_TRUE(params.has_value()) << params.error().text();
  EXPECT_EQ(
      to_json(sorted(*params)),
      R"({"Filters":[{"Name":"tag:Team","Values":["a b","c"]}],"MaxResults":5,"VolumeIds":["vol-1","vol-2"]})");
}

TEST(Wire, ReadsQuerysListsAndMaps) {
  const auto params =
      parse_input(wire_of("autoscaling", "DescribeAutoScalingGroups"),
                  form("Action=DescribeAutoScalingGroups&AutoScalingGroupNames.member.1=x&MaxRecords=7"));
  ASSERT_TRUE(params.has_value()) << params.error().text();
  EXPECT_EQ(to_json(sorted(*params)), R"({"AutoScalingGroupNames":["x"],"MaxRecords":7})");
}

struct Refused {
  const char* service;
  const char* operation;
  const char* body;
  const char* code;
};

TEST(Wire, RefusesAsTheProtocolDoes) {
  const Refused table[] = {
      {"ec2", "DeleteVolume", "Action=DeleteVolume", "MissingParameter"},
      {"ec2", "DescribeVolumes", "Action=DescribeVolumes&Nonsense=1", "UnknownParameter"},
      {"ec2", "DescribeVolumes", "Action=DescribeVolumes&MaxResults=many", "InvalidParameterValue"},
      {"iam", "GetRole", "Action=GetRole", "ValidationError"},
      {"iam", "ListPolicies", "Action=ListPolicies&Scope=Nobody", "ValidationError"},
      {"kms", "DescribeKey", "{}", "ValidationException"},
      {"kms", "DescribeKey", "{", "SerializationException"},
      {"kms", "DescribeKey", R"({"KeyId": 5})", "SerializationException"},
  };
  for (const auto& row : table) {
    const auto params = parse_input(wire_of(row.service, row.operation), form(row.body));
    ASSERT_FALSE(params.has_value()) << row.service << " " << row.body;
    EXPECT_EQ(params.error().code, row.code) << row.body;
    EXPECT_EQ(status_of(params.error()), 400) << row.body;
  }
}

TEST(Wire, WritesEc2sXmlAndLeavesPrivateMembersOut) {
  const Json document = JsonObject{
      {"Volumes", JsonArray{JsonObject{{"VolumeId", "vol-1"},
                                       {"Size", 8},
                                       {"Encrypted", false},
                                       {"CreateTime", "2026-01-02T03:04:05Z"},
                                       {"_Secret", "x"},
                                       {"Tags", JsonArray{JsonObject{{"Key", "a<b"}, {"Value", "&"}}}}}}}};
  const auto text = text_of(write_output(wire_of("ec2", "DescribeVolumes"), document, "id-1"));
  EXPECT_NE(text.find("<requestId>id-1</requestId>"), std::string::npos) << text;
  EXPECT_NE(text.find("<volumeSet><item>"), std::string::npos) << text;
  EXPECT_NE(text.find("<createTime>2026-01-02T03:04:05.000Z</createTime>"), std::string::npos) << text;
  EXPECT_NE(text.find("<key>a&lt;b</key><value>&amp;</value>"), std::string::npos) << text;
  EXPECT_EQ(text.find("_Secret"), std::string::npos) << text;
}

TEST(Wire, WritesJsonTimesAsSeconds) {
  const Json document =
      JsonObject{{"KeyMetadata", JsonObject{{"KeyId", "k"}, {"CreationDate", "2026-01-02T03:04:05Z"}}}};
  EXPECT_EQ(text_of(write_output(wire_of("kms", "DescribeKey"), document, "id")),
            R"({"KeyMetadata":{"KeyId":"k","CreationDate":1767323045}})");
}

TEST(Wire, WritesEachProtocolsErrors) {
  const auto refused = refusal(404, "NoSuch", "It is not there");
  EXPECT_NE(text_of(write_refusal(wire_of("ec2", "DescribeVpcs"), refused, "r"))
                .find("<Response><Errors><Error><Code>NoSuch</Code>"),
            std::string::npos);
  EXPECT_NE(text_of(write_refusal(wire_of("iam", "GetRole"), refused, "r")).find("<Type>Sender</Type>"),
            std::string::npos);
  EXPECT_EQ(text_of(write_refusal(wire_of("kms", "ListKeys"), refused, "r")),
            R"({"__type":"NoSuch","message":"It is not there"})");
  const auto lambda = write_refusal(wire_of("lambda", "ListFunctions"), refused, "r");
  EXPECT_EQ(lambda.headers.get("x-amzn-ErrorType"), "NoSuch");
  EXPECT_EQ(lambda.status, 404);
  EXPECT_EQ(text_of(write_refusal(wire_of("s3", "HeadBucket"), refused, "r")), "");
}

TEST(Wire, ReadsXmlBodies) {
  auto wire = wire_of("s3", "PutBucketTagging");
  wire.labels["Bucket"] = "b";
  auto request =
      form("<Tagging xmlns=\"x\"><TagSet><Tag><Key>k</Key><Value>v&amp;w</Value></Tag></TagSet></Tagging>");
  const auto params = parse_input(wire, request);
  ASSERT_TRUE(params.has_value()) << params.error().text();
  EXPECT_EQ(to_json(params->at("Tagging")), R"({"TagSet":[{"Key":"k","Value":"v&w"}]})");
  request.body = "<Tagging><TagSet>";
  const auto broken = parse_input(wire, request);
  ASSERT_FALSE(broken.has_value());
  EXPECT_EQ(broken.error().code, "MalformedXML");
}

}  // namespace
}  // namespace hm::sim
