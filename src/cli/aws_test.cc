#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "cli/aws_arguments.h"
#include "cli/aws_names.h"
#include "cli/aws_pages.h"
#include "cli/aws_print.h"
#include "cli/aws_shorthand.h"

namespace hm::cli {
namespace {

TEST(AwsNames, AreTheAwsClis) {
  const std::pair<const char*, const char*> cases[] = {
      {"DescribeDBInstances", "describe-db-instances"},
      {"ListWebACLs", "list-web-acls"},
      {"GatewayARNs", "gateway-arns"},
      {"SSECustomerKeyMD5", "sse-customer-key-md5"},
      {"ListObjectsV2", "list-objects-v2"},
      {"Ec2SecurityGroupId", "ec2-security-group-id"},
      {"VPCSecurityGroups", "vpc-security-groups"},
      {"id", "id"},
  };
  for (const auto& [name, word] : cases) EXPECT_EQ(kebab_case(name), word);
  EXPECT_EQ(operation_word("ExecutePartiQLStatement"), "execute-partiql-statement");
  EXPECT_EQ(operation_word("DescribeCachediSCSIVolumes"), "describe-cached-iscsi-volumes");
}

TEST(AwsNames, FindServicesAndOperations) {
  EXPECT_EQ(service_of_word("s3api")->name(), "s3");
  EXPECT_EQ(service_of_word("configservice")->name(), "config");
  EXPECT_FALSE(service_of_word("s3").has_value());
  EXPECT_EQ(operation_of_word(*service_of_word("elbv2"), "describe-load-balancers")->name(),
            "DescribeLoadBalancers");
  EXPECT_FALSE(operation_of_word(*service_of_word("ec2"), "DescribeVpcs").has_value());
}

Json shorthand(std::string_view text) {
  auto parsed = parse_shorthand(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Json());
}

TEST(AwsShorthand, ReadsEveryForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"Name=x,Values=a,b", R"({"Name":"x","Values":["a","b"]})"},
      {"a=b", R"({"a":"b"})"},
      {"a=", R"({"a":""})"},
      {"a=b,c=d", R"({"a":"b","c":"d"})"},
      {"a=b,c,d=e", R"({"a":["b","c"],"d":"e"})"},
      {"a=[x,y],b={c=d,e=[f]}", R"({"a":["x","y"],"b":{"c":"d","e":["f"]}})"},
      {"a='x, y',b=\"q\\\"r\"", R"({"a":"x, y","b":"q\"r"})"},
      {"a=x\\,y", R"({"a":"x,y"})"},
      {"a = b , c = d", R"({"a":"b","c":"d"})"},
      {"a=b=c", R"({"a":"b=c"})"},
      {"tag:env=prod", R"({"tag:env":"prod"})"},
      {"a=[{b=c},{b=d}]", R"({"a":[{"b":"c"},{"b":"d"}]})"},
  };
  for (const auto& [text, json] : cases) EXPECT_EQ(to_json(shorthand(text)), json) << text;
}

TEST(AwsShorthand, PointsAtTheFault) {
  auto bad = parse_shorthand("Name");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().message, "Expected: '=', received: 'EOF' for input:\nName\n    ^");
  bad = parse_shorthand("a=[b");
  ASSERT_FALSE(bad.has_value());
  bad = parse_shorthand("a=b,a=c");
  ASSERT_FALSE(bad.has_value());
  EXPECT_NE(bad.error().message.find("Second instance of key \"a\""), std::string::npos);
  EXPECT_FALSE(parse_shorthand("a=" + std::string(1000, '[')).has_value());
  EXPECT_FALSE(parse_shorthand("a='b").has_value());
}

Json params(const Args& args) {
  auto command = parse_aws_command(args);
  EXPECT_TRUE(command.has_value()) << (command ? "" : command.error().text());
  return command ? command->params : Json();
}

