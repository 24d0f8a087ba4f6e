// Our own limit on how fast we call: a token bucket for each (account, region, service, class of operation),
// at a share of the rate that AWS publishes, so that HostMaster never eats the quota of the customer's other
// programs.
#pragma once

#include <map>
#include <string>

#include "aws/model.h"
#include "base/sync.h"
#include "base/time.h"

namespace hm::aws {

enum class CallClass { mutating, list, other };
CallClass class_of(const Operation& operation);

struct PublishedRate {
  double per_second;
  double burst;
  bool each_operation = false;  // AWS counts every operation apart; else the class shares one bucket
};
// What AWS publishes for the operation; where it publishes nothing, a figure that no service is known to
// refuse. The table and its sources are in rate_limit.cc.
PublishedRate published_rate(std::string_view service, std::string_view operation, CallClass call_class);

// Thread-safe. Holds at most kMaxBuckets; beyond that the one that was not used for longest goes, which is
// full again by then.
class RateLimit {
 public:
  static constexpr size_t kMaxBuckets = 20000;
  explicit RateLimit(double share) : share_(share) {}

  // Takes a token and says how long to wait until it is there. 0 where the share is 0 (no limit).
  Micros take(std::string_view account, std::string_view region, const Service& service,
              const Operation& operation, Time now);

 private:
  struct Bucket {
    double tokens = 0;  // below 0: those who wait hold them already
    Time at{};
  };
  const double share_;
  Synced<std::map<std::string, Bucket, std::less<>>> buckets_;
};

}  // namespace hm::aws
