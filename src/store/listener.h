// Hears PostgreSQL's NOTIFY on a connection and a thread of its own, and passes the number on. Only hints:
// whatever is missed while the connection is away is found in the change log. Its connection is that of a
// server too, by which others see that there is one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "base/time.h"

namespace hm::store {

constexpr std::string_view kChangeChannel = "hostmaster_change";

// Shared by the servers of a store for as long as they are connected; whoever gets it alone knows of none.
constexpr std::string_view kServerKey =
    "hashtextextended('hostmaster server ' || (select value from store_meta where key = 'identity'), 0)";

class Listener {
 public:
  // heard(seq) and, each time that it has connected, connected() are called on the listener's thread.
  struct Callbacks {
    std::function<void(int64_t)> heard;
    std::function<void()> connected = [] {};
  };
  // `server`: it takes the key before it says that it is connected.
  Listener(std::string url, bool server, Callbacks callbacks);
  ~Listener();

 private:
  void run(const std::stop_token& stop);
  // Until the connection is lost or a stop is asked for. False if it never worked.
  bool listen(const std::stop_token& stop);
  bool wait_readable(int socket, int limit_ms) const;

  const std::string url_;
  const bool server_;
  const Callbacks callbacks_;
  int wake_fd_ = -1;
  std::jthread thread_;
};

}  // namespace hm::store
