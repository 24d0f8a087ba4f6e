// For tests: an HTTP transport that answers from a function, on the caller's thread.
#pragma once

#include <functional>

#include "base/http_client.h"

namespace hm::collect {

class ReplayTransport final : public HttpTransport {
 public:
  using Answer = std::function<Result<HttpResponse>(const HttpRequest&)>;
  explicit ReplayTransport(Answer answer) : answer_(std::move(answer)) {}
  void start(HttpRequest request, Done done) override { done(answer_(request)); }

 private:
  Answer answer_;
};

}  // namespace hm::collect
