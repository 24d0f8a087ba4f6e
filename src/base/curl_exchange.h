// One HTTP exchange on one libcurl easy handle: options in, response or error out. Used by the curl transport
// alone; every method runs on its thread.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include <curl/curl.h>

#include "base/http_client.h"

namespace hm {

class CurlExchange {
 public:
  CurlExchange(HttpRequest request, HttpTransport::Done done);
  ~CurlExchange();
  CurlExchange(const CurlExchange&) = delete;
  CurlExchange& operator=(const CurlExchange&) = delete;

  // Sets every option on a fresh or reset handle; the handle stays the transport's.
  void prepare(CURL* easy, const CurlOptions& options);
  // Calls back with what came of it.
  void finish(CURLcode code);
  using Steady = std::chrono::steady_clock;
  // The earliest time at which the exchange can have been silent for too long, as far as is known `now`.
  Steady::time_point deadline(Steady::time_point now) const;
  void fail_as_silent();
  void fail(Error error);
  CURL* easy() const { return easy_; }
  const HttpRequest& request() const { return request_; }
  // Lives as long as the exchange is under way: asks the transport to drop it.
  template <class F>
  void on_stop(F callback) {
    stop_.emplace(request_.stop, std::function<void()>(std::move(callback)));
  }

 private:
  void set_method();
  void set_headers(const CurlOptions& options);
  void set_network(const CurlOptions& options);
  static size_t on_body(char* data, size_t size, size_t count, void* self);
  static size_t on_header(char* data, size_t size, size_t count, void* self);
  static int before_request(void* self, char*, char*, int, int);
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent);
  Error error_of(CURLcode code) const;

  HttpRequest request_;
  HttpTransport::Done done_;
  HttpResponse response_;
  CURL* easy_ = nullptr;
  curl_slist* fields_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> message_{};
  size_t header_bytes_ = 0;
  bool too_large_ = false;
  int times_sent_ = 0;
  curl_off_t moved_ = 0;  // bytes of bodies, in both directions
  Steady::time_point last_moved_{};
  std::optional<std::stop_callback<std::function<void()>>> stop_;
};

// Why the request cannot be sent as it is (a line break in a header or the URL), else ok.
Status check_request(const HttpRequest& request);

}  // namespace hm
