// HTTP as a client. CurlTransport runs libcurl's multi interface on a thread of its own and keeps connections
// alive; tests replay recorded answers through the same interface. It never follows a redirect, never
// retries and never signs: that is the caller's business.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/http.h"
#include "base/result.h"

namespace hm {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // exactly the bytes that are sent (and were signed)
  HttpHeaders headers;
  std::string body;
  std::chrono::milliseconds connect_timeout{5000};
  // How long not a byte may come or go once the request is on its way; 0: for ever. The whole exchange may
  // take kMostTimeouts times as long: an answer that flows is not cut, one that trickles ends all the same.
  std::chrono::milliseconds timeout{60000};
  static constexpr int kMostTimeouts = 10;
  size_t max_response_bytes = 256u * 1024 * 1024;  // more is an error of kind exhausted
  bool use_proxy = true;                           // instance metadata must never pass through one
  std::stop_token stop;                            // requested: the exchange ends at once, kind cancelled
};

struct HttpResponse {
  int status = 0;
  HttpHeaders headers;
  std::string body;
};

// Failures are of kind unavailable (no connection), timeout, exhausted (too large) or cancelled. The note
// "sent" is "no" where the request surely never left, so that a caller knows when repeating is safe.
class HttpTransport {
 public:
  using Done = std::function<void(Result<HttpResponse>)>;
  virtual ~HttpTransport() = default;
  // Calls `done` exactly once, on a thread of the transport (or the caller's, where the request is refused
  // before it is queued); it must not block. Thread-safe.
  virtual void start(HttpRequest request, Done done) = 0;
  // As start(), waiting for the answer.
  Result<HttpResponse> send(HttpRequest request);
};

struct CurlOptions {
  std::string ca_bundle{};   // file; empty: the system's
  std::string user_agent{};  // for requests that bring none of their own
  long max_connections_per_host = 32;
  long max_connections = 512;
  size_t max_requests = 8192;  // under way or waiting; one more is refused, kind exhausted
};

// Honours http_proxy, https_proxy and no_proxy. The destructor cancels what is under way.
std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options);

}  // namespace hm
