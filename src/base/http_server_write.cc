// The second half of an HTTP connection: writing the answer.
#include <algorithm>
#include <cstdio>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/http_server_connection.h"
#include "base/http_server_response.h"
#include "base/log.h"

namespace hm {

namespace asio = boost::asio;

namespace {
// Each slice must be taken within the idle timeout, so that a slow reader of a large body is no fault and one
// that stands still is.
constexpr size_t kSliceBytes = 256 * 1024;
// How much of a refused request is read and thrown away, so that the refusal is not lost in a reset.
constexpr size_t kDrainBytes = 4 * 1024 * 1024;
constexpr std::chrono::seconds kDrainTime{2};
// Small bodies travel with the head in one packet.
constexpr size_t kJoinBytes = 16 * 1024;
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string_view bytes_of(const ServerResponse& response) {
  if (const auto* owned = std::get_if<std::string>(&response.body)) return *owned;
  if (const auto* fixed = std::get_if<std::string_view>(&response.body)) return *fixed;
  return {};
}
}  // namespace

void HttpConnection::respond(ServerResponse response) {
  if (state_ == State::closed) return;
  state_ = State::writing;
  response_ = std::move(response);
  if (const auto* owned = std::get_if<std::string>(&response_.body); owned && !hold(owned->size()))
    response_ = plain_response(503, "too many answers wait for their readers");
  if (stopping_) keep_alive_ = false;
  const bool pulled = std::holds_alternative<BodySource>(response_.body);
  const bool is_head = request_.method == "HEAD";
  if (pulled && !chunked_) keep_alive_ = false;  // HTTP/1.0: the end of the body is the end of the connection
  head_ = response_head(response_, {.keep_alive = keep_alive_, .chunked = chunked_, .head = is_head});
  const bool empty = is_head || bodyless(response_.status);
  const std::string_view body = bytes_of(response_);
  const bool joined = !empty && !pulled && body.size() <= kJoinBytes;
  if (joined) head_ += body;
  arm_deadline(core_.options.idle_timeout);
  stream_->write({asio::buffer(head_)},
                 [self = shared_from_this(), over = empty || joined](const ErrorCode& error, size_t) {
                   if (error || self->state_ == State::closed) return self->close(false);
                   over ? self->finish_response() : self->write_body();
                 });
}

void HttpConnection::write_body() {
  if (std::holds_alternative<BodySource>(response_.body)) {
    disarm_deadline();
    if (!core_.pool.post([self = shared_from_this()] { self->pull(); })) close(true);
    return;
  }
  const std::string_view body = bytes_of(response_);
  write_slice(body.data(), body.size(), 0);
}

void HttpConnection::write_slice(const char* data, size_t size, size_t at) {
  if (at == size) return on_written();
  const size_t count = std::min(kSliceBytes, size - at);
  arm_deadline(core_.options.idle_timeout);
  stream_->write({asio::buffer(data + at, count)},
                 [self = shared_from_this(), data, size, next = at + count](const ErrorCode& error, size_t) {
                   if (error || self->state_ == State::closed) return self->close(false);
                   self->write_slice(data, size, next);
                 });
}

void HttpConnection::pull() {
  Result<std::string> piece = std::string();
  try {
    piece = std::get<BodySource>(response_.body)();
  } catch (const std::exception& thrown) {
    piece = make_error(ErrorKind::internal, "exception", thrown.what());
  }
  asio::post(core_.io, [self = shared_from_this(), piece = std::move(piece)]() mutable {
    self->on_pulled(std::move(piece));
  });
}

void HttpConnection::on_pulled(Result<std::string> piece) {
  if (state_ == State::closed) return;
  if (!piece) {
    log_warning("http", "a streamed answer was cut: " + piece.error().text());
    return close(true);
  }
  last_piece_ = piece->empty();
  piece_ = std::move(*piece);
  if (!hold(piece_.size())) {
    log_warning("http", "a streamed answer was cut: too many answers wait for their readers");
    return close(true);
  }
  if (chunked_) {
    if (last_piece_) {
      piece_ = kLastChunk;
    } else {
      char size[32];
      std::snprintf(size, sizeof size, "%zx\r\n", piece_.size());
      piece_.insert(0, size);
      piece_ += "\r\n";
    }
  }
  write_slice(piece_.data(), piece_.size(), 0);
}

// All of the body, or a piece of one that is pulled.
void HttpConnection::on_written() {
  if (!std::holds_alternative<BodySource>(response_.body) || last_piece_) return finish_response();
  let_go();
  piece_.clear();
  write_body();
}

bool HttpConnection::hold(size_t bytes) {
  if (bytes <= kJoinBytes) return true;
  if (core_.unsent_bytes + bytes > core_.options.max_unsent_bytes) return false;
  core_.unsent_bytes += bytes;
  held_bytes_ = bytes;
  return true;
}

void HttpConnection::let_go() { core_.unsent_bytes -= std::exchange(held_bytes_, 0); }

void HttpConnection::finish_response() {
  let_go();
  response_ = ServerResponse();
  head_.clear();
  piece_.clear();
  if (keep_alive_ && !stopping_) return begin_request();
  state_ = State::draining;
  arm_deadline(kDrainTime);
  stream_->shut_down([self = shared_from_this()](const ErrorCode&, size_t) {
    if (self->state_ == State::closed) return;
    self->drain_after_ ? self->drain() : self->close(false);
  });
}

void HttpConnection::drain() {
  buffer_.clear();
  stream_->read_some(buffer_.prepare(16 * 1024),
                     [self = shared_from_this()](const ErrorCode& error, size_t count) {
                       if (self->state_ == State::closed) return;
                       self->drained_bytes_ += count;
                       if (error || self->drained_bytes_ > kDrainBytes) return self->close(false);
                       self->drain();
                     });
}

}  // namespace hm
