#include "collect/lanes.h"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

#include "collect/limits.h"
#include "collect/worker_pool.h"

namespace hm::collect {
namespace {

TEST(WorkerPool, RunsEveryIndexOnceAlsoInsideALoop) {
  WorkerPool pool(4);
  std::vector<std::atomic<int>> seen(400);
  pool.for_each(
      20, 8, [&](size_t outer) { pool.for_each(20, 8, [&](size_t inner) { ++seen[outer * 20 + inner]; }); });
  for (const auto& one : seen) EXPECT_EQ(one, 1);
}

TEST(WorkerPool, WithoutThreadsTheCallerDoesItAll) {
  WorkerPool pool(0);
  int sum = 0;
  pool.for_each(5, 3, [&](size_t i) { sum += static_cast<int>(i); });
  EXPECT_EQ(sum, 10);
}

TEST(Lanes, RunEverything) {
  Lanes lanes({});
  std::atomic<int> done = 0;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(lanes.add({"lane" + std::to_string(i % 7), [&](const std::stop_token&) {
                             ++done;
                             return Reached::yes;
                           }}));
  }
  lanes.wait_idle({});
  EXPECT_EQ(done, 500);
}

TEST(Lanes, ALaneThatCannotBeReachedHoldsUpNobody) {
  LaneOptions options;
  options.threads = 4;
  Lanes lanes(options);
  std::latch others(50);
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(lanes.add({"black hole", [&](const std::stop_token&) {
                             const int now = ++at_once;
                             for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
                             }
                             others.wait();  // ends only when all others have run
                             --at_once;
                             return Reached::no;
                           }}));
  }
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(lanes.add({"well", [&](const std::stop_token&) {
                             others.count_down();
                             return Reached::yes;
                           }}));
  }
  lanes.wait_idle({});
  EXPECT_LE(most, 2);
}

TEST(Lanes, StoppingDropsWhatWaits) {
  LaneOptions options;
  options.threads = 1;
  Lanes lanes(options);
  std::stop_source stop;
  std::atomic<int> ran = 0;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(lanes.add({"a", [&](const std::stop_token& asked) {
                             ++ran;
                             stop.request_stop();
                             // Ends only because it is asked to.
                             std::latch stopped(1);
                             std::stop_callback wake(asked, [&] { stopped.count_down(); });
                             stopped.wait();
                             return Reached::yes;
                           }}));
  }
  lanes.wait_idle(stop.get_token());
  EXPECT_EQ(ran, 1);
}

TEST(Limits, HoldBackWhatIsTooMuch) {
  Limits limits(2);
  std::stop_source stop;
  auto one = limits.acquire("a", "r", "ec2", {});
  auto two = limits.acquire("a", "r", "ec2", {});
  EXPECT_TRUE(limits.acquire("a", "r", "s3", {}));
  stop.request_stop();
  EXPECT_FALSE(limits.acquire("a", "r", "ec2", stop.get_token()));
}

}  // namespace
}  // namespace hm::collect
