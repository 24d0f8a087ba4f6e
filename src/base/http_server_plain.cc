#include <utility>

#include <boost/asio/write.hpp>

#include "base/http_server_stream.h"

namespace hm {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

class PlainStream final : public ServerStream {
 public:
  explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) {}

  void handshake(Done done) override { done({}, 0); }
  void read_some(asio::mutable_buffer into, Done done) override {
    socket_.async_read_some(into, std::move(done));
  }
  void write(std::vector<asio::const_buffer> bytes, Done done) override {
    asio::async_write(socket_, bytes, std::move(done));
  }
  void shut_down(Done done) override {
    boost::system::error_code ignored;  // the other side may be gone already, which is as good
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    done({}, 0);
  }
  void close(bool reset) override { close_socket(socket_, reset); }
  bool tls() const override { return false; }

 private:
  tcp::socket socket_;
};

}  // namespace

std::unique_ptr<ServerStream> make_plain_stream(tcp::socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

void close_socket(tcp::socket& socket, bool reset) {
  boost::system::error_code ignored;  // there is nothing left to do about a socket that will not close
  if (reset) socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace hm
