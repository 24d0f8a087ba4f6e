#include "base/http_client.h"

#include <future>

namespace hm {

Result<HttpResponse> HttpTransport::send(HttpRequest request) {
  // Shared, because the transport may still be inside set_value() when the waiter has its answer.
  auto answer = std::make_shared<std::promise<Result<HttpResponse>>>();
  auto waiting = answer->get_future();
  start(std::move(request),
        [answer](Result<HttpResponse> response) { answer->set_value(std::move(response)); });
  return waiting.get();
}

}  // namespace hm
