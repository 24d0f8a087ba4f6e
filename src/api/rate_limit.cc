#include "api/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace hm::api {

namespace {
// With more addresses than this, those that are full again (that is, have not tried lately) are forgotten.
constexpr size_t kMaxBuckets = 10'000;
}  // namespace

std::optional<std::chrono::seconds> RateLimit::take(const std::string& key, Time now) {
  const auto refilled = [&](const Bucket& bucket) {
    const double seconds = std::chrono::duration<double>(now - bucket.at).count();
    return std::min<double>(burst_,
                            bucket.tokens + std::max(0.0, seconds) / static_cast<double>(refill_.count()));
  };
  return buckets_.with([&](auto& buckets) -> std::optional<std::chrono::seconds> {
    if (buckets.size() >= kMaxBuckets) {
      std::erase_if(buckets, [&](const auto& entry) { return refilled(entry.second) >= burst_; });
      if (buckets.size() >= kMaxBuckets) buckets.clear();
    }
    Bucket& bucket = buckets.try_emplace(key, Bucket{static_cast<double>(burst_), now}).first->second;
    bucket.tokens = refilled(bucket);
    bucket.at = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return std::nullopt;
    }
    const double wait = (1 - bucket.tokens) * static_cast<double>(refill_.count());
    return std::chrono::seconds(static_cast<int64_t>(std::ceil(wait)));
  });
}

}  // namespace hm::api
