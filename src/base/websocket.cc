// WebSocket on top of a ServerStream. Everything runs on the I/O thread but the owner's callbacks, which run
// on the pool one at a time: the next message is read when the last was dealt with.
#include <deque>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/http_server_core.h"

namespace hm {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

namespace {

constexpr size_t kMaxMessageBytes = 64 * 1024;       // received
constexpr size_t kMaxQueuedBytes = 4 * 1024 * 1024;  // to be sent: more means that the other side is too slow

// A ServerStream as the library's templates want one.
class AnyStream {
 public:
  using executor_type = asio::io_context::executor_type;
  AnyStream(asio::io_context& io, std::unique_ptr<ServerStream> stream)
      : io_(io), stream_(std::move(stream)) {}

  executor_type get_executor() { return io_.get_executor(); }

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(boost::system::error_code, size_t)>(
        [this](auto finish, asio::mutable_buffer into) {
          stream_->read_some(into, shared(std::move(finish)));
        },
        handler, first(buffers));
  }
  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    std::vector<asio::const_buffer> list(asio::buffer_sequence_begin(buffers),
                                         asio::buffer_sequence_end(buffers));
    return asio::async_initiate<Handler, void(boost::system::error_code, size_t)>(
        [this](auto finish, const std::vector<asio::const_buffer>& bytes) {
          stream_->write(bytes, shared(std::move(finish)));
        },
        handler, std::move(list));
  }
  ServerStream& stream() { return *stream_; }

 private:
  template <class Finish>
  static ServerStream::Done shared(Finish finish) {
    // The library's handlers can only be moved, a std::function must be copied.
    auto kept = std::make_shared<Finish>(std::move(finish));
    return [kept](const boost::system::error_code& error, size_t count) { (*kept)(error, count); };
  }
  template <class Buffers>
  static asio::mutable_buffer first(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at) {
      const asio::mutable_buffer buffer(*at);
      if (buffer.size() != 0) return buffer;
    }
    return {};
  }

  asio::io_context& io_;
  std::unique_ptr<ServerStream> stream_;
};

// These are found by the library through the namespace of the stream.
void beast_close_socket(AnyStream& stream) { stream.stream().close(false); }
template <class Handler>
void async_teardown(beast::role_type, AnyStream& stream, Handler&& handler) {
  auto kept = std::make_shared<std::decay_t<Handler>>(std::forward<Handler>(handler));
  stream.stream().shut_down([kept](const boost::system::error_code& error, size_t) { (*kept)(error); });
}
[[maybe_unused]] void teardown(beast::role_type, AnyStream& stream, boost::system::error_code& error) {
  error = {};
  stream.stream().close(false);
}

class Connection final : public WebSocket,
                         public ServerConnection,
                         public std::enable_shared_from_this<Connection> {
 public:
  Connection(HttpServerCore& core, std::unique_ptr<ServerStream> stream, WebSocketHandler handler)
      : core_(core), socket_(core.io, std::move(stream)), handler_(std::move(handler)) {}

  void start(const ServerRequest& request) {
    websocket::stream_base::timeout limits{};
    limits.handshake_timeout = std::chrono::seconds(10);
    limits.idle_timeout = core_.options.idle_timeout;
    limits.keep_alive_pings = true;
    socket_.set_option(limits);
    socket_.read_message_max(kMaxMessageBytes);
    socket_.text(true);
    for (const auto& [name, value] : request.headers) upgrade_.insert(name, value);
    upgrade_.method_string(request.method);
    upgrade_.target(request.target);
    upgrade_.version(11);
    socket_.async_accept(upgrade_, [self = shared_from_this()](const boost::system::error_code& error) {
      if (error) return self->finish();
      self->opened_ = true;
      self->core_.pool.post([self] {
        if (self->handler_.on_open) self->handler_.on_open(self);
        asio::post(self->core_.io, [self] { self->read(); });
      });
      if (self->core_.stopping) self->stop();
    });
  }

  void send(std::string text) override {
    asio::post(core_.io, [self = shared_from_this(), text = std::move(text)]() mutable {
      self->enqueue(std::move(text));
    });
  }
  void close(uint16_t code, std::string reason) override {
    asio::post(core_.io, [self = shared_from_this(), code, reason = std::move(reason)] {
      self->begin_close(code, reason);
    });
  }
  void stop() override { begin_close(websocket::close_code::going_away, "the server is stopping"); }
  void abort() override {
    socket_.next_layer().stream().close(true);
    finish();
  }
  bool idle() const override { return false; }
  std::optional<std::chrono::steady_clock::time_point> waits_since() const override { return std::nullopt; }

 private:
  void read() {
    if (finished_) return;
    socket_.async_read(buffer_, [self = shared_from_this()](const boost::system::error_code& error, size_t) {
      if (error) return self->finish();
      std::string text = beast::buffers_to_string(self->buffer_.data());
      self->buffer_.clear();
      const bool posted = self->core_.pool.post([self, text = std::move(text)]() mutable {
        if (self->handler_.on_text) self->handler_.on_text(self, std::move(text));
        asio::post(self->core_.io, [self] { self->read(); });
      });
      if (!posted) self->abort();
    });
  }

  void enqueue(std::string text) {
    if (finished_ || closing_) return;
    queued_bytes_ += text.size();
    if (queued_bytes_ > kMaxQueuedBytes) return abort();
    queue_.push_back(std::move(text));
    if (queue_.size() == 1) write();
  }

  void write() {
    socket_.async_write(asio::buffer(queue_.front()),
                        [self = shared_from_this()](const boost::system::error_code& error, size_t) {
                          if (error) return self->abort();
                          self->queued_bytes_ -= self->queue_.front().size();
                          self->queue_.pop_front();
                          if (!self->queue_.empty()) self->write();
                        });
  }

  void begin_close(uint16_t code, std::string_view reason) {
    if (finished_ || closing_ || !opened_) return;
    closing_ = true;
    const websocket::close_reason why(static_cast<websocket::close_code>(code),
                                      beast::string_view(reason.data(), reason.size()));
    socket_.async_close(why,
                        [self = shared_from_this()](const boost::system::error_code&) { self->finish(); });
  }

  void finish() {
    if (finished_) return;
    finished_ = true;
    socket_.next_layer().stream().close(false);
    if (opened_ && handler_.on_close) {
      core_.pool.post([self = shared_from_this()] { self->handler_.on_close(self); });
    }
    core_.remove(shared_from_this());
  }

  HttpServerCore& core_;
  // Without compression: messages are small, and it would cost 64 KB of memory each.
  websocket::stream<AnyStream, false> socket_;
  WebSocketHandler handler_;
  beast::http::request<beast::http::empty_body> upgrade_;
  beast::flat_buffer buffer_;
  std::deque<std::string> queue_;
  size_t queued_bytes_ = 0;
  bool opened_ = false;
  bool closing_ = false;
  bool finished_ = false;
};

}  // namespace

void start_websocket_connection(HttpServerCore& core, std::unique_ptr<ServerStream> stream,
                                const ServerRequest& request, WebSocketHandler handler) {
  auto connection = std::make_shared<Connection>(core, std::move(stream), std::move(handler));
  core.add(connection);
  connection->start(request);
}

}  // namespace hm
