#include "aws/protocol.h"

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

struct Call {
  Service service;
  Operation operation;
};

Call call(std::string_view service, std::string_view operation) {
  const auto found = find_service(service);
  return {*found, *found->find(operation)};
}

Json json(std::string_view text) { return *parse_json(text); }

WireRequest request(std::string_view service, std::string_view operation, std::string_view params) {
  const Call made = call(service, operation);
  SerializeOptions options;
  options.new_token = [] { return std::string("token-1"); };
  auto result = serialize(made.service, made.operation, json(params), options);
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().message);
  return result ? *result : WireRequest{};
}

std::string fault(std::string_view service, std::string_view operation, std::string_view params) {
  const Call made = call(service, operation);
  const auto result = serialize(made.service, made.operation, json(params));
  return result ? "no fault" : result.error().message;
}

std::string answer(std::string_view service, std::string_view operation, HttpResponse response) {
  const Call made = call(service, operation);
  const auto result = parse(made.service, made.operation, std::move(response));
  return result ? to_json(*result) : "error: " + result.error().message;
}

Error error(std::string_view service, std::string_view operation, HttpResponse response) {
  const Call made = call(service, operation);
  const auto result = parse(made.service, made.operation, std::move(response));
  return result ? Error{} : result.error();
}

TEST(Protocol, WritesEc2) {
  const auto made =
      request("ec2", "DescribeVolumes",
              R"({"Filters":[{"Name":"tag:a b","Values":["x&y","z"]}],"MaxResults":5,"DryRun":false})");
  EXPECT_EQ(made.method, "POST");
  EXPECT_EQ(made.path, "/");
  EXPECT_EQ(made.headers.get("content-type"), "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_EQ(made.body,
            "Action=DescribeVolumes&Version=2016-11-15&Filter.1.Name=tag%3Aa+b&Filter.1.Value.1=x%26y"
            "&Filter.1.Value.2=z&MaxResults=5&DryRun=false");
  EXPECT_EQ(request("ec2", "CreateVolume", R"({"AvailabilityZone":"eu-west-1a"})").body,
            "Action=CreateVolume&Version=2016-11-15&AvailabilityZone=eu-west-1a&ClientToken=token-1");
  EXPECT_EQ(request("ec2", "DescribeVolumes", R"({"VolumeIds":[]})").body,
            "Action=DescribeVolumes&Version=2016-11-15");
}

TEST(Protocol, WritesQuery) {
  EXPECT_EQ(request("sts", "GetCallerIdentity", "{}").body, "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(request("autoscaling", "DescribeAutoScalingGroups", R"({"AutoScalingGroupNames":["a"]})").body,
            "Action=DescribeAutoScalingGroups&Version=2011-01-01&AutoScalingGroupNames.member.1=a");
  EXPECT_EQ(request("rds", "DescribeDBInstances", R"({"Filters":[{"Name":"n","Values":[]}]})").body,
            "Action=DescribeDBInstances&Version=2014-10-31&Filters.Filter.1.Name=n&Filters.Filter.1.Values=");
}

TEST(Protocol, WritesJson) {
  const auto made = request("dynamodb", "ListTables", R"({"Limit":3})");
  EXPECT_EQ(made.headers.get("x-amz-target"), "DynamoDB_20120810.ListTables");
  EXPECT_EQ(made.headers.get("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(made.body, R"({"Limit": 3})");
  EXPECT_EQ(request("cloudwatch", "ListMetrics", "{}").headers.get("x-amzn-query-mode"), "true");
  EXPECT_EQ(
      request("cloudwatch", "GetMetricStatistics",
              R"({"Namespace":"é\"","MetricName":"m","StartTime":"2026-11-23T08:00:00Z",
                        "EndTime":1795424400,"Period":60})")
          .body,
      R"({"Namespace": "\u00e9\"", "MetricName": "m", "StartTime": 1795420800, "EndTime": 1795424400, "Period": 60})");
}

