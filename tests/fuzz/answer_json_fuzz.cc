#include "aws/protocol.h"
#include "fuzz.h"

using namespace hm;

namespace {

struct Target {
  std::string_view service;
  std::string_view operation;
};

constexpr Target kTargets[] = {{"dynamodb", "GetItem"},     {"cloudwatch", "GetMetricData"},
                               {"lambda", "ListFunctions"}, {"kms", "ListKeys"},
                               {"lambda", "Invoke"},        {"bedrock-agent", "GetPrompt"},
                               {"ce", "GetCostAndUsage"},   {"apigateway", "GetExport"}};

}  // namespace

// Header fields up to an empty line, then the body; the first byte chooses the operation and the status.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Target& target = kTargets[data[0] % std::size(kTargets)];
  const auto service = aws::find_service(target.service);
  const auto operation = service->find(target.operation);
  HttpResponse response;
  response.status = data[0] >= 128 ? 400 : 200;
  std::string_view rest = fuzz::text(data + 1, size - 1);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) break;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 1)));
  }
  response.body = rest;
  const auto result = aws::parse(*service, *operation, std::move(response));
  if (result.has_value()) {
    HM_CHECK(result->is_object() && parse_json(to_json(*result)).has_value());
  } else {
    HM_CHECK(!result.error().code.empty() && parse_json(to_json(Json(result.error().message))).has_value());
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {
      std::string(1, '\0') +
          "\n{\"Item\":{\"a\":{\"N\":\"1\"},\"b\":{\"L\":[{\"BOOL\":true},{\"B\":\"aGk=\"}]}}}",
      "\1\n{\"MetricDataResults\":[{\"Timestamps\":[1.795e9,\"x\",1e400],\"Values\":[1,2.5,\"NaN\"]}]}",
      ("\2\n{\"Functions\":[{\"FunctionName\":\"f\",\"MemorySize\":128.0,\"Timeout\":\"3\"}],\"NextMarker\":"
       "null}"),
      "\4X-Amz-Log-Result:aGk=\nX-Amz-Executed-Version:$LATEST\n\nraw",
      ("\5\n{\"variants\":[{\"genAiResource\":{\"agent\":{\"agentIdentifier\":\"a\"}},"
       "\"templateConfiguration\":{\"x\":1}}]}"),
      ("\x80x-amzn-errortype:A#B:http://"
       "c\nx-amzn-query-error:Code;Sender\n\n{\"__type\":\"q#r\",\"message\":\"m\"}"),
  };
}
