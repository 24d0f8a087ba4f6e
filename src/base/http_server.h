// HTTP as a server: plain and TLS, WebSocket, a bounded pool of handlers. Callers see values only; no
// header of the library behind it (Boost.Beast) is included anywhere but in this wrapper's .cc files.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/http.h"
#include "base/result.h"

namespace hm {

struct ServerRequest {
  std::string method;
  std::string target;  // as received: path and query, still percent-encoded
  HttpHeaders headers;
  std::string body;
  std::string peer;  // address of the other side, without the port; behind a trusted proxy, what it says
  bool tls = false;  // also where a trusted proxy says that it ends TLS
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const {
    const auto mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
  }
};

// Called until it gives an empty piece (the end) or an error (the connection is cut, so that a half
// export never looks whole). Called on a pool thread, one call at a time.
using BodySource = std::function<Result<std::string>()>;

struct ServerResponse {
  int status = 200;
  HttpHeaders headers;
  // Bytes, bytes that live as long as the program (embedded assets), or a source that is pulled.
  std::variant<std::string, std::string_view, BodySource> body;
};

// One open WebSocket. Thread-safe; sending to a closed or too slow one (queue over its limit) closes it.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  virtual void send(std::string text) = 0;
  virtual void close(uint16_t code, std::string reason) = 0;
};

struct WebSocketHandler {
  std::function<void(std::shared_ptr<WebSocket>)> on_open;
  std::function<void(const std::shared_ptr<WebSocket>&, std::string text)> on_text;
  std::function<void(const std::shared_ptr<WebSocket>&)> on_close;
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;             // 0: any free one
  std::string certificate_file;  // both or neither
  std::string private_key_file;
  std::vector<Network> trusted_proxies;  // whose X-Forwarded-For and X-Forwarded-Proto are believed
  int handler_threads = 4;
  size_t max_queued = 256;  // requests waiting for a handler; one more is answered 503
  size_t max_connections = 1024;
  size_t max_header_bytes = 64 * 1024;
  size_t max_body_bytes = 16 * 1024 * 1024;  // more is answered 413
  // Answers in memory that wait for slow readers; what would go beyond it is answered 503.
  size_t max_unsent_bytes = 256 * 1024 * 1024;
  std::chrono::seconds idle_timeout{60};
  // When there are as many connections as there may be, one whose client has let the server wait longer than
  // this makes room: longer than who means well needs between two packets.
  std::chrono::milliseconds patience{2'000};
};

class HttpServer {
 public:
  // Runs on a pool thread and may block.
  using Handler = std::function<ServerResponse(const ServerRequest&)>;
  // Decides on an upgrade: a handler to accept it, or the response that refuses it.
  using Upgrade = std::function<std::variant<WebSocketHandler, ServerResponse>(const ServerRequest&)>;

  virtual ~HttpServer() = default;  // stops accepting, waits for running handlers, closes the rest
  virtual uint16_t port() const = 0;
};

// Fails with code "address_in_use" or "bad_certificate", naming the address or file.
Result<std::unique_ptr<HttpServer>> start_http_server(ServerOptions options, HttpServer::Handler handler,
                                                      HttpServer::Upgrade upgrade = nullptr);

}  // namespace hm
