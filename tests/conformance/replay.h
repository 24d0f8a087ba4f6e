// Recorded HTTP traffic, answered in its order.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/http_client.h"

namespace hm::conformance {

// Compares what is asked with what was recorded: method, address, and the headers that bear a token. Dates,
// signatures and bodies differ from run to run.
class Replay final : public HttpTransport {
 public:
  // No file is no traffic.
  explicit Replay(const std::filesystem::path& file);

  void start(HttpRequest request, Done done) override;
  // What did not fit; empty where everything did, and all of the traffic was used.
  std::string complaints() const;

 private:
  struct Exchange {
    HttpRequest request;
    HttpResponse response;
  };
  std::vector<Exchange> exchanges_;
  size_t next_ = 0;
  std::string complaints_;
};

}  // namespace hm::conformance
