#include "base/http_server.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/http_server_response.h"

namespace hm {
namespace {

// A client of its own: nothing of the server's library, so that both cannot err alike.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawClient() { close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  bool send_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // Everything until `enough` is seen or the other side closes.
  std::string read_until(std::string_view enough) {
    std::string all;
    char part[4096];
    while (enough.empty() || all.find(enough) == std::string::npos) {
      const ssize_t count = recv(fd_, part, sizeof part, 0);
      reset_ = count < 0;
      if (count <= 0) break;
      all.append(part, static_cast<size_t>(count));
    }
    return all;
  }
  std::string read_to_end() { return read_until({}); }
  bool was_reset() const { return reset_; }

 private:
  int fd_;
  bool connected_ = false;
  bool reset_ = false;
};

ServerResponse text(std::string body) {
  ServerResponse response;
  response.headers.add("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

std::string large_text() {
  std::string large;
  large.resize(15'000'000, 'x');
  return large;
}

ServerResponse echo(const ServerRequest& request) {
  return text(request.method + " " + request.target + " " + request.body);
}

std::unique_ptr<HttpServer> start(HttpServer::Handler handler, ServerOptions options = {},
                                  HttpServer::Upgrade upgrade = nullptr) {
  auto server = start_http_server(std::move(options), std::move(handler), std::move(upgrade));
  if (!server) {
    ADD_FAILURE() << server.error().text();
    return nullptr;
  }
  return std::move(*server);
}

std::string ask(const HttpServer& server, std::string_view request) {
  RawClient client(server.port());
  EXPECT_TRUE(client.send_all(request));
  return client.read_to_end();
}

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  auto server = start(echo);
  RawClient client(server->port());
  client.send_all("GET /a?b=%20c HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string first = client.read_until("GET /a?b=%20c ");
  EXPECT_TRUE(first.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(first.find("\r\nContent-Length: 14\r\n"), std::string::npos);
  client.send_all("POST /z HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
  const std::string second = client.read_to_end();
  EXPECT_TRUE(second.ends_with("POST /z hello")) << second;
  EXPECT_NE(second.find("\r\nConnection: close\r\n"), std::string::npos);
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  auto server = start(echo);
  const std::string all = ask(*server,
                              "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
                              "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const size_t one = all.find("GET /1"), two = all.find("GET /2"), three = all.find("GET /3");
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(three, std::string::npos);
}

TEST(HttpServer, DecodesChunkedBodiesAndSaysContinue) {
  auto server = start(echo);
  RawClient client(server->port());
  client.send_all(
      "PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n"
      "Connection: close\r\n\r\n");
  EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 Continue\r\n"));
  client.send_all("3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n");
  EXPECT_TRUE(client.read_to_end().ends_with("PUT /c abcdefg"));
}

TEST(HttpServer, HeadHasLengthAndNoBody) {
  auto server = start(echo);
  const std::string answer = ask(*server, "HEAD /h HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 8\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST(HttpServer, StreamsInChunks) {
  auto server = start([](const ServerRequest&) {
    ServerResponse response;
    response.body = BodySource([left = 3]() mutable -> Result<std::string> {
      return left-- > 0 ? std::string("part,") : std::string();
    });
    return response;
  });
  const std::string modern = ask(*server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(modern.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_TRUE(modern.ends_with("\r\n\r\n5\r\npart,\r\n5\r\npart,\r\n5\r\npart,\r\n0\r\n\r\n")) << modern;
  const std::string old = ask(*server, "GET / HTTP/1.0\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(old.ends_with("\r\n\r\npart,part,part,")) << old;
}

TEST(HttpServer, AFailingStreamIsCutAndNeverLooksWhole) {
  auto server = start([](const ServerRequest&) {
    ServerResponse response;
    response.body = BodySource([calls = 0]() mutable -> Result<std::string> {
      if (calls++ == 0) return std::string("half");
      return make_error(ErrorKind::unavailable, "gone", "the store went away");
    });
    return response;
  });
  RawClient client(server->port());
  client.send_all("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_EQ(answer.find("0\r\n\r\n"), std::string::npos);
  EXPECT_TRUE(client.was_reset());
}

TEST(HttpServer, LargeBodiesArriveWhole) {
  const std::string large(3'000'000, 'x');
  auto server = start([&](const ServerRequest& request) {
    ServerResponse response;
    if (request.target == "/view") {
      response.body = std::string_view(large);
    } else {
      response.body = large;
    }
    return response;
  });
  for (const char* target : {"/view", "/owned"}) {
    const std::string answer =
        ask(*server, std::string("GET ") + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, large.size());
  }
}

TEST(HttpServer, RefusesWhatIsMalformedOrTooLarge) {
  ServerOptions options;
  options.max_header_bytes = 1024;
  options.max_body_bytes = 100;
  auto server = start(echo, options);
  struct Case {
    const char* name;
    std::string request;
    const char* status;
  };
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const Case cases[] = {
      {"no HTTP", "hello there\r\n\r\n", "HTTP/1.1 400 "},
      {"bad version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", "HTTP/1.1 400 "},
      {"bad field", "GET / HTTP/1.1\r\nHo st: x\r\n\r\n", "HTTP/1.1 400 "},
      {"bad length", post + "Content-Length: 12x\r\n\r\n", "HTTP/1.1 400 "},
      {"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", "HTTP/1.1 400 "},
      {"length and chunks", post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "HTTP/1.1 400 "},
      {"two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400 "},
      {"bad chunk", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 "},
      {"long header", "GET / HTTP/1.1\r\nX: " + std::string(5000, 'a') + "\r\n\r\n", "HTTP/1.1 431 "},
      {"announced too long", post + "Content-Length: 101\r\n\r\n", "HTTP/1.1 413 "},
      {"chunked too long", post + "Transfer-Encoding: chunked\r\n\r\n80\r\n" + std::string(128, 'b') + "\r\n",
       "HTTP/1.1 413 "},
      {"TLS on a plain port", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n",
       "HTTP/1.1 400 "},
  };
  for (const Case& one : cases) {
    EXPECT_TRUE(ask(*server, one.request).starts_with(one.status)) << one.name;
  }
  EXPECT_TRUE(ask(*server, post + "Content-Length: 100\r\nConnection: close\r\n\r\n" + std::string(100, 'c'))
                  .starts_with("HTTP/1.1 200 "));
}

TEST(HttpServer, ASlowClientIsCutWhileOthersAreServed) {
  ServerOptions options;
  options.idle_timeout = std::chrono::seconds(1);
  auto server = start(echo, options);
  RawClient slow(server->port());
  slow.send_all("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  EXPECT_TRUE(
      ask(*server, "GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(slow.read_to_end(), "");  // closed by the server, not by our own limit of 20 s
  EXPECT_FALSE(slow.was_reset());
}

TEST(HttpServer, AnswersBusyWhenTheQueueIsFull) {
  ServerOptions options;
  options.handler_threads = 1;
  options.max_queued = 1;
  std::promise<void> running, release;
  auto released = release.get_future().share();
  std::atomic<bool> first{true};
  auto server = start(
      [&](const ServerRequest& request) {
        if (first.exchange(false)) running.set_value();
        released.wait();
        return echo(request);
      },
      options);
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  RawClient one(server->port());
  one.send_all(request);
  running.get_future().wait();
  // Of three more, one fits into the queue; which one is up to the order of arrival.
  RawClient more[3]{RawClient(server->port()), RawClient(server->port()), RawClient(server->port())};
  for (RawClient& client : more) client.send_all(request);
  pollfd waiting[3]{{more[0].fd(), POLLIN, 0}, {more[1].fd(), POLLIN, 0}, {more[2].fd(), POLLIN, 0}};
  long answered = 0;
  while (answered < 2) {
    ASSERT_GT(poll(waiting, 3, 20'000), 0);
    answered = std::count_if(waiting, waiting + 3, [](const pollfd& fd) { return fd.revents != 0; });
  }
  release.set_value();
  EXPECT_TRUE(one.read_to_end().starts_with("HTTP/1.1 200 "));
  int served = 0, busy = 0;
  for (RawClient& client : more) {
    const std::string answer = client.read_to_end();
    served += answer.starts_with("HTTP/1.1 200 ");
    busy += answer.starts_with("HTTP/1.1 503 ");
  }
  EXPECT_EQ(served, 1);
  EXPECT_EQ(busy, 2);
}

TEST(HttpServer, AnIdleConnectionMakesRoom) {
  ServerOptions options;
  options.max_connections = 1;
  auto server = start(echo, options);
  RawClient idle(server->port());
  idle.send_all("GET /idle HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(idle.read_until("GET /idle ").starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(
      ask(*server, "GET /new HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST(HttpServer, TheSlowestMakesRoomWhenNobodyIsIdle) {
  ServerOptions options;
  options.max_connections = 2;
  options.patience = std::chrono::milliseconds(0);
  auto server = start(echo, options);
  RawClient slow(server->port()), slower(server->port());
  for (RawClient* client : {&slow, &slower}) ASSERT_TRUE(client->send_all("GET /never-e"));
  RawClient newcomer(server->port());
  ASSERT_TRUE(newcomer.send_all("GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_NE(newcomer.read_to_end().find("GET /x"), std::string::npos);
}

TEST(HttpServer, AnswersThatNobodyReadsAreBounded) {
  ServerOptions options;
  options.max_unsent_bytes = 20'000'000;
  auto server = start(
      [](const ServerRequest& request) {
        return request.path() == "/small" ? text("small") : text(large_text());
      },
      options);
  {
    RawClient reader(server->port());
    ASSERT_TRUE(reader.send_all("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    // It has begun, and this client reads no further.
    EXPECT_NE(reader.read_until("\r\n\r\n").find("200 OK"), std::string::npos);
    RawClient second(server->port());
    ASSERT_TRUE(
        second.send_all("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /small HTTP/1.1\r\nHost: x\r\n"
                        "Connection: close\r\n\r\n"));
    const std::string answers = second.read_to_end();
    EXPECT_EQ(answers.substr(0, 12), "HTTP/1.1 503");
    EXPECT_NE(answers.find("\r\n\r\nsmall"), std::string::npos) << "what is small is answered";
  }
  // The reader is gone, and what it held with it.
  std::string answer;
  for (int i = 0; i < 1000 && answer.size() < 1'000'000; ++i) {
    RawClient third(server->port());
    ASSERT_TRUE(third.send_all("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    answer = third.read_to_end();
  }
  EXPECT_GT(answer.size(), 15'000'000u);
}

TEST(HttpServer, StreamedAnswersThatNobodyReadsAreBoundedToo) {
  ServerOptions options;
  options.max_unsent_bytes = 20'000'000;
  auto server = start(
      [](const ServerRequest&) {
        ServerResponse response;
        response.body = BodySource([left = 2]() mutable -> Result<std::string> {
          return left-- > 0 ? large_text() : std::string();
        });
        return response;
      },
      options);
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  {
    RawClient reader(server->port());
    ASSERT_TRUE(reader.send_all(request));
    EXPECT_NE(reader.read_until("xxxx").find("200 OK"), std::string::npos);
    RawClient second(server->port());
    ASSERT_TRUE(second.send_all(request));
    EXPECT_EQ(second.read_to_end().find("xxxx"), std::string::npos);
    EXPECT_TRUE(second.was_reset());
  }
  std::string answer;
  for (int i = 0; i < 1000 && answer.size() < 1'000'000; ++i) {
    RawClient third(server->port());
    ASSERT_TRUE(third.send_all(request));
    answer = third.read_to_end();
  }
  EXPECT_GT(answer.size(), 30'000'000u) << "each piece is let go of when it was taken";
}

TEST(HttpServer, ATrustedProxyNamesWhoAsks) {
  ServerOptions options;
  options.trusted_proxies = {*Network::parse("127.0.0.0/8")};
  const auto who = [](const ServerRequest& request) {
    return text("from " + request.peer + (request.tls ? " over TLS" : ""));
  };
  const std::string request =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 192.0.2.7\r\n"
      "X-Forwarded-Proto: https\r\n\r\n";
  EXPECT_TRUE(ask(*start(who, options), request).ends_with("from 192.0.2.7 over TLS"));
  EXPECT_TRUE(ask(*start(who), request).ends_with("from 127.0.0.1"));
}

TEST(HttpServer, AHandlerThatThrowsIsAnError500) {
  auto server = start([](const ServerRequest&) -> ServerResponse { throw std::runtime_error("secret"); });
  const std::string answer = ask(*server, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 "));
  EXPECT_EQ(answer.find("secret"), std::string::npos);
}

TEST(HttpServer, StopsAfterRunningHandlersHaveAnswered) {
  std::promise<void> running, release;
  auto server = start([&](const ServerRequest& request) {
    running.set_value();
    release.get_future().wait();
    return echo(request);
  });
  RawClient client(server->port());
  client.send_all("GET /last HTTP/1.1\r\nHost: x\r\n\r\n");
  running.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { server.reset(); });
  release.set_value();
  EXPECT_TRUE(client.read_to_end().ends_with("GET /last "));
  stopped.wait();
  EXPECT_EQ(server, nullptr);
}

TEST(HttpServer, SaysThatThePortIsInUse) {
  auto server = start(echo);
  ServerOptions options;
  options.port = server->port();
  auto second = start_http_server(options, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, "address_in_use");
  EXPECT_NE(second.error().message.find(std::to_string(server->port())), std::string::npos);
  options.address = "nowhere";
  EXPECT_EQ(start_http_server(options, echo).error().code, "bad_address");
}

TEST(ResponseHead, NoValueCanSmuggleAField) {
  ServerResponse response;
  response.headers.add("Location", "/a\r\nSet-Cookie: x=y");
  response.headers.add("Content-Length", "999");
  const std::string head = response_head(response, {});
  EXPECT_NE(head.find("Location: /a  Set-Cookie: x=y\r\n"), std::string::npos);
  EXPECT_NE(head.find("Content-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(head.find("999"), std::string::npos);
}

// --- TLS ---

struct Files {
  std::filesystem::path folder;
  std::string certificate, key;
  ~Files() { std::filesystem::remove_all(folder); }
};

std::unique_ptr<Files> self_signed() {
  auto files = std::make_unique<Files>();
  std::string pattern = (std::filesystem::temp_directory_path() / "hm_tls_XXXXXX").string();
  files->folder = mkdtemp(pattern.data());
  files->certificate = files->folder / "cert.pem";
  files->key = files->folder / "key.pem";
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  FILE* out = std::fopen(files->certificate.c_str(), "w");
  PEM_write_X509(out, certificate);
  std::fclose(out);
  out = std::fopen(files->key.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return files;
}

// The answer to one request over TLS of at most `version`, or "" where the handshake fails.
std::string tls_ask(uint16_t port, int version, std::string_view request) {
  RawClient client(port);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_max_proto_version(context, version);
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, client.fd());
  std::string answer;
  if (SSL_connect(ssl) == 1) {
    SSL_write(ssl, request.data(), static_cast<int>(request.size()));
    char part[4096];
    int count = 0;
    while ((count = SSL_read(ssl, part, sizeof part)) > 0) answer.append(part, static_cast<size_t>(count));
  }
  SSL_free(ssl);
  SSL_CTX_free(context);
  return answer;
}

TEST(HttpServerTls, SpeaksTls12And13AndNothingOlder) {
  const auto files = self_signed();
  ServerOptions options;
  options.certificate_file = files->certificate;
  options.private_key_file = files->key;
  auto server =
      start([](const ServerRequest& request) { return text(request.tls ? "tls" : "plain"); }, options);
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  EXPECT_TRUE(tls_ask(server->port(), TLS1_3_VERSION, request).ends_with("tls"));
  EXPECT_TRUE(tls_ask(server->port(), TLS1_2_VERSION, request).ends_with("tls"));
  EXPECT_EQ(tls_ask(server->port(), TLS1_1_VERSION, request), "");
  EXPECT_EQ(ask(*server, request).find("200"), std::string::npos);  // plain text on the TLS port
}

TEST(HttpServerTls, NamesTheFileThatIsWrong) {
  const auto files = self_signed();
  ServerOptions options;
  options.certificate_file = files->folder / "absent.pem";
  options.private_key_file = files->key;
  auto server = start_http_server(options, echo);
  ASSERT_FALSE(server.has_value());
  EXPECT_EQ(server.error().code, "bad_certificate");
  EXPECT_NE(server.error().message.find("absent.pem"), std::string::npos);
  options.certificate_file.clear();
  EXPECT_EQ(start_http_server(options, echo).error().code, "bad_certificate");
}

// --- WebSocket ---

// One frame from a client, masked as the protocol wants.
std::string client_frame(unsigned char opcode, std::string_view payload) {
  const unsigned char mask[4] = {1, 2, 3, 4};
  std::string frame{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size())};
  frame.append(reinterpret_cast<const char*>(mask), 4);
  for (size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(payload[i] ^ mask[i % 4]);
  return frame;
}

constexpr std::string_view kUpgrade =
    "GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

struct EchoSocket {
  std::promise<void> closed;
  std::variant<WebSocketHandler, ServerResponse> operator()(const ServerRequest& request) {
    if (request.path() != "/live") {
      ServerResponse refusal = text("no such socket");
      refusal.status = 404;
      return refusal;
    }
    return WebSocketHandler{
        .on_open = [](const std::shared_ptr<WebSocket>& socket) { socket->send("welcome"); },
        .on_text = [](const std::shared_ptr<WebSocket>& socket,
                      std::string said) { socket->send("echo " + said); },
        .on_close = [this](const std::shared_ptr<WebSocket>&) { closed.set_value(); }};
  }
};

TEST(WebSocketTest, EchoesAndCloses) {
  EchoSocket echoing;
  auto server = start(echo, {}, [&](const ServerRequest& request) { return echoing(request); });
  RawClient client(server->port());
  client.send_all(kUpgrade);
  const std::string opening = client.read_until("welcome");
  EXPECT_TRUE(opening.starts_with("HTTP/1.1 101 ")) << opening;
  // The example of RFC 6455, section 1.3.
  EXPECT_NE(opening.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  client.send_all(client_frame(1, "hello"));
  EXPECT_NE(client.read_until("echo hello")
                .find("\x81\x0a"
                      "echo hello"),
            std::string::npos);
  client.send_all(client_frame(8, std::string("\x03\xe8", 2)));
  EXPECT_TRUE(client.read_to_end().starts_with("\x88"));
  echoing.closed.get_future().wait();
}

TEST(WebSocketTest, IsRefusedByTheOwner) {
  EchoSocket echoing;
  auto server = start(echo, {}, [&](const ServerRequest& request) { return echoing(request); });
  std::string request(kUpgrade);
  request.replace(request.find("/live"), 5, "/none");
  RawClient client(server->port());
  client.send_all(request);
  EXPECT_TRUE(client.read_until("no such socket").starts_with("HTTP/1.1 404 "));
}

TEST(WebSocketTest, IsToldThatTheServerStops) {
  EchoSocket echoing;
  auto server = start(echo, {}, [&](const ServerRequest& request) { return echoing(request); });
  RawClient client(server->port());
  client.send_all(kUpgrade);
  EXPECT_NE(client.read_until("welcome"), "");
  auto stopped = std::async(std::launch::async, [&] { server.reset(); });
  EXPECT_EQ(client.read_until("stopping").substr(0, 1), "\x88");
  client.send_all(client_frame(8, std::string("\x03\xe9", 2)));
  stopped.wait();
  echoing.closed.get_future().wait();
}

TEST(WebSocketTest, AnOversizeMessageEndsIt) {
  EchoSocket echoing;
  auto server = start(echo, {}, [&](const ServerRequest& request) { return echoing(request); });
  RawClient client(server->port());
  client.send_all(kUpgrade);
  EXPECT_NE(client.read_until("welcome"), "");
  // A header that announces 1 MiB.
  const std::string header{"\x81\xff\x00\x00\x00\x00\x00\x10\x00\x00\x01\x02\x03\x04", 14};
  client.send_all(header);
  EXPECT_EQ(client.read_to_end().find("echo"), std::string::npos);
  echoing.closed.get_future().wait();
}

}  // namespace
}  // namespace hm
