#include "aws/refreshing_credentials.h"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

using namespace std::chrono_literals;

const Time kStart = from_micros(1'700'000'000'000'000);

// Hands out numbered credentials, or fails.
struct Source {
  FakeClock clock{kStart};
  Micros life = 1h;
  bool fails = false;
  int calls = 0;

  std::shared_ptr<CredentialProvider> provider() {
    return refreshing_credentials(clock, [this]() -> Result<Credentials> {
      ++calls;
      if (fails) return make_error(ErrorKind::unavailable, "down", "no answer");
      Credentials out;
      out.access_key_id = "key-" + std::to_string(calls);
      out.expires_at = clock.now() + life;
      return out;
    });
  }
};

TEST(RefreshingCredentials, AreKeptUntilFifteenMinutesBeforeExpiry) {
  Source source;
  const auto provider = source.provider();
  EXPECT_EQ(provider->get()->access_key_id, "key-1");
  source.clock.advance(44min);
  EXPECT_EQ(provider->get()->access_key_id, "key-1");
  source.clock.advance(2min);
  EXPECT_EQ(provider->get()->access_key_id, "key-2");
  EXPECT_EQ(source.calls, 2);
}

TEST(RefreshingCredentials, AnAdvisoryFailureIsToleratedAndNotRepeatedAtOnce) {
  Source source;
  const auto provider = source.provider();
  ASSERT_TRUE(provider->get().has_value());
  source.clock.advance(46min);
  source.fails = true;
  EXPECT_EQ(provider->get()->access_key_id, "key-1");
  EXPECT_EQ(provider->get()->access_key_id, "key-1");
  EXPECT_EQ(source.calls, 2);
  source.clock.advance(61s);
  EXPECT_EQ(provider->get()->access_key_id, "key-1");
  EXPECT_EQ(source.calls, 3);
}

TEST(RefreshingCredentials, AMandatoryFailureIsAnError) {
  Source source;
  const auto provider = source.provider();
  ASSERT_TRUE(provider->get().has_value());
  source.clock.advance(51min);
  source.fails = true;
  EXPECT_EQ(provider->get().error().code, "down");
  source.fails = false;
  EXPECT_EQ(provider->get()->access_key_id, "key-3");
}

TEST(RefreshingCredentials, ShortLivedOnesAreNotFetchedAtEveryCall) {
  Source source;
  source.life = 8min;
  const auto provider = source.provider();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(provider->get()->access_key_id, "key-1");
  source.clock.advance(7min);
  EXPECT_EQ(provider->get()->access_key_id, "key-2");
}

TEST(RefreshingCredentials, ExpiredOnArrivalIsAnError) {
  Source source;
  source.life = -1min;
  EXPECT_EQ(source.provider()->get().error().code, "expired_credentials");
}

TEST(RefreshingCredentials, InvalidateForgets) {
  Source source;
  const auto provider = source.provider();
  ASSERT_TRUE(provider->get().has_value());
  provider->invalidate("key-1");
  EXPECT_EQ(provider->get()->access_key_id, "key-2");
}

// A call that comes back late says it of credentials that were renewed long ago.
TEST(RefreshingCredentials, InvalidateLeavesTheNewOnes) {
  Source source;
  const auto provider = source.provider();
  ASSERT_TRUE(provider->get().has_value());
  provider->invalidate("key-1");
  EXPECT_EQ(provider->get()->access_key_id, "key-2");
  provider->invalidate("key-1");
  EXPECT_EQ(provider->get()->access_key_id, "key-2");
  EXPECT_EQ(source.calls, 2);
}

// Whoever waits for a renewal that is dropped before he sees it waits for the next one.
TEST(RefreshingCredentials, WaitersOutliveWhatIsDropped) {
  constexpr int kCallers = 4;
  FakeClock clock(kStart);
  std::atomic<int> calls = 0;
  const auto provider = refreshing_credentials(clock, [&]() -> Result<Credentials> {
    Credentials out;
    out.access_key_id = std::to_string(++calls);
    std::this_thread::yield();
    return out;
  });
  std::atomic<int> failed = 0;
  std::vector<std::jthread> callers;
  callers.reserve(kCallers);
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        const auto got = provider->get();
        if (got.has_value()) {
          provider->invalidate(got->access_key_id);
        } else {
          ++failed;
        }
      }
    });
  }
  callers.clear();
  EXPECT_EQ(failed, 0);
}

TEST(RefreshingCredentials, OneFetchServesAllWhoWait) {
  constexpr int kCallers = 8;
  FakeClock clock(kStart);
  std::latch all_here(kCallers);
  std::atomic<int> calls = 0;
  const auto provider = refreshing_credentials(clock, [&]() -> Result<Credentials> {
    ++calls;
    all_here.wait();  // until every caller is about to ask
    Credentials out;
    out.access_key_id = "one";
    return out;
  });
  std::atomic<int> served = 0;
  std::vector<std::jthread> callers;
  callers.reserve(kCallers);
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      all_here.count_down();
      if (provider->get()->access_key_id == "one") ++served;
    });
  }
  callers.clear();
  EXPECT_EQ(served, kCallers);
  EXPECT_EQ(calls, 1);
}

TEST(RefreshingCredentials, OneFailureIsEverybodysWhoWaited) {
  FakeClock clock(kStart);
  std::latch fetching(1), go_on(1);
  std::atomic<int> calls = 0;
  const auto provider = refreshing_credentials(clock, [&]() -> Result<Credentials> {
    if (++calls == 1) fetching.count_down();
    go_on.wait();
    return make_error(ErrorKind::denied, "refused", "no");
  });
  std::jthread first([&] { EXPECT_EQ(provider->get().error().code, "refused"); });
  fetching.wait();
  std::jthread second([&] { EXPECT_FALSE(provider->get().has_value()); });
  go_on.count_down();
  first.join();
  second.join();
  EXPECT_GE(calls, 1);
}

}  // namespace
}  // namespace hm::aws
