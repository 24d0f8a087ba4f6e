#include <utility>

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "base/http_server_stream.h"

namespace hm {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

namespace {

class TlsStream final : public ServerStream {
 public:
  TlsStream(tcp::socket socket, std::shared_ptr<ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  void handshake(Done done) override {
    stream_.async_handshake(ssl::stream_base::server,
                            [done = std::move(done)](const auto& error) { done(error, 0); });
  }
  void read_some(asio::mutable_buffer into, Done done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write(std::vector<asio::const_buffer> bytes, Done done) override {
    asio::async_write(stream_, bytes, std::move(done));
  }
  void shut_down(Done done) override {
    stream_.async_shutdown([done = std::move(done)](const auto& error) { done(error, 0); });
  }
  void close(bool reset) override { close_socket(stream_.next_layer(), reset); }
  bool tls() const override { return true; }

 private:
  std::shared_ptr<ssl::context> context_;  // shared by all connections of the server
  ssl::stream<tcp::socket> stream_;
};

Error bad_certificate(const std::string& file, const boost::system::error_code& error) {
  return make_error(ErrorKind::invalid, "bad_certificate", "cannot use " + file + ": " + error.message());
}

}  // namespace

Result<StreamMaker> make_tls_streams(const std::string& certificate_file,
                                     const std::string& private_key_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                       ssl::context::no_compression);
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate_file, error);
  if (error) return bad_certificate(certificate_file, error);
  context->use_private_key_file(private_key_file, ssl::context::pem, error);
  if (error) return bad_certificate(private_key_file, error);
  return StreamMaker([context](tcp::socket socket) -> std::unique_ptr<ServerStream> {
    return std::make_unique<TlsStream>(std::move(socket), context);
  });
}

}  // namespace hm
