// The live view: follows the change log on one thread and tells every open WebSocket what lies in its scope.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "api/services.h"
#include "base/http_server.h"

namespace hm::api {

struct LiveOptions {
  std::chrono::seconds heartbeat{15};
  std::chrono::milliseconds wait{1000};  // at most so long until the log is asked again
  size_t max_sockets = 500;
  size_t max_sockets_of_one = 50;  // so that nobody takes them all
};

// Thread-safe.
class LiveHub {
 public:
  // The services outlive it; the server that holds its sockets does not outlive it, and it must have been
  // stopped before that server goes.
  LiveHub(Services& services, LiveOptions options);
  ~LiveHub();
  LiveHub(const LiveHub&) = delete;
  LiveHub& operator=(const LiveHub&) = delete;

  // Tells nobody anything any more and lets go of every socket. What opens later is closed at once.
  void stop();

  // The handler of one socket for the principal. `since` of the query resumes. Fails with "too_many_sockets".
  Result<WebSocketHandler> open(identity::Principal principal,
                                const std::map<std::string, std::string>& query);

 private:
  struct Socket {
    std::shared_ptr<WebSocket> socket;  // shared with the server, which closes it
    identity::Principal principal;
    int64_t since = -1;  // -1: from now on
    bool greeted = false;
    int64_t position = 0;
  };
  struct Sockets : std::vector<Socket> {
    bool stopped = false;
  };

  void run(const std::stop_token& stop);
  void greet_new(const std::stop_token& stop);
  Status greet(Socket& socket, const std::stop_token& stop);
  Status follow(const std::stop_token& stop);
  void tell_scan(Time now);
  void beat();
  // Closes the sockets of sessions that have ended; whose scope has changed hears of the new one alone, and
  // is told to load anew.
  Status check_sockets();
  // The items of a message for one socket.
  Result<JsonArray> visible(const std::vector<store::Change>& changes, const identity::Scope& scope);
  void send(const Socket& socket, const Json& message);
  void reset_all();

  Services& services_;
  const LiveOptions options_;
  Synced<Sockets> sockets_;
  int64_t position_ = 0;  // of the hub's thread alone, as are the next three
  bool positioned_ = false;
  bool store_away_ = false;
  Time next_beat_;
  Time next_scan_;
  std::string last_scan_, last_limited_scan_;
  std::jthread thread_;
};

}  // namespace hm::api
