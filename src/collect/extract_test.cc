#include "collect/extract.h"

#include <gtest/gtest.h>

namespace hm::collect {
namespace {

const catalog::ResourceType& type(const char* id) {
  static const auto catalog = catalog::load_catalog(catalog::embedded_files()).value();
  return *catalog->find(id);
}

inventory::Observed derived(const char* id, std::string_view document,
                            const std::string& region = "eu-west-1") {
  inventory::Observed item;
  auto parsed = parse_json(document);
  EXPECT_TRUE(parsed) << document;
  item.document = std::move(*parsed);
  derive(type(id), {"111111111111", "aws", region}, item);
  return item;
}

TEST(Derive, TakesWhatTheCatalogNames) {
  const auto item = derived("ec2/volume", R"({"VolumeId":"vol-1","State":"in-use","KmsKeyId":"k",
    "CreateTime":"2026-11-20T12:00:00+00:00","Tags":[{"Key":"Name","Value":"data"},{"Key":"Owner","Value":"ops"}],
    "Attachments":[{"InstanceId":"i-2"},{"InstanceId":"i-1"},{"InstanceId":"i-1"}]})");
  EXPECT_EQ(item.id, "vol-1");
  EXPECT_EQ(item.arn, "arn:aws:ec2:eu-west-1:111111111111:volume/vol-1");
  EXPECT_EQ(item.name, "data");
  EXPECT_EQ(item.state, "in-use");
  EXPECT_EQ(item.region, "eu-west-1");
  ASSERT_TRUE(item.created_at);
  EXPECT_EQ(format_iso(*item.created_at), "2026-11-20T12:00:00Z");
  EXPECT_EQ(item.tags.at("Owner"), "ops");
  ASSERT_EQ(item.relations.size(), 3u);
  EXPECT_EQ(item.relations[0], (inventory::ObservedRelation{"instance", "ec2/instance", "i-1"}));
  EXPECT_EQ(item.relations[2], (inventory::ObservedRelation{"key", "kms/key", "k"}));
}

TEST(Derive, KnowsTheFormsOfTags) {
  EXPECT_EQ(derived("lambda/function", R"({"FunctionName":"f","Tags":{"a":"b"}})").tags.at("a"), "b");
  EXPECT_EQ(derived("kms/key", R"({"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"}]})").tags.at("a"), "b");
}

TEST(Derive, ARelationCanBeLimitedToATextInTheTarget) {
  const auto item =
      derived("elbv2/target_group",
              R"({"TargetGroupArn":"arn:tg","LoadBalancerArns":["arn:x:loadbalancer/net/n/1"]})");
  ASSERT_EQ(item.relations.size(), 1u);
  EXPECT_EQ(item.relations[0].type, "elbv2/network_load_balancer");
}

TEST(Derive, ABucketLivesWhereItSays) {
  EXPECT_EQ(derived("s3/bucket", R"({"Name":"b","Location":"eu-north-1"})", "global").region, "eu-north-1");
  EXPECT_EQ(derived("s3/bucket", R"({"Name":"b","Location":null})", "global").region, "us-east-1");
  EXPECT_EQ(derived("s3/bucket", R"({"Name":"b","Location":"EU"})", "global").region, "eu-west-1");
  EXPECT_EQ(derived("s3/bucket", R"({"Name":"b"})", "global").region, "global")
      << "not known is not us-east-1";
}

TEST(Hash, IsBlindToVolatilePartsAndToTheOrderOfSets) {
  const auto hash = [](const char* id, const char* text) {
    return hash_of(type(id), parse_json(text).value());
  };
  EXPECT_EQ(hash("ec2/subnet", R"({"SubnetId":"s","AvailableIpAddressCount":1})"),
            hash("ec2/subnet", R"({"AvailableIpAddressCount":9,"SubnetId":"s"})"));
  EXPECT_EQ(
      hash("ec2/security_group", R"({"IpPermissions":[{"F":1,"IpRanges":[{"C":1},{"C":2}]},{"F":2}]})"),
      hash("ec2/security_group", R"({"IpPermissions":[{"F":2},{"F":1,"IpRanges":[{"C":2},{"C":1}]}]})"));
  EXPECT_NE(hash("ec2/subnet", R"({"SubnetId":"s","CidrBlock":"a"})"),
            hash("ec2/subnet", R"({"SubnetId":"s","CidrBlock":"b"})"));
}

TEST(Hash, KeepsTheOrderOfListsThatAreNoSets) {
  const auto hash = [](const char* text) {
    return hash_of(type("autoscaling/group"), parse_json(text).value());
  };
  EXPECT_NE(hash(R"({"TerminationPolicies":["a","b"]})"), hash(R"({"TerminationPolicies":["b","a"]})"));
  EXPECT_EQ(hash(R"({"TargetGroupARNs":["a","b"]})"), hash(R"({"TargetGroupARNs":["b","a"]})"));
}

}  // namespace
}  // namespace hm::collect
