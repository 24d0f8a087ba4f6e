#include "aws/protocol.h"
#include "fuzz.h"

using namespace hm;

namespace {

struct Target {
  std::string_view service;
  std::string_view operation;
};

constexpr Target kTargets[] = {{"ec2", "RunInstances"},
                               {"sns", "SetSubscriptionAttributes"},
                               {"dynamodb", "PutItem"},
                               {"s3", "PutObject"},
                               {"s3", "PutBucketAcl"},
                               {"lambda", "Invoke"},
                               {"cloudwatch", "PutMetricData"},
                               {"s3control", "CreateJob"},
                               {"partnercentral-revenue-measurement", ""}};

}  // namespace

// Any JSON for parameters: refused in words, or written. The first byte chooses the operation.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Target& target = kTargets[data[0] % std::size(kTargets)];
  const auto params = parse_json(fuzz::text(data + 1, size - 1));
  if (!params.has_value()) return 0;
  const auto service = aws::find_service(target.service);
  const auto operation =
      target.operation.empty() ? service->operations().front() : *service->find(target.operation);
  aws::SerializeOptions options;
  options.new_token = [] { return std::string("token"); };
  const auto request = aws::serialize(*service, operation, *params, options);
  if (request.has_value()) {
    HM_CHECK(!request->method.empty());
    HM_CHECK(request->path.find_first_of(" \r\n") == std::string::npos);
  } else {
    HM_CHECK(request.error().kind == ErrorKind::invalid);
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  using namespace std::string_literals;
  return {
      "\0{\"MinCount\":1,\"MaxCount\":2,\"TagSpecifications\":[{\"Tags\":[{\"Key\":\"a\",\"Value\":null}]}]}"s,
      "\2{\"TableName\":\"t\",\"Item\":{\"a\":{\"N\":\"1\"},\"b\":{\"B\":\"aGk=\"},\"c\":{\"M\":{\"d\":{\"NULL\":true}}}}}"s,
      "\3{\"Bucket\":\"b\",\"Key\":\"k\",\"Body\":\"aGk=\",\"Metadata\":{\"a\":\"b\"},\"Expires\":\"2026-11-23\"}"s,
      "\4{\"Bucket\":\"b\",\"AccessControlPolicy\":{\"Grants\":[{\"Grantee\":{\"Type\":\"Group\",\"URI\":\"u\"}}]}}"s,
      "\5{\"FunctionName\":\"f\",\"Payload\":\"e30=\",\"Qualifier\":\"1\"}"s,
      "\6{\"Namespace\":\"n\",\"MetricData\":[{\"MetricName\":\"m\",\"Value\":\"NaN\",\"Timestamp\":1795424400}]}"s,
      "\7{\"AccountId\":\"1\",\"Priority\":1,\"RoleArn\":\"r\",\"Report\":{\"Enabled\":false}}"s,
      "\10{\"Catalog\":\"AWS\",\"ClientToken\":\"x\"}"s,
  };
}
