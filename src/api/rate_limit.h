// A token bucket for each key (an address), for what must not be tried often. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/sync.h"
#include "base/time.h"

namespace hm::api {

class RateLimit {
 public:
  // `burst` at once, then one each `refill`.
  RateLimit(int burst, std::chrono::seconds refill) : burst_(burst), refill_(refill) {}
  // Takes one; where there is none, how long to wait.
  std::optional<std::chrono::seconds> take(const std::string& key, Time now);

 private:
  struct Bucket {
    double tokens;
    Time at;
  };
  const int burst_;
  const std::chrono::seconds refill_;
  Synced<std::map<std::string, Bucket>> buckets_;
};

}  // namespace hm::api
