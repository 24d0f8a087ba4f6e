// What goes wrong on request, and how fast calls may come.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/sync.h"
#include "base/time.h"

namespace hm::sim {

// One of:
//   fail:30%                                    that share of all calls: an error 500, a throttle or a cut
//   connection blackhole:eu-west-1                         calls to the region are taken and never answered
//   denied:ACCOUNT[:service[:Operation]]        the account may not call that
//   deny-resource:service:Operation:resource    nobody may do that to that resource
//   expired[:ACCOUNT]                           credentials are taken for expired
//   throttle:service                            every call to the service is throttled
//   events:lose:30%                             that share of events is not delivered
//   events:twice:30%                            and that one is delivered twice
//   events:shuffle:30%                          and that one comes before those that were there
//   events:delay:500ms                          they arrive so much later
struct Fault {
  std::string text;  // as given
  std::string kind;
  std::vector<std::string> parts;  // what follows the kind
  double share = 0;                // of fail and of events
  Micros delay{0};                 // of events
};

Result<Fault> parse_fault(std::string_view text);

struct Target {
  std::string_view account_id, region, service, operation;
};

class Faults {
 public:
  explicit Faults(uint64_t seed) : state_(State{{}, std::mt19937_64(seed)}) {}
  // All of these are thread-safe.
  Status add(std::string_view text);
  void clear();
  Json list() const;

  bool blackholed(std::string_view region) const;
  bool denied(const Target& target) const;
  bool throttled(std::string_view service) const;
  bool expired(std::string_view account_id) const;
  // True where a fault denies this operation on one of the texts in the parameters.
  bool denied_resource(const Target& target, const Json& params) const;
  enum class Failure { none, error, throttle, cut };
  Failure next_failure();
  // What goes wrong with the next event that is to be delivered.
  struct Delivery {
    bool lost = false, twice = false, in_front = false;
    Micros delay{0};
  };
  Delivery next_delivery();

 private:
  struct State {
    std::vector<Fault> faults;
    std::mt19937_64 random;
  };
  template <class F>
  bool any(std::string_view kind, F&& f) const;
  Synced<State> state_;
};

// AWS's token buckets: one for each account, region, service and class of operation.
class Throttle {
 public:
  explicit Throttle(bool on) : on_(on) {}
  // Takes a token; false where there is none. Thread-safe.
  bool take(const Target& target, Time now);

 private:
  struct Bucket {
    double tokens;
    Time filled_at;
  };
  bool on_;
  Synced<std::map<std::string, Bucket>> buckets_;
};

// How long answers take: "20ms" or "20ms-80ms".
struct Latency {
  Micros least{0}, most{0};
};
Result<Latency> parse_latency(std::string_view text);

}  // namespace hm::sim
