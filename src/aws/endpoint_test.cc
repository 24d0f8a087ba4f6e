#include "aws/endpoint.h"

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

struct Asked {
  std::string service, operation;
  std::string params = "{}";
};

Result<Endpoint> resolve(const Asked& asked, const EndpointOptions& options) {
  static EndpointResolver resolver;
  const auto service = find_service(asked.service);
  const auto operation = service->find(asked.operation);
  return resolver.resolve(*service, *operation, *parse_json(asked.params), options);
}

EndpointOptions in(std::string region) {
  EndpointOptions out;
  out.region = std::move(region);
  return out;
}

TEST(Endpoint, ResolvesUrlAndSigning) {
  const struct {
    Asked asked;
    std::string region, url, name, signing_region;
  } rows[] = {
      {{"ec2", "DescribeVolumes"}, "eu-west-1", "https://ec2.eu-west-1.amazonaws.com", "ec2", "eu-west-1"},
      {{"iam", "ListUsers"}, "eu-west-1", "https://iam.amazonaws.com", "iam", "us-east-1"},
      {{"route53", "ListHostedZones"},
       "cn-north-1",
       "https://route53.amazonaws.com.cn",
       "route53",
       "cn-northwest-1"},
      {{"cloudwatch", "ListMetrics"},
       "us-gov-west-1",
       "https://monitoring.us-gov-west-1.amazonaws.com",
       "monitoring",
       "us-gov-west-1"},
      // A region newer than this program is matched by its partition's pattern.
      {{"ec2", "DescribeVolumes"}, "eu-north-9", "https://ec2.eu-north-9.amazonaws.com", "ec2", "eu-north-9"},
      {{"ec2", "DescribeVolumes"},
       "cn-south-9",
       "https://ec2.cn-south-9.amazonaws.com.cn",
       "ec2",
       "cn-south-9"},
      {{"ec2", "DescribeVolumes"},
       "fips-us-east-1",
       "https://ec2-fips.us-east-1.amazonaws.com",
       "ec2",
       "us-east-1"},
      {{"ec2", "DescribeVolumes"},
       "us-east-2-fips",
       "https://ec2-fips.us-east-2.amazonaws.com",
       "ec2",
       "us-east-2"},
  };
  for (const auto& row : rows) {
    const auto found = resolve(row.asked, in(row.region));
    ASSERT_TRUE(found.has_value()) << found.error().text();
    EXPECT_EQ(found->url, row.url);
    EXPECT_EQ(found->signing_name, row.name);
    EXPECT_EQ(found->signing_region, row.signing_region);
    EXPECT_TRUE(found->double_encode);
  }
}

TEST(Endpoint, DualStack) {
  EndpointOptions options = in("us-east-2");
  options.use_dualstack = true;
  EXPECT_EQ(resolve({"ec2", "DescribeVolumes"}, options)->url, "https://ec2.us-east-2.api.aws");
}

TEST(Endpoint, S3Addressing) {
  const struct {
    const char* operation;
    const char* params;
    const char* endpoint_url;
    std::optional<bool> path_style;
    const char* url;
  } rows[] = {
      {"ListBuckets", "{}", "", {}, "https://s3.eu-west-1.amazonaws.com"},
      {"GetObject", R"({"Bucket":"logs","Key":"k"})", "", {}, "https://logs.s3.eu-west-1.amazonaws.com"},
      {"GetObject", R"({"Bucket":"a.b","Key":"k"})", "", {}, "https://s3.eu-west-1.amazonaws.com/a.b"},
      {"GetObject", R"({"Bucket":"Upper","Key":"k"})", "", {}, "https://s3.eu-west-1.amazonaws.com/Upper"},
      {"GetObject", R"({"Bucket":"logs","Key":"k"})", "", true, "https://s3.eu-west-1.amazonaws.com/logs"},
      {"GetBucketLocation", R"({"Bucket":"logs"})", "", {}, "https://s3.eu-west-1.amazonaws.com/logs"},
      {"GetObject", R"({"Bucket":"logs"})", "http://127.0.0.1:5000/", {}, "http://127.0.0.1:5000/logs"},
      {"GetObject", R"({"Bucket":"logs"})", "http://s3.test:5000", false, "http://logs.s3.test:5000"},
      {"GetObject",
       R"({"Bucket":"arn:aws:s3:eu-west-1:123456789012:accesspoint:p"})",
       "",
       {},
       "https://p-123456789012.s3-accesspoint.eu-west-1.amazonaws.com"},
  };
  for (const auto& row : rows) {
    EndpointOptions options = in("eu-west-1");
    options.endpoint_url = row.endpoint_url;
    options.s3_path_style = row.path_style;
    const auto found = resolve({"s3", row.operation, row.params}, options);
    ASSERT_TRUE(found.has_value()) << row.url << ": " << found.error().text();
    EXPECT_EQ(found->url, row.url);
    EXPECT_FALSE(found->double_encode);
  }
}

