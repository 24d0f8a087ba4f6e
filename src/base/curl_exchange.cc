#include "base/curl_exchange.h"

#include <charconv>

namespace hm {

namespace {

// Room for a few hundred header fields; AWS's answers have some ten.
constexpr size_t kMaxHeaderBytes = 256 * 1024;
// Load balancers close connections that were idle for a minute; an older one is not worth trying.
constexpr long kMaxIdleSeconds = 50;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The host alone: a query may hold a signature, and user information a password.
std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return std::string(url);
}

}  // namespace

Status check_request(const HttpRequest& request) {
  const auto broken = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
  };
  bool bad = broken(request.url) || broken(request.method) || request.method.empty();
  for (const auto& [name, value] : request.headers)
    bad = bad || name.empty() || broken(name) || broken(value);
  if (!bad) return ok();
  return make_error(ErrorKind::invalid, "bad_request", "a line break or nothing where HTTP wants a text")
      .note("sent", "no");
}

CurlExchange::CurlExchange(HttpRequest request, HttpTransport::Done done)
    : request_(std::move(request)), done_(std::move(done)) {}

CurlExchange::~CurlExchange() { curl_slist_free_all(fields_); }

void CurlExchange::prepare(CURL* easy, const CurlOptions& options) {
  easy_ = easy;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message_.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &CurlExchange::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &CurlExchange::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &CurlExchange::before_request);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &CurlExchange::on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  set_method();
  set_headers(options);
  set_network(options);
}

void CurlExchange::set_method() {
  const std::string& method = request_.method;
  if (method == "HEAD") {
    curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool has_body = !request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  if (has_body) {
    curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.data());
  } else {
    curl_easy_setopt(easy_, CURLOPT_HTTPGET, 1L);
  }
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void CurlExchange::set_headers(const CurlOptions& options) {
  const auto append = [this](const std::string& line) { fields_ = curl_slist_append(fields_, line.c_str()); };
  for (const auto& [name, value] : request_.headers) {
    if (equal_ignoring_case(name, "content-length")) continue;  // libcurl counts the body itself
    append(value.empty() ? name + ";" : name + ": " + value);
  }
  // What libcurl would add of its own accord was not signed, so it must not appear.
  append("Expect:");
  for (const char* name : {"Accept", "Content-Type"}) {
    if (!request_.headers.find(name)) append(std::string(name) + ":");
  }
  if (!request_.headers.find("User-Agent")) {
    curl_easy_setopt(easy_, CURLOPT_USERAGENT,
                     options.user_agent.empty() ? nullptr : options.user_agent.c_str());
  }
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, fields_);
}

void CurlExchange::set_network(const CurlOptions& options) {
  // A signal would hit whichever thread it likes.
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.connect_timeout.count()));
  // The transport looks after the silence itself: libcurl's low-speed limit counts in whole seconds, averages
  // over five of them, and lets go by the wait for the first byte.
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(request_.timeout.count()) * HttpRequest::kMostTimeouts);
  curl_easy_setopt(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy_, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!request_.use_proxy) curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  // With a directory of certificates set, libcurl parses the whole bundle anew for every connection: 25 ms
  // instead of 0.6 ms. Without one its cache of the parsed bundle works.
  if (!options.ca_bundle.empty()) curl_easy_setopt(easy_, CURLOPT_CAINFO, options.ca_bundle.c_str());
  curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
}

size_t CurlExchange::on_body(char* data, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const size_t bytes = size * count;
  if (exchange.response_.body.size() + bytes > exchange.request_.max_response_bytes) {
    exchange.too_large_ = true;
    return 0;
  }
  exchange.response_.body.append(data, bytes);
  return bytes;
}

size_t CurlExchange::on_header(char* data, size_t size, size_t count, void* self) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  const size_t bytes = size * count;
  const std::string_view line(data, bytes);
  exchange.last_moved_ = Steady::now();
  exchange.header_bytes_ += bytes;
  if (exchange.header_bytes_ > kMaxHeaderBytes) {
    exchange.too_large_ = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // an interim answer (100) may have come before
    exchange.response_.headers = HttpHeaders();
    const auto space = line.find(' ');
    if (space != std::string_view::npos) {
      std::from_chars(line.data() + space + 1, line.data() + line.size(), exchange.response_.status);
    }
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos && colon > 0) {
    exchange.response_.headers.add(std::string(trimmed(line.substr(0, colon))),
                                   std::string(trimmed(line.substr(colon + 1))));
  }
  return bytes;
}

// libcurl sends a request again by itself where a kept connection turns out to be dead. Whether the first
// one was acted upon is unknown then, so the decision is the caller's.
int CurlExchange::before_request(void* self, char*, char*, int, int) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  exchange.last_moved_ = Steady::now();
  return exchange.times_sent_++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

int CurlExchange::on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
  auto& exchange = *static_cast<CurlExchange*>(self);
  if (received + sent != exchange.moved_) exchange.last_moved_ = Steady::now();
  exchange.moved_ = received + sent;
  return 0;
}

CurlExchange::Steady::time_point CurlExchange::deadline(Steady::time_point now) const {
  if (request_.timeout.count() <= 0) return Steady::time_point::max();
  return (times_sent_ == 0 ? now : last_moved_) + request_.timeout;
}

void CurlExchange::fail_as_silent() {
  const std::string why = "not a byte came for " + std::to_string(request_.timeout.count()) + " ms";
  why.copy(message_.data(), message_.size() - 1);
  finish(CURLE_OPERATION_TIMEDOUT);
}

void CurlExchange::finish(CURLcode code) {
  stop_.reset();
  if (code == CURLE_OK) {
    done_(std::move(response_));
  } else {
    done_(error_of(code));
  }
}

void CurlExchange::fail(Error error) {
  stop_.reset();
  done_(std::move(error).note("sent", times_sent_ > 0 ? "yes" : "no"));
}

Error CurlExchange::error_of(CURLcode code) const {
  std::string why = message_[0] ? message_.data() : curl_easy_strerror(code);
  ErrorKind kind = ErrorKind::unavailable;
  std::string reason = "connection_failed";
  if (too_large_) {
    kind = ErrorKind::exhausted;
    reason = "response_too_large";
    why = "the answer is larger than " + std::to_string(request_.max_response_bytes) + " bytes";
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    kind = ErrorKind::timeout;
    reason = times_sent_ > 0 ? "read_timeout" : "connect_timeout";
  } else if (code == CURLE_COULDNT_RESOLVE_HOST) {
    reason = "unresolved_host";
  } else if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    kind = ErrorKind::invalid;
    reason = "bad_url";
  } else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
    reason = "bad_certificate";
  } else if (times_sent_ > 0) {
    reason = "connection_closed";
  }
  return make_error(kind, reason, host_of(request_.url) + ": " + why)
      .note("sent", times_sent_ > 0 ? "yes" : "no");
}

}  // namespace hm
