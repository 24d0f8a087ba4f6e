// Our own limit on how fast we call: a token bucket for each (account, region, service, class of operation),
// at a share of the rate that AWS publishes, so that HostMaster never eats the quota of the customer's other
// programs.
#pragma once

#include <map>
#include <string>

#include "aws/model.h"
#include "base/json.h"
#include "base/sync.h"
#include "base/time.h"

namespace hm::aws {

enum class CallClass { mutating, list, other };
CallClass class_of(const Operation& operation);

// Which calls take from the same bucket.
enum class Bucket { operation, call_class, service };

struct PublishedRate {
  double per_second;
  double burst;
  Bucket bucket = Bucket::call_class;
  bool published = true;  // false: AWS says nothing, and the figure is ours
};
// What AWS publishes for the operation; where it publishes nothing, a cautious figure of our own. The table,
// its sources and what is not from AWS's pages are in rate_limit.cc. `params` count, because EC2 allows less
// to lists that ask for everything at once.
PublishedRate published_rate(std::string_view service, std::string_view operation, CallClass call_class,
                             const Json& params);

// Thread-safe. Holds at most kMaxBuckets; beyond that the one that was not used for longest goes, which is
// full again by then.
class RateLimit {
 public:
  static constexpr size_t kMaxBuckets = 20000;
  explicit RateLimit(double share) : share_(share) {}

  // Takes a token and says how long to wait until it is there. 0 where the share is 0 (no limit).
  Micros take(std::string_view account, std::string_view region, const Service& service,
              const Operation& operation, const Json& params, Time now);

 private:
  struct Level {
    double tokens = 0;  // below 0: those who wait hold them already
    Time at{};
  };
  const double share_;
  Synced<std::map<std::string, Level, std::less<>>> buckets_;
};

}  // namespace hm::aws