TEST(Protocol, WritesRestJson) {
  const auto made = request("lambda", "ListVersionsByFunction", R"({"FunctionName":"a b/c","MaxItems":2})");
  EXPECT_EQ(made.method, "GET");
  EXPECT_EQ(made.path, "/2015-03-31/functions/a%20b%2Fc/versions");
  EXPECT_EQ(made.query, "MaxItems=2");
  EXPECT_EQ(made.body, "");
  const auto invoked =
      request("lambda", "Invoke", R"({"FunctionName":"f","Payload":"e30=","LogType":"Tail"})");
  EXPECT_EQ(invoked.body, "{}");
  EXPECT_EQ(invoked.headers.get("X-Amz-Log-Type"), "Tail");
  EXPECT_EQ(invoked.headers.get("Content-Type"), "application/octet-stream");
  const auto tagged = request("lambda", "TagResource", R"({"Resource":"arn:aws:x","Tags":{"k":"v"}})");
  EXPECT_EQ(tagged.body, R"({"Tags": {"k": "v"}})");
  EXPECT_EQ(tagged.headers.get("content-type"), "application/json");
}

TEST(Protocol, WritesRestXml) {
  const auto made =
      request("s3", "PutBucketTagging", R"({"Bucket":"b","Tagging":{"TagSet":[{"Key":"a<b","Value":""}]}})");
  EXPECT_EQ(made.method, "PUT");
  EXPECT_EQ(made.path, "") << "the bucket is in the endpoint";
  EXPECT_EQ(made.query, "tagging");
  EXPECT_EQ(
      made.body,
      "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><TagSet><Tag><Key>a&lt;b</Key><Value />"
      "</Tag></TagSet></Tagging>");
  EXPECT_EQ(request("s3", "GetObject", R"({"Bucket":"b","Key":"a/b c"})").path, "/a/b%20c");
  const auto put =
      request("s3", "PutObject", R"({"Bucket":"b","Key":"k","Body":"aGk=","Metadata":{"x":"1"}})");
  EXPECT_EQ(put.body, "hi");
  EXPECT_TRUE(put.streaming);
  EXPECT_EQ(put.headers.get("x-amz-meta-x"), "1");
  EXPECT_EQ(put.headers.find("Content-Type"), nullptr) << "what a stream holds only the caller can say";
  EXPECT_EQ(made.headers.get("Content-Type"), "application/xml");
}

TEST(Protocol, FillsHostPrefixes) {
  EXPECT_EQ(request("s3control", "ListJobs", R"({"AccountId":"111122223333"})").host_prefix, "111122223333.");
  EXPECT_NE(fault("s3control", "ListJobs", R"({"AccountId":"a/b"})").find("AccountId. Must contain only"),
            std::string::npos);
}

TEST(Protocol, ReportsAllFaultsAtOnce) {
  EXPECT_EQ(
      fault("s3", "PutObject", R"({"Bucket":"","ContentLength":"x","Metadata":[],"Body":"?"})"),
      "Parameter validation failed:\n"
      "Missing required parameter in input: \"Key\"\n"
      "Invalid type for parameter ContentLength, value: x, type: <class 'str'>, valid types: <class 'int'>\n"
      "Invalid type for parameter Metadata, value: [], type: <class 'list'>, valid types: <class 'dict'>\n"
      "Invalid value for parameter Body: it is not base64");
  EXPECT_EQ(fault("s3", "DeleteBucketTagging", R"({"Bucket":"b","Nope":{}})"),
            "Parameter validation failed:\nUnknown parameter in input: \"Nope\", must be one of: Bucket, "
            "ExpectedBucketOwner");
  EXPECT_EQ(fault("s3", "GetObject", R"({"Bucket":"b","Key":""})"),
            "Parameter validation failed:\nInvalid length for parameter Key, value: 0, valid min length: 1");
  EXPECT_EQ(fault("ec2", "DescribeVolumes", R"({"Filters":[{"Name":{"a":["b",true,null]}}]})"),
            "Parameter validation failed:\nInvalid type for parameter Filters[0].Name, value: {'a': ['b', "
            "True, None]},"
            " type: <class 'dict'>, valid types: <class 'str'>");
}

TEST(Protocol, ReadsEc2) {
  HttpResponse response;
  response.status = 200;
  response.body =
      "<?xml version=\"1.0\"?><DescribeVolumesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">"
      "<requestId>r</requestId><volumeSet><item><volumeId>vol-1</volumeId><size>8</size>"
      "<createTime>2026-11-23T08:52:06.000Z</createTime><encrypted>true</encrypted><attachmentSet/>"
      "<tagSet><item><key>Name</key><value>a &amp; b</value></item></tagSet></item></volumeSet>"
      "</DescribeVolumesResponse>";
  EXPECT_EQ(answer("ec2", "DescribeVolumes", response),
            R"({"Volumes":[{"Tags":[{"Key":"Name","Value":"a & b"}],"VolumeId":"vol-1","Size":8,)"
            R"("CreateTime":"2026-11-23T08:52:06+00:00","Attachments":[],"Encrypted":true}]})");
}

