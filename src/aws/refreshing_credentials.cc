#include "aws/refreshing_credentials.h"

#include <algorithm>
#include <utility>

#include "base/sync.h"

namespace hm::aws {

namespace {

using namespace std::chrono_literals;

constexpr Micros kAdvisory = 15min;
constexpr Micros kMandatory = 10min;
constexpr Micros kRetryAdvisory = 1min;
constexpr int kMaxRounds = 100;  // of waiting for others, each of which renewed what AWS then refused

struct Cache {
  std::optional<Credentials> current;
  Time fetched_at;
  Time next_advisory;           // not before
  bool fetching = false;        // by some thread, outside the lock
  uint64_t flights = 0;         // finished fetches
  std::optional<Error> failed;  // how the last of them failed
};

enum class Need { none, advisory, mandatory };

Need need(const Cache& cache, Time now) {
  if (!cache.current) return Need::mandatory;
  if (!cache.current->expires_at) return Need::none;
  const Micros life = *cache.current->expires_at - cache.fetched_at;
  const Micros left = *cache.current->expires_at - now;
  if (left <= std::min(kMandatory, life / 6)) return Need::mandatory;
  if (left <= std::min(kAdvisory, life / 4) && now >= cache.next_advisory) return Need::advisory;
  return Need::none;
}

class RefreshingCredentials final : public CredentialProvider {
 public:
  RefreshingCredentials(Clock& clock, std::function<Result<Credentials>()> fetch)
      : clock_(clock), fetch_(std::move(fetch)) {}

  Result<Credentials> get() override {
    for (int round = 1; round <= kMaxRounds; ++round) {
      if (auto answer = try_get()) return std::move(*answer);
    }
    return make_error(ErrorKind::unavailable, "credentials_dropped",
                      "AWS refused the credentials each time that they were renewed");
  }

  void invalidate(std::string_view access_key_id) override {
    cache_.with([&](Cache& cache) {
      if (cache.current && cache.current->access_key_id == access_key_id) cache.current.reset();
    });
  }

 private:
  // None where what this caller waited for was dropped again before it looked.
  std::optional<Result<Credentials>> try_get() {
    const Time now = clock_.now();
    enum class Role { use, fetch, wait };
    uint64_t flight = 0;
    std::optional<Credentials> known;
    const Role role = cache_.with([&](Cache& cache) {
      const Need needed = need(cache, now);
      flight = cache.flights;
      known = cache.current;
      if (needed == Need::none || (needed == Need::advisory && cache.fetching)) return Role::use;
      if (cache.fetching) return Role::wait;
      cache.fetching = true;
      return Role::fetch;
    });
    if (role == Role::use) return std::move(*known);
    if (role == Role::fetch) return fetch_now();
    return cache_.wait([&](const Cache& cache) { return cache.flights != flight; }, answer);
  }

  Result<Credentials> fetch_now() {
    Result<Credentials> fresh = fetch_();
    const Time now = clock_.now();
    if (fresh.has_value() && fresh->expires_at && *fresh->expires_at <= now) {
      fresh = make_error(ErrorKind::denied, "expired_credentials",
                         "the credentials from " + fresh->source + " have expired already");
    }
    auto out = cache_.with([&](Cache& cache) {
      cache.fetching = false;
      ++cache.flights;
      cache.failed.reset();
      if (fresh.has_value()) {
        cache.current = std::move(*fresh);
        cache.fetched_at = now;
        cache.next_advisory = now;
      } else if (need(cache, now) == Need::mandatory) {
        cache.failed = std::move(fresh.error());
      } else {
        cache.next_advisory = now + kRetryAdvisory;
      }
      return answer(cache);
    });
    cache_.notify();
    return *out;  // one of the two was set under the lock
  }

  static std::optional<Result<Credentials>> answer(const Cache& cache) {
    if (cache.failed) return Result<Credentials>(*cache.failed);
    if (cache.current) return Result<Credentials>(*cache.current);
    return std::nullopt;
  }

  Clock& clock_;
  const std::function<Result<Credentials>()> fetch_;
  Synced<Cache> cache_;
};

}  // namespace

std::shared_ptr<CredentialProvider> refreshing_credentials(Clock& clock,
                                                           std::function<Result<Credentials>()> fetch) {
  return std::make_shared<RefreshingCredentials>(clock, std::move(fetch));
}

}  // namespace hm::aws
