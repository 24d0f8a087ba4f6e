#include "base/http_server_connection.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "base/forwarded.h"
#include "base/http_server_response.h"
#include "base/log.h"

namespace hm {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr size_t kReadBytes = 16 * 1024;

std::string_view text(boost::beast::string_view view) { return {view.data(), view.size()}; }

bool wants_upgrade(const ServerRequest& request) {
  if (!equal_ignoring_case(request.headers.get("upgrade"), "websocket")) return false;
  const std::string_view connection = request.headers.get("connection");
  return http::token_list(boost::beast::string_view(connection.data(), connection.size())).exists("upgrade");
}

// One catch-all at the top of a request: what a third-party library throws must not end the program.
template <class F>
auto guarded(F&& f) -> Result<std::invoke_result_t<F&>> {
  try {
    return f();
  } catch (const std::exception& thrown) {
    return make_error(ErrorKind::internal, "exception", thrown.what());
  }
}

}  // namespace

HttpConnection::HttpConnection(HttpServerCore& core, std::unique_ptr<ServerStream> stream, std::string peer)
    : core_(core),
      stream_(std::move(stream)),
      peer_(std::move(peer)),
      deadline_(core.io),
      buffer_(core.options.max_header_bytes + kReadBytes) {}

void start_http_connection(HttpServerCore& core, std::unique_ptr<ServerStream> stream, std::string peer) {
  auto connection = std::make_shared<HttpConnection>(core, std::move(stream), std::move(peer));
  core.add(connection);
  connection->start();
}

void HttpConnection::start() {
  arm_deadline(core_.options.idle_timeout);
  stream_->handshake([self = shared_from_this()](const ErrorCode& error, size_t) {
    if (error) return self->close(false);
    self->begin_request();
  });
}

void HttpConnection::begin_request() {
  if (state_ == State::closed) return;
  if (stopping_) return close(false);
  parser_.emplace();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(core_.options.max_header_bytes));
  parser_->body_limit(core_.options.max_body_bytes);
  continued_ = false;
  state_ = buffer_.size() == 0 ? State::idle : State::reading;
  // One deadline for the whole request: a client that sends a byte now and then gains nothing by it.
  arm_deadline(core_.options.idle_timeout);
  if (buffer_.size() == 0) return read_more();
  parse();
}

void HttpConnection::read_more() {
  const size_t room = std::min(kReadBytes, buffer_.max_size() - buffer_.size());
  if (room == 0) return refuse(431, "request header too large");
  stream_->read_some(
      buffer_.prepare(room),
      [self = shared_from_this()](const ErrorCode& error, size_t count) { self->on_read(error, count); });
}

void HttpConnection::on_read(const ErrorCode& error, size_t count) {
  if (state_ == State::closed) return;
  if (error) return close(false);
  buffer_.commit(count);
  if (state_ == State::idle) {
    state_ = State::reading;
    arm_deadline(core_.options.idle_timeout);
  }
  parse();
}

void HttpConnection::parse() {
  while (!parser_->is_done()) {
    ErrorCode error;
    const size_t used = buffer_.size() == 0 ? 0 : parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error == http::error::need_more) error = {};
    if (error == http::error::header_limit) return refuse(431, "request header too large");
    if (error == http::error::body_limit) return refuse(413, "request body too large");
    if (error) return refuse(400, "malformed request");
    if (parser_->is_done()) break;
    if (used != 0 && buffer_.size() != 0) continue;
    if (parser_->is_header_done() && !continued_ &&
        equal_ignoring_case(text(parser_->get()[http::field::expect]), "100-continue")) {
      return send_continue();
    }
    return read_more();
  }
  on_parsed();
}

void HttpConnection::send_continue() {
  continued_ = true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  stream_->write({asio::buffer(kContinue)}, [self = shared_from_this()](const ErrorCode& error, size_t) {
    if (error || self->state_ == State::closed) return self->close(false);
    self->read_more();
  });
}

void HttpConnection::on_parsed() {
  auto message = parser_->release();
  parser_.reset();
  request_ = ServerRequest();
  request_.method = text(message.method_string());
  request_.target = text(message.target());
  // Two of them could mean one host to a proxy and another one to us.
  if (message.count(http::field::host) > 1) return refuse(400, "more than one Host");
  for (const auto& field : message) {
    request_.headers.add(std::string(text(field.name_string())), std::string(text(field.value())));
  }
  request_.body = std::move(message.body());
  request_.peer = peer_;
  request_.tls = stream_->tls();
  apply_forwarded(request_, core_.options.trusted_proxies);
  keep_alive_ = message.keep_alive() && !stopping_;
  chunked_ = message.version() >= 11;
  drain_after_ = false;
  state_ = State::handling;
  disarm_deadline();  // a handler has its own limits
  const bool upgrade = core_.upgrade && wants_upgrade(request_);
  const bool taken = core_.pool.try_post(
      [self = shared_from_this(), upgrade] { upgrade ? self->handle_upgrade() : self->handle(); });
  if (!taken) refuse(503, "too busy");
}

void HttpConnection::refuse(int status, std::string_view reason) {
  if (!request_.method.empty() && state_ != State::handling) request_ = ServerRequest();
  // After a malformed or oversized request, nobody knows where the next one begins.
  if (state_ != State::handling) keep_alive_ = false;
  drain_after_ = state_ != State::handling;
  respond(plain_response(status, reason));
}

void HttpConnection::handle() {
  Result<ServerResponse> response = guarded([&] { return core_.handler(request_); });
  if (!response) {
    log_error("http", "a handler failed: " + response.error().text());
    response = plain_response(500, "internal error");
  }
  asio::post(core_.io, [self = shared_from_this(), answer = std::move(*response)]() mutable {
    self->respond(std::move(answer));
  });
}

void HttpConnection::handle_upgrade() {
  using Decision = std::variant<WebSocketHandler, ServerResponse>;
  Result<Decision> decision = guarded([&] { return core_.upgrade(request_); });
  if (!decision) {
    log_error("http", "an upgrade failed: " + decision.error().text());
    decision = Decision(plain_response(500, "internal error"));
  }
  asio::post(core_.io, [self = shared_from_this(), chosen = std::move(*decision)]() mutable {
    if (self->state_ == State::closed) return;
    if (auto* refusal = std::get_if<ServerResponse>(&chosen)) return self->respond(std::move(*refusal));
    self->state_ = State::closed;
    self->disarm_deadline();
    self->core_.remove(self);
    start_websocket_connection(self->core_, std::move(self->stream_), self->request_,
                               std::move(std::get<WebSocketHandler>(chosen)));
  });
}

void HttpConnection::stop() {
  stopping_ = true;
  keep_alive_ = false;
  if (state_ == State::idle || state_ == State::handshake) close(false);
}

void HttpConnection::abort() { close(true); }

void HttpConnection::close(bool reset) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  disarm_deadline();
  let_go();
  stream_->close(reset);
  core_.remove(shared_from_this());
}

void HttpConnection::arm_deadline(std::chrono::milliseconds limit) {
  waits_since_ = asio::steady_timer::clock_type::now();
  deadline_.expires_after(limit);
  deadline_.async_wait([weak = weak_from_this()](const ErrorCode& error) {
    if (error) return;
    if (auto self = weak.lock()) self->on_deadline();
  });
}

void HttpConnection::disarm_deadline() {
  waits_since_.reset();
  deadline_.cancel();
}

void HttpConnection::on_deadline() {
  if (state_ == State::closed || deadline_.expiry() > asio::steady_timer::clock_type::now()) return;
  close(state_ == State::writing);
}

}  // namespace hm