TEST(Endpoint, OperationsFillParameters) {
  EndpointOptions options = in("us-east-1");
  options.account_id = "123456789012";
  options.sign = false;  // EventBridge's global endpoints want SigV4a
  const struct {
    Asked asked;
    const char* url;
  } rows[] = {
      {{"s3control", "ListAccessPoints", R"({"AccountId":"123456789012"})"},
       "https://123456789012.s3-control.us-east-1.amazonaws.com"},
      {{"events", "PutEvents", R"({"EndpointId":"abc.456"})"},
       "https://abc.456.endpoint.events.amazonaws.com"},
      {{"dynamodb", "ListTables"}, "https://123456789012.ddb.us-east-1.amazonaws.com"},
      {{"dynamodb", "GetItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:222222222222:table/t"})"},
       "https://222222222222.ddb.us-east-1.amazonaws.com"},
      {{"kinesis", "GetRecords", R"({"StreamARN":"arn:aws:kinesis:us-east-1:123:stream/x"})"},
       "https://123.data-kinesis.us-east-1.amazonaws.com"},
  };
  for (const auto& row : rows) {
    const auto found = resolve(row.asked, options);
    EXPECT_EQ(found.has_value() ? found->url : found.error().text(), row.url);
  }
}

TEST(Endpoint, Refusals) {
  const auto code = [](const Asked& asked, const EndpointOptions& options) {
    const auto found = resolve(asked, options);
    return found.has_value() ? "resolved: " + found->url : found.error().code;
  };
  EXPECT_EQ(code({"ec2", "DescribeVolumes"}, in("evil.com/")), "bad_region");
  EXPECT_EQ(code({"ec2", "DescribeVolumes"}, in("")), "endpoint_refused");
  EndpointOptions options = in("us-east-1");
  options.endpoint_url = "localhost:5000";
  EXPECT_EQ(code({"ec2", "DescribeVolumes"}, options), "bad_endpoint_url");
  options.endpoint_url = "http://localhost:5000";
  options.use_fips = true;
  EXPECT_EQ(code({"ec2", "DescribeVolumes"}, options), "endpoint_refused");

  const Asked multi_region{"s3", "GetObject",
                           R"({"Bucket":"arn:aws:s3::123456789012:accesspoint:m.mrap","Key":"k"})"};
  const auto sigv4a = resolve(multi_region, in("us-east-1"));
  EXPECT_EQ(sigv4a.error().code, "unsupported_signature");
  EXPECT_NE(sigv4a.error().message.find("SigV4a"), std::string::npos);
  const Asked express{"s3", "GetObject", R"({"Bucket":"b--use1-az1--x-s3","Key":"k"})"};
  EXPECT_NE(resolve(express, in("us-east-1")).error().message.find("S3 Express"), std::string::npos);
}

TEST(Endpoint, EveryServiceResolvesOrSaysWhy) {
  size_t resolved = 0;
  for (const Service& service : services()) {
    const auto operations = service.operations();
    if (operations.empty() || service.endpoint_rules().empty()) continue;
    static EndpointResolver resolver;
    const auto found = resolver.resolve(service, operations.front(), Json(JsonObject()), in("us-east-1"));
    if (found.has_value()) {
      EXPECT_TRUE(found->url.starts_with("https://")) << service.name();
      EXPECT_FALSE(found->signing_name.empty()) << service.name();
      ++resolved;
    } else {
      EXPECT_NE(found.error().code, "bad_endpoint_rules") << service.name() << ": " << found.error().text();
    }
  }
  EXPECT_GT(resolved, 400u);
}

TEST(Endpoint, ContextPaths) {
  const Json document = *parse_json(R"({"RequestItems":{"a":1,"b":2},"T":{"Name":"x"},
      "Items":[{"Get":{"Table":"g"}},{"Put":{"Table":"p"}},{"Get":{"Table":"h"}}]})");
  using Texts = std::vector<std::string>;
  EXPECT_EQ(context_texts(document, "keys(RequestItems)"), (Texts{"a", "b"}));
  EXPECT_EQ(context_texts(document, "T.Name"), (Texts{"x"}));
  EXPECT_EQ(context_texts(document, "Items[*].Get.Table"), (Texts{"g", "h"}));
  EXPECT_EQ(context_texts(document, "Items[*].[Get.Table, Put.Table][]"), (Texts{"g", "p", "h"}));
  EXPECT_EQ(context_texts(document, "T.Missing.Deep"), Texts{});
}

TEST(EndpointValue, IpV4) {
  for (const char* yes : {"1.2.3.4", "255.255.255.255", "0.0.0.0"}) EXPECT_TRUE(is_ipv4(yes)) << yes;
  for (const char* no : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "a.b.c.d", "1..2.3"}) {
    EXPECT_FALSE(is_ipv4(no)) << no;
  }
}

TEST(RuleSet, RefusesWhatItDoesNotKnow) {
  const struct {
    const char* rules;
    const char* word;
  } rows[] = {
      {R"({"parameters":{"A":{"type":"date"}},"rules":[]})", "date"},
      {R"({"parameters":{},"rules":[{"type":"error","conditions":[{"fn":"xor","argv":[]}],"error":"e"}]})",
       "xor"},
      {R"({"parameters":{},"rules":[{"type":"error","conditions":[],"error":"{B}"}]})", "'B'"},
      {R"({"parameters":{},"rules":[{"type":"error","conditions":[],"error":"{"}]})", "open brace"},
      {R"({"parameters":{},"rules":[{"type":"bush","conditions":[]}]})", "bush"},
      {R"([])", "no parameters"},
  };
  for (const auto& row : rows) {
    const auto compiled = RuleSet::compile(*parse_json(row.rules));
    ASSERT_FALSE(compiled.has_value()) << row.rules;
    EXPECT_EQ(compiled.error().kind, ErrorKind::corrupt);
    EXPECT_NE(compiled.error().message.find(row.word), std::string::npos) << compiled.error().message;
  }
}

}  // namespace
}  // namespace hm::aws
