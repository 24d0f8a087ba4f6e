// What the server counts of itself, in Prometheus' text form. Labels come from our own tables, never from a
// request, so that their number is bounded. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/sync.h"

namespace hm::api {

class Metrics {
 public:
  // `route` is the pattern of the table.
  void request(std::string_view method, std::string_view route, int status, std::chrono::microseconds took);
  // Adds to a counter, or sets a gauge, that text() has a help line for.
  void add(std::string_view name, int64_t by);
  void set(std::string_view name, int64_t value);
  std::string text() const;

 private:
  struct Route {
    std::map<int, int64_t> by_status;
    double seconds = 0;
    int64_t count = 0;
  };
  struct Numbers {
    std::map<std::string, Route> routes;  // "GET /api/v1/users"
    std::map<std::string, int64_t> values;
  };
  Synced<Numbers> numbers_;
};

}  // namespace hm::api