TEST(AwsArguments, BecomeParametersByTheModel) {
  const std::pair<Args, const char*> cases[] = {
      {{"ec2", "describe-instances", "--filters", "Name=a,Values=b,c", "Name=d,Values=e", "--dry-run"},
       R"({"DryRun":true,"Filters":[{"Name":"a","Values":["b","c"]},{"Name":"d","Values":["e"]}]})"},
      {{"ec2", "describe-volumes", "--volume-ids", "v-1", "v-2", "--no-dry-run"},
       R"({"DryRun":false,"VolumeIds":["v-1","v-2"]})"},
      {{"ec2", "describe-volumes", "--filters", R"([{"Name":"a","Values":["b"]}])"},
       R"({"Filters":[{"Name":"a","Values":["b"]}]})"},
      {{"ec2", "modify-vpc-attribute", "--vpc-id=v", "--no-enable-dns-support"},
       R"({"EnableDnsSupport":{"Value":false},"VpcId":"v"})"},
      {{"ec2", "run-instances", "--image-id", "a", "--count", "1:3"},
       R"({"ImageId":"a","MaxCount":3,"MinCount":1})"},
      {{"cloudwatch", "put-metric-alarm", "--alarm-name", "a", "--evaluation-periods", "2",
        "--comparison-operator", "GreaterThanThreshold", "--threshold", "-1.5"},
       R"({"AlarmName":"a","ComparisonOperator":"GreaterThanThreshold","EvaluationPeriods":2,"Threshold":-1.5E0})"},
      {{"kms", "encrypt", "--key-id", "k", "--plaintext", "hello"},
       R"({"KeyId":"k","Plaintext":"aGVsbG8="})"},
      {{"sns", "subscribe", "--topic-arn", "t", "--protocol", "sqs", "--notification-endpoint", "e"},
       R"({"Endpoint":"e","Protocol":"sqs","TopicArn":"t"})"},
      {{"iam", "get-user", "--cli-input-json", R"({"UserName":"json"})"}, R"({"UserName":"json"})"},
      {{"iam", "get-user", "--cli-input-json", R"({"UserName":"json"})", "--user-name", "option"},
       R"({"UserName":"option"})"},
      {{"ec2", "run-instances", "--image-id", "a"}, R"({"ImageId":"a","MaxCount":1,"MinCount":1})"},
      {{"lambda", "invoke", "--function-name", "f", "answer.json"}, R"({"FunctionName":"f"})"},
      {{"--region", "eu-west-1", "iam", "list-users"}, "{}"},
      {{"ec2", "describe-volumes", "--volume-id", "v-1"}, R"({"VolumeIds":["v-1"]})"},
  };
  for (const auto& [args, json] : cases) EXPECT_EQ(to_json(sorted(params(args))), json);
}

TEST(AwsArguments, RefusesAsTheAwsCliDoes) {
  const std::pair<Args, const char*> cases[] = {
      {{"ec2"}, "required"},
      {{"nothing", "at-all"}, "Invalid choice: 'nothing'"},
      {{"ec2", "fly"}, "Invalid choice: 'fly'"},
      {{"ec2", "desribe-instances"}, "maybe you meant:\n\n  * describe-instances"},
      {{"s3", "ls"}, "maybe you meant:\n\n  * s3api"},
      {{"lamda", "x"}, "* lambda"},
      {{"iam", "list-users", "--max-items", "-1"}, "must not be negative"},
      {{"iam", "list-users", "--cli-read-timeout", "-1"}, "cannot be negative"},
      {{"iam", "list-users", "--endpoint-url", ""}, "scheme is missing"},
      {{"ec2", "describe-volumes", "--volume-ids", "file:///"}, "Is a directory: '/'"},
      {{"ec2", "describe-volumes", "--volume-ids", "file:///no/such"}, "[Errno 2] No such file or directory"},
      {{"ec2", "describe-volumes", "--cli-input-json", "file:///no/such"},
       "Error parsing parameter '--cli-input-json': Unable to load paramfile"},
      {{"ec2", "describe-volumes", "--what", "x"}, "Unknown options: --what, x"},
      {{"ec2", "describe-volumes", "--region"}, "expected one argument"},
      {{"iam", "get-role"}, "the following arguments are required: --role-name"},
      {{"s3api", "get-object", "--bucket", "b", "--key", "k"}, "required: outfile"},
      {{"ec2", "describe-volumes", "--output", "table"}, "json"},
      {{"ec2", "describe-volumes", "--filters", "Name"},
       "Error parsing parameter '--filters': Expected: '='"},
      {{"ec2", "describe-volumes", "--filters", "{"}, "Invalid JSON"},
      {{"iam", "list-users", "--no-paginate", "--max-items", "x"}, "invalid literal for int()"},
  };
  for (const auto& [args, words] : cases) {
    const auto command = parse_aws_command(args);
    ASSERT_FALSE(command.has_value()) << words;
    EXPECT_NE(command.error().message.find(words), std::string::npos) << command.error().message;
    EXPECT_TRUE(aws_exit_code(command.error()) == kAwsExitUsage || command.error().code == "ValueError");
  }
}

