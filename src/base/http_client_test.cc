#include "base/http_client.h"

#include <future>
#include <map>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sync.h"

namespace hm {
namespace {

// A real server on a loopback socket. It answers every request by `answer(request text)`; an empty answer
// closes the connection, "hang" keeps it open and silent, and of what follows "drip:" the body goes out a
// byte at a time, each kDrip after the one before, until the client has gone.
constexpr std::chrono::milliseconds kDrip(30);
class SocketServer {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  explicit SocketServer(Answer answer) : answer_(std::move(answer)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~SocketServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    open_.with([](std::vector<int>& sockets) {
      for (const int one : sockets) shutdown(one, SHUT_RDWR);
    });
    for (auto& worker : workers_) worker.join();
    open_.with([](std::vector<int>& sockets) {
      for (const int one : sockets) close(one);
    });
  }

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  size_t connections() const {
    return open_.with([](const auto& sockets) { return sockets.size(); });
  }
  std::vector<std::string> seen() const {
    return seen_.with([](const auto& all) { return all; });
  }

 private:
  void accept_all() {
    for (int one = accept(listener_, nullptr, nullptr); one >= 0; one = accept(listener_, nullptr, nullptr)) {
      open_.with([one](auto& sockets) { sockets.push_back(one); });
      workers_.emplace_back([this, one] { serve(one); });
    }
  }

