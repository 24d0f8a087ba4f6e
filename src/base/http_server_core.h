// What the connections of one server share. Private to http_server*.cc and websocket.cc.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "base/handler_pool.h"
#include "base/http_server.h"
#include "base/http_server_stream.h"
#include "base/sync.h"

namespace hm {

class ServerConnection {
 public:
  virtual ~ServerConnection() = default;
  // I/O thread. Ends when what is under way is done.
  virtual void stop() = 0;
  // I/O thread. Ends now.
  virtual void abort() = 0;
  // Waits between two requests.
  virtual bool idle() const = 0;
  // Since when it waits for the other side to send or to take something; nothing while the server is at work
  // on it.
  virtual std::optional<std::chrono::steady_clock::time_point> waits_since() const = 0;
};

struct HttpServerCore {
  HttpServerCore(ServerOptions o, HttpServer::Handler h, HttpServer::Upgrade u)
      : options(std::move(o)),
        handler(std::move(h)),
        upgrade(std::move(u)),
        pool(options.handler_threads, options.max_queued) {}

  void add(std::shared_ptr<ServerConnection> connection);
  void remove(const std::shared_ptr<ServerConnection>& connection);

  const ServerOptions options;
  const HttpServer::Handler handler;
  const HttpServer::Upgrade upgrade;
  // Shared, since the I/O library's pending callbacks hold connections too. I/O thread only.
  std::set<std::shared_ptr<ServerConnection>> connections;
  bool stopping = false;    // I/O thread only
  size_t unsent_bytes = 0;  // of answers in memory; I/O thread only
  Synced<size_t> open;      // the size of `connections`, for the thread that waits for the end
  boost::asio::io_context io{1};
  HandlerPool pool;
};

// Both take over: they add themselves to the core and go on by themselves. I/O thread.
void start_http_connection(HttpServerCore& core, std::unique_ptr<ServerStream> stream, std::string peer);
void start_websocket_connection(HttpServerCore& core, std::unique_ptr<ServerStream> stream,
                                const ServerRequest& request, WebSocketHandler handler);

}  // namespace hm