TEST(Protocol, ReadsQuery) {
  HttpResponse response;
  response.status = 200;
  response.body =
      "<GetCallerIdentityResponse "
      "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
      "<Arn>arn:aws:iam::1:root</Arn><UserId>1</UserId><Account>1</Account></GetCallerIdentityResult>"
      "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>";
  EXPECT_EQ(answer("sts", "GetCallerIdentity", response),
            R"({"UserId":"1","Account":"1","Arn":"arn:aws:iam::1:root"})");
}

TEST(Protocol, ReadsJsonAndRest) {
  EXPECT_EQ(answer("dynamodb", "ListTables", {200, {}, R"({"TableNames":["a"],"Unknown":1})"}),
            R"({"TableNames":["a"]})");
  EXPECT_EQ(answer("s3", "HeadObject",
                   {200,
                    {{"Content-Length", "7"},
                     {"last-modified", "Mon, 23 Nov 2026 08:52:06 GMT"},
                     {"x-amz-meta-a", "1"}},
                    ""}),
            R"({"LastModified":"2026-11-23T08:52:06+00:00","ContentLength":7,"Metadata":{"a":"1"}})");
  EXPECT_EQ(answer("s3", "ListBuckets",
                   {200,
                    {},
                    "<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name></Bucket></Buckets>"
                    "</ListAllMyBucketsResult>"}),
            R"({"Buckets":[{"Name":"b"}]})");
}

TEST(Protocol, ReadsErrors) {
  const Error ec2 = error("ec2", "DescribeVolumes",
                          {403,
                           {},
                           "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message>"
                           "</Error></Errors><RequestID>r1</RequestID></Response>"});
  EXPECT_EQ(ec2.code, "UnauthorizedOperation");
  EXPECT_EQ(ec2.kind, ErrorKind::denied);
  EXPECT_EQ(ec2.notes.at("request_id"), "r1");
  EXPECT_EQ(ec2.notes.at("http_status"), "403");
  const Error sts = error("sts", "GetCallerIdentity",
                          {400,
                           {},
                           "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>slow"
                           "</Message></Error><RequestId>r2</RequestId></ErrorResponse>"});
  EXPECT_EQ(sts.kind, ErrorKind::throttled);
  EXPECT_EQ(sts.notes.at("fault"), "Sender");
  const Error json =
      error("dynamodb", "GetItem",
            {400,
             {{"x-amzn-RequestId", "r3"}},
             R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"})"});
  EXPECT_EQ(json.code, "ResourceNotFoundException");
  EXPECT_EQ(json.kind, ErrorKind::not_found);
  EXPECT_EQ(json.message, "m");
  const Error sqs = error("sqs", "GetQueueUrl",
                          {400,
                           {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
                           R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"})"});
  EXPECT_EQ(sqs.code, "AWS.SimpleQueueService.NonExistentQueue");
  const Error head = error("s3", "HeadObject", {404, {{"x-amz-request-id", "r4"}}, ""});
  EXPECT_EQ(head.code, "404");
  EXPECT_EQ(head.message, "Not Found");
  EXPECT_EQ(head.notes.at("request_id"), "r4");
  const Error proxy =
      error("ec2", "DescribeVolumes", {503, {}, "<html><body>Service Unavailable</body></html>"});
  EXPECT_EQ(proxy.code, "503");
  EXPECT_EQ(proxy.kind, ErrorKind::unavailable);
}

TEST(Protocol, RefusesWhatItCannotDo) {
  const Call stream = call("logs", "StartLiveTail");
  const auto refused = serialize(stream.service, stream.operation, json(R"({"logGroupIdentifiers":["a"]})"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "unsupported");
}

TEST(Protocol, CallsBrokenAnswersCorrupt) {
  EXPECT_EQ(error("ec2", "DescribeVolumes", {200, {}, "<a><b></a>"}).kind, ErrorKind::corrupt);
  EXPECT_EQ(error("dynamodb", "ListTables", {200, {}, "{"}).kind, ErrorKind::corrupt);
  EXPECT_EQ(error("ec2", "DescribeVolumes",
                  {200, {}, "<r><volumeSet><item><size>eight</size></item></volumeSet></r>"})
                .kind,
            ErrorKind::corrupt);
}

}  // namespace
}  // namespace hm::aws
