// The bytes below HTTP: plain TCP or TLS, behind one interface, so that neither the parser nor WebSocket is
// compiled twice. Private to http_server*.cc and websocket.cc; everything here runs on the server's I/O
// thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include "base/result.h"

namespace hm {

class ServerStream {
 public:
  using Done = std::function<void(const boost::system::error_code&, size_t)>;

  virtual ~ServerStream() = default;
  virtual void handshake(Done done) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, Done done) = 0;
  // Writes all of it. The bytes must live until `done`.
  virtual void write(std::vector<boost::asio::const_buffer> bytes, Done done) = 0;
  // Says that nothing more will be sent; reading goes on.
  virtual void shut_down(Done done) = 0;
  // At once. What is under way ends with an error. `reset`: the other side is told that it was cut.
  virtual void close(bool reset) = 0;
  virtual bool tls() const = 0;
};

// Makes the stream of an accepted socket.
using StreamMaker = std::function<std::unique_ptr<ServerStream>(boost::asio::ip::tcp::socket)>;

std::unique_ptr<ServerStream> make_plain_stream(boost::asio::ip::tcp::socket socket);
// Fails with code "bad_certificate", naming the file.
Result<StreamMaker> make_tls_streams(const std::string& certificate_file,
                                     const std::string& private_key_file);

// Closes the socket of either stream.
void close_socket(boost::asio::ip::tcp::socket& socket, bool reset);

}  // namespace hm
