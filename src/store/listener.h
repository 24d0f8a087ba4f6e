// Hears PostgreSQL's NOTIFY on a connection and a thread of its own, and passes the number on. Only hints:
// whatever is missed while the connection is away is found in the change log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "base/time.h"

namespace hm::store {

constexpr std::string_view kChangeChannel = "hostmaster_change";

class Listener {
 public:
  // heard(seq) is called on the listener's thread.
  Listener(std::string url, std::function<void(int64_t)> heard);
  ~Listener();

 private:
  void run(const std::stop_token& stop);
  // Until the connection is lost or a stop is asked for. False if it never worked.
  bool listen(const std::stop_token& stop);
  bool wait_readable(int socket, int limit_ms) const;

  const std::string url_;
  const std::function<void(int64_t)> heard_;
  int wake_fd_ = -1;
  std::jthread thread_;
};

}  // namespace hm::store