// A text must be one: what is not UTF-8 would arrive as something else.
TEST(AwsArguments, ATextFileThatIsNoTextIsRefused) {
  const std::string path = testing::TempDir() + "aws_arguments_bytes";
  std::ofstream(path, std::ios::binary) << "\xff\xfe";
  const auto text = parse_aws_command({"iam", "get-user", "--user-name", "file://" + path});
  ASSERT_FALSE(text.has_value());
  EXPECT_NE(text.error().message.find("could not be decoded"), std::string::npos) << text.error().message;
  EXPECT_TRUE(parse_aws_command({"kms", "encrypt", "--key-id", "k", "--plaintext", "fileb://" + path}));
  std::remove(path.c_str());
}

TEST(AwsArguments, PagingByHandSwitchesOursOff) {
  auto command = parse_aws_command({"ec2", "describe-volumes", "--max-results", "5"});
  ASSERT_TRUE(command.has_value());
  EXPECT_FALSE(command->globals.paginate);
  command = parse_aws_command({"iam", "list-users", "--max-items", "3", "--page-size", "2"});
  ASSERT_TRUE(command.has_value());
  EXPECT_TRUE(command->globals.paginate);
  EXPECT_EQ(command->paging.max_items, 3);
  EXPECT_EQ(command->paging.page_size, 2);
  command = parse_aws_command({"iam", "list-users", "--max-items", "3", "--no-paginate"});
  ASSERT_TRUE(command.has_value());
  EXPECT_EQ(to_json(command->params), R"({"MaxItems":3})");
}

TEST(AwsPages, TokensAreExchangeableWithTheAwsCli) {
  // What the AWS CLI prints for --max-items 1 on the first page.
  const std::string theirs = "eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==";
  EXPECT_EQ(encode_page_token(JsonObject{{"Marker", nullptr}, {"boto_truncate_amount", 1}}), theirs);
  EXPECT_EQ(to_json(decode_page_token(theirs, "Marker")), R"({"Marker":null,"boto_truncate_amount":1})");
  EXPECT_EQ(to_json(decode_page_token("plain", "Marker")), R"({"Marker":"plain"})");
}

TEST(AwsPrint, WritesDocumentsAsPythonDoes) {
  const Json document = JsonObject{{"a", JsonArray{1, 2.0, 0.1, 1e16, 1e-5, -2.5e-7, 123456789012345680.0}},
                                   {"empty", JsonArray{}},
                                   {"none", JsonObject{}},
                                   {"text", "ü \"x\"\n"},
                                   {"null", nullptr}};
  EXPECT_EQ(
      aws_document_text(document),
      "{\n    \"a\": [\n        1,\n        2.0,\n        0.1,\n        1e+16,\n        1e-05,\n"
      "        -2.5e-07,\n        1.2345678901234568e+17\n    ],\n    \"empty\": [],\n    \"none\": {},\n"
      "    \"text\": \"ü \\\"x\\\"\\n\",\n    \"null\": null\n}\n");
  EXPECT_EQ(aws_document_text(JsonObject()), "");
}

TEST(AwsPrint, WordsErrorsAsTheAwsCli) {
  Error answered = make_error(ErrorKind::denied, "AccessDenied", "no")
                       .note("http_status", "403")
                       .note("operation", "ListUsers");
  EXPECT_EQ(aws_error_text(answered),
            "\nAn error occurred (AccessDenied) when calling the ListUsers operation: no\n");
  EXPECT_EQ(aws_exit_code(answered), 254);
  EXPECT_EQ(aws_exit_code(make_error(ErrorKind::denied, "no_credentials", "")), 253);
  EXPECT_EQ(aws_exit_code(make_error(ErrorKind::invalid, "ParamValidation", "")), 252);
  EXPECT_EQ(aws_exit_code(make_error(ErrorKind::unavailable, "connection_failed", "")), 255);
}

}  // namespace
}  // namespace hm::cli
