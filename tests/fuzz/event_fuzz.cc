#include "catalog/catalog.h"
#include "collect/event.h"
#include "collect/event_queue.h"
#include "fuzz.h"

using namespace hm;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto catalog = catalog::load_catalog(catalog::embedded_files()).value();
  static const collect::EventIndex index(*catalog);
  const std::string input(fuzz::text(data, size));
  if (const auto queue = collect::queue_address(input)) HM_CHECK(queue->account_id.size() == 12);
  const auto event = collect::parse_event(input);
  if (!event.has_value()) {
    HM_CHECK(event.error().code == "malformed");
    return 0;
  }
  const auto reading = index.read(*event);
  HM_CHECK(reading.recognized || reading.candidates.empty());
  HM_CHECK(reading.texts().size() <= 10'000);
  for (const auto& one : collect::resolve(reading, {})) {
    HM_CHECK(one.type != nullptr && !one.region.empty());
    for (const auto& key : one.keys) HM_CHECK(!key.empty());
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  const std::string head =
      R"({"version":"0","id":"1","account":"111111111111","time":"2026-11-28T12:00:00Z","region":"eu-west-1",)";
  return {
      head + R"("source":"aws.ec2","detail-type":"EC2 Instance State-change Notification","resources":[],)"
             R"("detail":{"instance-id":"i-1","state":"running"}})",
      head + R"("source":"aws.ec2","detail-type":"EBS Volume Notification",)"
             R"("resources":["arn:aws:ec2:eu-west-1:111111111111:volume/vol-1"],"detail":{}})",
      head + R"("source":"aws.ec2","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":)"
             R"("ec2.amazonaws.com","eventName":"CreateTags","awsRegion":"eu-west-1","requestParameters":)"
             R"({"resourcesSet":{"items":[{"resourceId":"vol-1"}]}},"responseElements":null}})",
      head + R"("source":"aws.health","detail-type":"AWS Health Event",)"
             R"("detail":{"affectedEntities":[{"entityValue":"i-1"}]}})",
      "https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events",
  };
}
