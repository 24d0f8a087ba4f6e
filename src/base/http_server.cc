#include "base/http_server.h"

#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "base/http_server_core.h"
#include "base/log.h"

namespace hm {

namespace asio = boost::asio;
using asio::ip::tcp;

void HttpServerCore::add(std::shared_ptr<ServerConnection> connection) {
  connections.insert(std::move(connection));
  open.with([&](size_t& count) { count = connections.size(); });
}

void HttpServerCore::remove(const std::shared_ptr<ServerConnection>& connection) {
  connections.erase(connection);
  open.with([&](size_t& count) { count = connections.size(); });
  open.notify();
}

namespace {

// What the destructor gives running handlers and streams before it cuts them.
constexpr std::chrono::seconds kGrace{5};

class BeastServer final : public HttpServer {
 public:
  BeastServer(ServerOptions options, Handler handler, Upgrade upgrade, StreamMaker make_stream)
      : core_(std::move(options), std::move(handler), std::move(upgrade)),
        make_stream_(std::move(make_stream)),
        acceptor_(core_.io),
        retry_(core_.io) {}

  ~BeastServer() override {
    if (!thread_.joinable()) return;
    asio::post(core_.io, [this] { stop_connections(); });
    if (!wait_until_closed()) {
      asio::post(core_.io, [this] {
        const auto rest = core_.connections;
        for (const auto& connection : rest) connection->abort();
      });
      static_cast<void>(wait_until_closed());
    }
    core_.pool.stop();
    work_.reset();
    core_.io.stop();
    thread_.join();
  }

  Status listen() {
    boost::system::error_code error;
    const std::string& address = core_.options.address;
    const auto ip = asio::ip::make_address(address, error);
    if (error) {
      return make_error(ErrorKind::invalid, "bad_address", address + " is not an IP address to listen on");
    }
    const tcp::endpoint endpoint(ip, core_.options.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    const std::string place = address + ":" + std::to_string(core_.options.port);
    if (error == asio::error::address_in_use) {
      return make_error(ErrorKind::conflict, "address_in_use", place + " is in use by another program");
    }
    if (error) {
      return make_error(ErrorKind::unavailable, "cannot_listen",
                        "cannot listen on " + place + ": " + error.message());
    }
    port_ = acceptor_.local_endpoint(error).port();
    return ok();
  }

  void run() {
    work_.emplace(core_.io.get_executor());
    accept();
    thread_ = std::thread([this] { core_.io.run(); });
  }

  uint16_t port() const override { return port_; }

 private:
  void accept() {
    acceptor_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
      if (!acceptor_.is_open()) return;
      if (!error) {
        admit(std::move(socket));
        return accept();
      }
      // Out of file descriptors, most likely: look again a little later instead of spinning.
      retry_.expires_after(std::chrono::milliseconds(100));
      retry_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) accept();
      });
    });
  }

  void admit(tcp::socket socket) {
    if (core_.connections.size() >= core_.options.max_connections && !make_room()) {
      return close_socket(socket, true);
    }
    boost::system::error_code ignored;  // without it, answers are slower, not wrong
    socket.set_option(tcp::no_delay(true), ignored);
    boost::system::error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (gone) return;
    start_http_connection(core_, make_stream_(std::move(socket)), remote.address().to_string());
  }

  // A connection that only waits makes room for one that wants something; else the one whose client lets us
  // wait longest, so that many slow clients keep out each other and not everybody.
  bool make_room() {
    std::shared_ptr<ServerConnection> idle, slowest;
    auto since = std::chrono::steady_clock::now() - core_.options.patience;
    for (const auto& connection : core_.connections) {
      if (connection->idle()) {
        idle = connection;
        break;
      }
      const auto waits = connection->waits_since();
      if (!waits || *waits >= since) continue;
      since = *waits;
      slowest = connection;
    }
    if (idle) {
      idle->stop();
      return true;
    }
    if (slowest) slowest->abort();
    return slowest != nullptr;
  }

  void stop_connections() {
    core_.stopping = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
    const auto now = core_.connections;
    for (const auto& connection : now) connection->stop();
  }

  bool wait_until_closed() {
    // Behind what was posted before, so that `open` is up to date.
    return core_.open.wait_for(
        kGrace, [](size_t open) { return open == 0; }, [](size_t open) { return open == 0; });
  }

  HttpServerCore core_;
  StreamMaker make_stream_;
  tcp::acceptor acceptor_;
  asio::steady_timer retry_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::thread thread_;
  uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> start_http_server(ServerOptions options, HttpServer::Handler handler,
                                                      HttpServer::Upgrade upgrade) {
  StreamMaker make_stream = [](tcp::socket socket) { return make_plain_stream(std::move(socket)); };
  if (options.certificate_file.empty() != options.private_key_file.empty()) {
    return make_error(ErrorKind::invalid, "bad_certificate",
                      "TLS needs both a certificate file and a private key file");
  }
  if (!options.certificate_file.empty()) {
    HM_TRY(make_stream, make_tls_streams(options.certificate_file, options.private_key_file));
  }
  auto server = std::make_unique<BeastServer>(std::move(options), std::move(handler), std::move(upgrade),
                                              std::move(make_stream));
  HM_DO(server->listen());
  server->run();
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace hm