  void serve(int one) {
    std::string buffer;
    char piece[65536];
    for (;;) {
      size_t end = buffer.find("\r\n\r\n");
      size_t length = 0;
      if (end != std::string::npos) {
        if (const auto at = buffer.find("Content-Length: "); at < end) {
          length = std::stoul(buffer.substr(at + 16, 12));
        }
      }
      if (end == std::string::npos || buffer.size() < end + 4 + length) {
        const ssize_t got = recv(one, piece, sizeof piece, 0);
        if (got <= 0) return;
        buffer.append(piece, static_cast<size_t>(got));
        continue;
      }
      const std::string request = buffer.substr(0, end + 4 + length);
      buffer.erase(0, request.size());
      seen_.with([&](auto& all) { all.push_back(request); });
      const std::string response = answer_(request);
      if (response == "hang") continue;
      if (response.starts_with("drip:")) {
        if (!drip(one, std::string_view(response).substr(5))) return;
        continue;
      }
      if (response.empty()) {
        shutdown(one, SHUT_RDWR);
        return;
      }
      if (::send(one, response.data(), response.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  static bool drip(int one, std::string_view text) {
    const std::string_view head = text.substr(0, text.find("\r\n\r\n") + 4);
    if (::send(one, head.data(), head.size(), MSG_NOSIGNAL) < 0) return false;
    for (const char byte : text.substr(head.size())) {
      pollfd hung_up{one, POLLRDHUP, 0};
      if (poll(&hung_up, 1, static_cast<int>(kDrip.count())) != 0) return false;
      if (::send(one, &byte, 1, MSG_NOSIGNAL) < 0) return false;
    }
    return true;
  }

  Answer answer_;
  int listener_ = -1;
  uint16_t port_ = 0;
  Synced<std::vector<int>> open_;
  Synced<std::vector<std::string>> seen_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

std::string response(const std::string& body, const std::string& head = "HTTP/1.1 200 OK\r\n") {
  return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string echo(const std::string& request) { return response(request); }

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.use_proxy = false;
  return request;
}

TEST(CurlTransport, SendsExactlyWhatItIsGivenAndNothingMore) {
  SocketServer server(echo);
  auto transport = make_curl_transport({.user_agent = "hostmaster/1"});
  auto request = get(server.url("/a//b/../c?x=%7E&y"));
  request.headers = {{"X-Amz-Date", "20261123T000000Z"}, {"X-Empty", ""}};
  const auto answer = transport->send(request);
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(answer->body.starts_with("GET /a//b/../c?x=%7E&y HTTP/1.1\r\n")) << answer->body;
  EXPECT_NE(answer->body.find("X-Amz-Date: 20261123T000000Z\r\n"), std::string::npos);
  EXPECT_NE(answer->body.find("X-Empty:\r\n"), std::string::npos) << answer->body;
  EXPECT_NE(answer->body.find("User-Agent: hostmaster/1\r\n"), std::string::npos);
  EXPECT_EQ(answer->body.find("Accept:"), std::string::npos);
  EXPECT_EQ(answer->body.find("Expect:"), std::string::npos);
}

TEST(CurlTransport, EveryMethodCarriesItsBody) {
  SocketServer server(echo);
  auto transport = make_curl_transport({});
  const std::string large(200000, 'x');  // libcurl alone would ask "Expect: 100-continue" first
  struct Case {
    std::string method, body;
    bool length;
  };
  for (const Case& c : {Case{"POST", large, true}, Case{"POST", "", true}, Case{"PUT", "", true},
                        Case{"PATCH", "p", true}, Case{"DELETE", "", false}, Case{"DELETE", "d", true},
                        Case{"GET", "g", true}, Case{"GET", "", false}}) {
    auto request = get(server.url());
    request.method = c.method;
    request.body = c.body;
    const auto answer = transport->send(request);
    ASSERT_TRUE(answer.has_value()) << c.method << answer.error().text();
    EXPECT_TRUE(answer->body.starts_with(c.method + " / ")) << c.method;
    EXPECT_TRUE(answer->body.ends_with("\r\n\r\n" + c.body)) << c.method;
    EXPECT_EQ(answer->body.find("Content-Length: ") != std::string::npos, c.length) << c.method;
    EXPECT_EQ(answer->body.find("Content-Type"), std::string::npos) << c.method;
    EXPECT_EQ(answer->body.find("Expect"), std::string::npos) << c.method;
  }
}

TEST(CurlTransport, HeadHasALengthAndNoBody) {
  SocketServer server([](const std::string&) { return "HTTP/1.1 404 No\r\nContent-Length: 99\r\n\r\n"; });
  auto transport = make_curl_transport({});
  auto request = get(server.url());
  request.method = "HEAD";
  const auto answer = transport->send(request);
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "");
}

TEST(CurlTransport, KeepsConnectionsAlive) {
  SocketServer server(echo);
  auto transport = make_curl_transport({});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport->send(get(server.url())).has_value());
  EXPECT_EQ(server.connections(), 1u);
}

TEST(CurlTransport, NeverFollowsARedirect) {
  SocketServer server([&](const std::string&) {
    return response("", "HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nX-Two: a\r\nX-Two: b\r\n");
  });
  auto transport = make_curl_transport({});
  const auto answer = transport->send(get(server.url()));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 301);
  EXPECT_EQ(answer->headers.get("location"), "/elsewhere");
  EXPECT_EQ(server.seen().size(), 1u);
}

TEST(CurlTransport, AnInterimAnswerIsNotTheAnswer) {
  SocketServer server(
      [&](const std::string&) { return "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n" + response("done"); });
  auto transport = make_curl_transport({});
  const auto answer = transport->send(get(server.url()));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.find("X-Interim"), nullptr);
  EXPECT_EQ(answer->body, "done");
}

TEST(CurlTransport, TooLargeAnAnswerIsRefused) {
  SocketServer server([&](const std::string&) { return response(std::string(5000, 'x')); });
  auto transport = make_curl_transport({});
  auto request = get(server.url());
  request.max_response_bytes = 4999;
  const auto answer = transport->send(request);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::exhausted);
  request.max_response_bytes = 5000;
  EXPECT_TRUE(transport->send(request).has_value());
}

TEST(CurlTransport, SaysWhetherTheRequestLeft) {
  auto transport = make_curl_transport({});
  std::string closed_url;
  {
    SocketServer gone(echo);
    closed_url = gone.url();
  }
  const auto refused = transport->send(get(closed_url));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(refused.error().notes.at("sent"), "no");

  SocketServer closing([](const std::string&) { return ""; });
  const auto cut = transport->send(get(closing.url()));
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(cut.error().notes.at("sent"), "yes");
}

TEST(CurlTransport, DoesNotRepeatARequestOnADeadKeptConnection) {
  int requests = 0;
  SocketServer server([&](const std::string&) { return ++requests == 1 ? response("first") : ""; });
  auto transport = make_curl_transport({});
  ASSERT_TRUE(transport->send(get(server.url())).has_value());
  auto request = get(server.url());
  request.method = "POST";
  request.body = "once";
  const auto answer = transport->send(request);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().notes.at("sent"), "yes");
  EXPECT_EQ(server.seen().size(), 2u);
}

TEST(CurlTransport, TimesOutAndStops) {
  SocketServer server([](const std::string&) { return "hang"; });
  auto transport = make_curl_transport({});
  auto request = get(server.url());
  request.timeout = std::chrono::milliseconds(50);
  const auto late = transport->send(request);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::timeout);
  EXPECT_EQ(late.error().code, "read_timeout");
  EXPECT_EQ(late.error().notes.at("sent"), "yes");

