// One HTTP/1.1 connection: reads a request, hands it to the pool, writes the answer, and again.
// Private to http_server*.cc; everything runs on the I/O thread but run_handler() and pull().
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/http_server_core.h"

namespace hm {

class HttpConnection final : public ServerConnection, public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(HttpServerCore& core, std::unique_ptr<ServerStream> stream, std::string peer);

  void start();
  void stop() override;
  void abort() override;
  bool idle() const override { return state_ == State::idle; }
  std::optional<std::chrono::steady_clock::time_point> waits_since() const override { return waits_since_; }

 private:
  enum class State { handshake, idle, reading, handling, writing, draining, closed };
  using ErrorCode = boost::system::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void begin_request();
  void parse();
  void read_more();
  void on_read(const ErrorCode& error, size_t count);
  void send_continue();
  void on_parsed();
  void refuse(int status, std::string_view reason);
  void handle();
  void handle_upgrade();

  void respond(ServerResponse response);
  std::string head_of(const ServerResponse& response);
  void write_body();
  void write_slice(const char* data, size_t size, size_t at);
  void on_written();
  void pull();
  void on_pulled(Result<std::string> piece);
  bool hold(size_t bytes);
  void let_go();
  void finish_response();
  void drain();
  void close(bool reset);

  void arm_deadline(std::chrono::milliseconds limit);
  void disarm_deadline();
  void on_deadline();

  HttpServerCore& core_;
  std::unique_ptr<ServerStream> stream_;
  const std::string peer_;
  boost::asio::steady_timer deadline_;
  State state_ = State::handshake;
  bool stopping_ = false;
  bool continued_ = false;   // "100 Continue" was sent for this request
  bool keep_alive_ = false;  // after this response
  bool chunked_ = false;
  bool drain_after_ = false;  // unread bytes of the request may still be on their way
  size_t drained_bytes_ = 0;
  size_t held_bytes_ = 0;  // our part of the core's unsent_bytes
  std::optional<std::chrono::steady_clock::time_point> waits_since_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  ServerRequest request_;
  ServerResponse response_;
  std::string head_;
  std::string piece_;
  bool last_piece_ = false;
};

}  // namespace hm
