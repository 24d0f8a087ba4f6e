#include "aws/endpoint_rules.h"
#include "fuzz.h"

using namespace hm;

namespace {

const aws::Partitions& partitions() {
  static const aws::Partitions kPartitions = std::move(*aws::Partitions::parse(
      R"({"partitions":[{"id":"aws","regionRegex":"^(us|eu)\\-\\w+\\-\\d+$","regions":{"us-east-1":{}},
          "outputs":{"name":"aws","dnsSuffix":"amazonaws.com","supportsFIPS":true}}]})"));
  return kPartitions;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = fuzz::text(data, size);
  const auto document = parse_json(input);
  if (document.has_value()) {
    const auto rules = aws::RuleSet::compile(*document);
    if (rules.has_value()) {
      static_cast<void>(rules->evaluate(*document, partitions()));
      static_cast<void>(
          rules->evaluate(Json(JsonObject{{"Region", "us-east-1"}, {"Bucket", "a"}}), partitions()));
    } else {
      HM_CHECK(rules.error().kind == ErrorKind::corrupt);
    }
  }
  static_cast<void>(aws::Partitions::parse(input));
  static_cast<void>(partitions().of_region(input).id.size());
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {
      R"({"parameters":{"Region":{"type":"string","builtIn":"AWS::Region"},"UseFIPS":{"type":"boolean","default":false,
      "required":true}},"rules":[{"type":"tree","conditions":[{"fn":"aws.partition","argv":[{"ref":"Region"}],
      "assign":"P"}],"rules":[{"type":"error","conditions":[{"fn":"booleanEquals","argv":[{"ref":"UseFIPS"},true]}],
      "error":"no {Region}"},{"type":"endpoint","conditions":[],"endpoint":{"url":"https://x.{Region}.{P#dnsSuffix}",
      "properties":{"authSchemes":[{"name":"sigv4","signingRegion":"{Region}"}]},"headers":{"h":["{{a}}"]}}}]}]})",
      R"({"parameters":{"Bucket":{"type":"String"}},"rules":[{"type":"endpoint","conditions":[{"fn":"isSet","argv":
      [{"ref":"Bucket"}]},{"fn":"aws.parseArn","argv":[{"ref":"Bucket"}],"assign":"a"},{"fn":"getAttr","argv":
      [{"ref":"a"},"resourceId[0]"],"assign":"r"},{"fn":"not","argv":[{"fn":"stringEquals","argv":[{"ref":"r"},""]}]},
      {"fn":"substring","argv":[{"ref":"Bucket"},0,3,true],"assign":"s"}],"endpoint":{"url":"https://{r}.{s}"}}]})",
      "us-east-1", "eu-west-99"};
}
