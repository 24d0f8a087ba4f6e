// Recorded answers of real AWS accounts, in parsed form, served over the wire: the simulator's dispatcher and
// writers turn requests into operations and documents into answers, so the client reads them as it reads AWS.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/http_client.h"
#include "sim/server/dispatch.h"
#include "vectors.h"

namespace hm::conformance {

// One answer: a document, or a refusal where the status says so.
struct RecordedAnswer {
  std::string file;  // "ec2.DescribeInstances_1.json"
  int status = 200;
  Json data = JsonObject{};  // datetimes as ISO text, without ResponseMetadata
};

// "elasticloadbalancing.DescribeTags" -> its answers, in order. The prefix is that of the endpoint.
using Flight = std::map<std::string, std::vector<RecordedAnswer>>;
Result<Flight> read_flight(const Path& folder);

// The operation that a recorded answer belongs to: of services that share a prefix, the one whose output has
// its members. Nothing where the models have no such operation.
struct Recorded {
  aws::Service service;
  aws::Operation operation;
};
std::optional<Recorded> operation_of(const std::string& name, const RecordedAnswer& answer);

// The bytes that AWS would have sent.
HttpResponse written(const Recorded& recorded, const RecordedAnswer& answer);

// Serves a flight: the answers of an operation in their order, then from the first again. What was not
// recorded is denied, as a policy without that permission would. Not thread-safe.
class FlightTransport final : public HttpTransport {
 public:
  explicit FlightTransport(const Flight& flight) : flight_(flight) {}
  void start(HttpRequest request, Done done) override;

  // The answers that were given out, by operation; and the operations that had none.
  const std::map<std::string, std::vector<const RecordedAnswer*>>& served() const { return served_; }

 private:
  Result<HttpResponse> answer(const HttpRequest& request);

  const Flight& flight_;
  sim::Dispatcher dispatcher_;
  std::map<std::string, std::vector<const RecordedAnswer*>> served_;
};

}  // namespace hm::conformance