  std::stop_source stop;
  auto stopped = get(server.url());
  stopped.stop = stop.get_token();
  std::promise<Result<HttpResponse>> answer;
  transport->start(stopped, [&](Result<HttpResponse> got) { answer.set_value(std::move(got)); });
  stop.request_stop();
  const auto got = answer.get_future().get();
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().kind, ErrorKind::cancelled);
}

// Each byte comes well within the timeout, and all of them together far beyond it.
TEST(CurlTransport, AnswersThatFlowAreNotCut) {
  const std::string body(60, 'x');
  SocketServer server([&](const std::string&) { return "drip:" + response(body); });
  auto transport = make_curl_transport({});
  auto request = get(server.url());
  request.timeout = kDrip * 30;
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = transport->send(request);
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_EQ(answer->body, body);
  EXPECT_GT(std::chrono::steady_clock::now() - begun, request.timeout);
}

TEST(CurlTransport, SilenceInTheMiddleOfAnAnswerEndsIt) {
  SocketServer server([](const std::string&) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"; });
  auto transport = make_curl_transport({});
  auto request = get(server.url());
  request.timeout = std::chrono::milliseconds(50);
  const auto late = transport->send(request);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::timeout);
  EXPECT_NE(late.error().message.find("not a byte came for 50 ms"), std::string::npos)
      << late.error().message;
}

TEST(CurlTransport, AnAnswerThatOnlyDripsEndsToo) {
  SocketServer server([](const std::string&) { return "drip:" + response(std::string(100000, 'x')); });
  auto transport = make_curl_transport({});
  auto request = get(server.url());
  request.timeout = kDrip * 4;
  const auto late = transport->send(request);
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().kind, ErrorKind::timeout);
}

TEST(CurlTransport, TheDestructorCancelsWhatIsUnderWay) {
  SocketServer server([](const std::string&) { return "hang"; });
  auto transport = make_curl_transport({});
  std::promise<Result<HttpResponse>> answer;
  transport->start(get(server.url()), [&](Result<HttpResponse> got) { answer.set_value(std::move(got)); });
  transport.reset();
  const auto got = answer.get_future().get();
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().kind, ErrorKind::cancelled);
}

TEST(CurlTransport, RefusesWhatWouldSmuggleAHeader) {
  SocketServer server(echo);
  auto transport = make_curl_transport({});
  auto request = get(server.url());
  request.headers.add("X-A", "b\r\nX-Evil: 1");
  const auto answer = transport->send(request);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::invalid);
  EXPECT_EQ(server.seen().size(), 0u);
}

TEST(CurlTransport, BoundsWhatIsUnderWay) {
  SocketServer server([](const std::string&) { return "hang"; });
  auto transport = make_curl_transport({.max_requests = 1});
  std::promise<void> first;
  transport->start(get(server.url()), [&](const Result<HttpResponse>&) { first.set_value(); });
  const auto second = transport->send(get(server.url()));
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::exhausted);
  transport.reset();
  first.get_future().get();
}

TEST(CurlTransport, ManyThreadsShareIt) {
  SocketServer server(echo);
  auto transport = make_curl_transport({.max_connections_per_host = 4});
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = "/" + std::to_string(t) + "-" + std::to_string(i);
        const auto answer = transport->send(get(server.url(path)));
        if (answer.has_value() && answer->body.find(path + " ") != std::string::npos) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
  EXPECT_LE(server.connections(), 4u);
}

TEST(CurlTransport, UsesTheProxyUnlessForbidden) {
  SocketServer proxy([](const std::string&) { return response("from the proxy"); });
  setenv("http_proxy", proxy.url().c_str(), 1);
  auto transport = make_curl_transport({});
  HttpRequest request;
  request.url = "http://nowhere.invalid/x";
  const auto through = transport->send(request);
  request.use_proxy = false;
  const auto direct = transport->send(request);
  unsetenv("http_proxy");
  ASSERT_TRUE(through.has_value()) << through.error().text();
  EXPECT_EQ(through->body, "from the proxy");
  ASSERT_EQ(proxy.seen().size(), 1u);
  EXPECT_TRUE(proxy.seen()[0].starts_with("GET http://nowhere.invalid/x HTTP/1.1"));
  EXPECT_FALSE(direct.has_value());
}

}  // namespace
}  // namespace hm
