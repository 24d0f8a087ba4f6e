#include "aws/model.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/json.h"

namespace hm::aws {
namespace {

TEST(Model, HasEveryService) {
  EXPECT_GT(services().size(), 400u);
  EXPECT_EQ(model_version(), "1.43.64");
  size_t operations = 0;
  std::vector<std::string> names;
  for (const Service& service : services()) {
    names.emplace_back(service.name());
    operations += service.operations().size();
    const auto found = find_service(service.name());
    ASSERT_TRUE(found.has_value()) << service.name();
    EXPECT_EQ(found->raw, service.raw);
  }
  EXPECT_GT(operations, 18000u);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_FALSE(find_service("no-such-service").has_value());
  EXPECT_FALSE(find_service("").has_value());
}

TEST(Model, DescribesEc2) {
  const auto ec2 = find_service("ec2");
  ASSERT_TRUE(ec2.has_value());
  EXPECT_EQ(ec2->protocol(), Protocol::ec2);
  EXPECT_EQ(ec2->api_version(), "2016-11-15");
  EXPECT_EQ(ec2->service_id(), "EC2");
  EXPECT_EQ(ec2->signing_name(), "ec2");
  const auto operation = ec2->find("DescribeVolumes");
  ASSERT_TRUE(operation.has_value());
  EXPECT_EQ(operation->http_method(), "POST");
  const auto filters = operation->input()->find("Filters");
  ASSERT_TRUE(filters.has_value());
  EXPECT_EQ(filters->location_name(), "Filter");
  EXPECT_EQ(filters->shape().element().shape().find("Values")->location_name(), "Value");
  const auto volumes = operation->output()->find("Volumes");
  ASSERT_TRUE(volumes.has_value());
  EXPECT_EQ(volumes->location_name(), "volumeSet");
  const auto state = volumes->shape().element().shape().find("State");
  ASSERT_TRUE(state.has_value());
  const auto values = state->shape().enumeration();
  EXPECT_NE(std::find(values.begin(), values.end(), "in-use"), values.end());
  const auto paginator = operation->paginator();
  ASSERT_TRUE(paginator.has_value());
  EXPECT_EQ(paginator->input_tokens, std::vector<std::string_view>{"NextToken"});
  EXPECT_EQ(paginator->result_keys, std::vector<std::string_view>{"Volumes"});
  EXPECT_EQ(paginator->limit_key, "MaxResults");
  EXPECT_TRUE(ec2->find("RunInstances")->input()->find("ClientToken")->idempotency_token());
}

TEST(Model, DescribesS3) {
  const auto s3 = find_service("s3");
  ASSERT_TRUE(s3.has_value());
  EXPECT_EQ(s3->protocol(), Protocol::rest_xml);
  const auto put = s3->find("PutObject");
  ASSERT_TRUE(put.has_value());
  EXPECT_EQ(put->http_method(), "PUT");
  EXPECT_EQ(put->request_uri(), "/{Key+}");
  EXPECT_EQ(put->checksum_algorithm_member(), "ChecksumAlgorithm");
  EXPECT_FALSE(put->checksum_required());
  const Shape input = *put->input();
  EXPECT_EQ(input.payload(), "Body");
  EXPECT_TRUE(input.find("Body")->streaming());
  EXPECT_EQ(input.find("Bucket")->context_param(), "Bucket");
  EXPECT_EQ(input.find("ContentType")->location(), Location::header);
  EXPECT_EQ(input.find("Metadata")->location(), Location::headers);
  EXPECT_EQ(input.find("Metadata")->location_name(), "x-amz-meta-");
  EXPECT_EQ(input.required(), (std::vector<std::string_view>{"Bucket", "Key"}));
  EXPECT_EQ(input.find("Key")->shape().least(), "1");
  const auto acl = s3->find("PutBucketAcl");
  EXPECT_EQ(acl->input()->payload(), "AccessControlPolicy");
  EXPECT_TRUE(acl->checksum_required());
  const auto missing = s3->find("GetObject")->errors();
  ASSERT_FALSE(missing.empty());
  EXPECT_EQ(missing[0].error_code(), "NoSuchKey");
}

TEST(Model, ChoosesTheProtocolByPriority) {
  EXPECT_EQ(find_service("cloudwatch")->protocol(), Protocol::json10);
  EXPECT_EQ(find_service("cloudwatch")->target_prefix(), "GraniteServiceVersion20100801");
  EXPECT_TRUE(find_service("cloudwatch")->query_compatible());
  EXPECT_EQ(find_service("cloudwatch")->signing_name(), "monitoring");
  EXPECT_EQ(find_service("sts")->protocol(), Protocol::query);
  EXPECT_EQ(find_service("dynamodb")->protocol(), Protocol::json10);
  EXPECT_EQ(find_service("kms")->protocol(), Protocol::json11);
  EXPECT_EQ(find_service("lambda")->protocol(), Protocol::rest_json);
  EXPECT_EQ(find_service("partnercentral-revenue-measurement")->protocol(), Protocol::cbor);
}

TEST(Model, KeepsWhatFewOperationsHave) {
  EXPECT_EQ(find_service("sts")->find("AssumeRoleWithWebIdentity")->auth_type(), "none");
  EXPECT_EQ(find_service("sts")->find("GetCallerIdentity")->result_wrapper(), "GetCallerIdentityResult");
  EXPECT_EQ(find_service("s3control")->find("ListJobs")->host_prefix(), "{AccountId}.");
  EXPECT_TRUE(find_service("s3control")->find("ListJobs")->input()->find("AccountId")->host_label());
  EXPECT_EQ(find_service("cloudwatch")->find("PutMetricData")->compression(), "gzip");
  EXPECT_EQ(find_service("s3")->find("GetObject")->checksum_mode_member(), "ChecksumMode");
  EXPECT_EQ(find_service("cloudfront")->find("CreateInvalidation")->input()->payload(), "InvalidationBatch");
  EXPECT_EQ(find_service("cloudfront")->find("TagResource")->request_uri(),
            "/2020-05-31/tagging?Operation=Tag");
  const auto grantee = find_service("s3")->find("PutBucketAcl")->input()->find("AccessControlPolicy");
  const auto grants = grantee->shape().find("Grants");
  EXPECT_EQ(grants->location_name(), "AccessControlList");
  const auto who = grants->shape().element().shape().find("Grantee");
  EXPECT_EQ(who->xml_prefix(), "xsi");
  EXPECT_EQ(who->xml_namespace(), "http://www.w3.org/2001/XMLSchema-instance");
  EXPECT_TRUE(who->shape().find("Type")->xml_attribute());
}

TEST(Model, MergesWhatTheSdksAdd) {
  EXPECT_TRUE(find_service("rds")->find("CopyDBSnapshot")->input()->find("SourceRegion").has_value());
  EXPECT_EQ(find_service("eks")->service_id(), "EKS");
  const auto keys = find_service("s3")->find("ListObjectsV2")->paginator()->non_aggregate_keys;
  EXPECT_NE(std::find(keys.begin(), keys.end(), "RequestCharged"), keys.end());
}

TEST(Model, UnpacksEndpointRules) {
  for (const Service& service : services()) {
    const auto rules = parse_json(service.endpoint_rules());
    ASSERT_TRUE(rules.has_value()) << service.name();
    EXPECT_NE(member(*rules, "rules"), nullptr) << service.name();
  }
  const std::string rules = find_service("kms")->endpoint_rules();
  EXPECT_NE(rules.find("https://kms.{Region}."), std::string::npos);
  const auto table = parse_json(partitions());
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(member_text(table->at("partitions").at(0), "id"), "aws");
}

// Visits everything that can be reached from a shape once.
void walk(const Shape& shape, std::set<const char*>& seen, size_t& members) {
  if (!seen.insert(shape.raw).second) return;
  ASSERT_LE(shape.kind(), ShapeKind::big_number);
  if (shape.kind() == ShapeKind::list) walk(shape.element().shape(), seen, members);
  if (shape.kind() == ShapeKind::map) {
    walk(shape.key().shape(), seen, members);
    walk(shape.value().shape(), seen, members);
  }
  for (const Member member : shape.members()) {
    ++members;
    ASSERT_FALSE(member.name().empty());
    ASSERT_LE(member.location(), Location::status);
    walk(member.shape(), seen, members);
  }
  for (const std::string_view name : shape.required()) ASSERT_TRUE(shape.find(name).has_value()) << name;
}

TEST(Model, EveryHandleCanBeWalked) {
  std::set<const char*> seen;
  size_t members = 0;
  for (const Service& service : services()) {
    ASSERT_FALSE(service.api_version().empty()) << service.name();
    for (const Operation& operation : service.operations()) {
      ASSERT_EQ(service.find(operation.name())->raw, operation.raw);
      const std::string_view uri = operation.request_uri();
      ASSERT_TRUE(uri.empty() || uri[0] == '/' || uri[0] == '?') << service.name() << ' ' << operation.name();
      if (operation.input()) walk(*operation.input(), seen, members);
      if (operation.output()) walk(*operation.output(), seen, members);
      for (const Shape& error : operation.errors()) {
        ASSERT_FALSE(error.error_code().empty()) << service.name() << ' ' << operation.name();
        walk(error, seen, members);
      }
    }
  }
  EXPECT_GT(members, 100000u);
}

TEST(Model, RefusesWhatIsNoTable) {
  EXPECT_FALSE(ModelTable::open("").has_value());
  EXPECT_FALSE(
      ModelTable::open("HMMODEL1 and then something else altogether, which is no table").has_value());
}

}  // namespace
}  // namespace hm::aws
