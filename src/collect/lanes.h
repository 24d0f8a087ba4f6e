// Runs sweeps on a bounded number of threads, in lanes: one for each account and region. A lane that was not
// reached yet, or not lately, gets few threads, so that a region which swallows packets cannot hold up the
// others; reachability.h keeps it from being asked again and again.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace hm::collect {

enum class Reached { yes, no };

struct LaneTask {
  std::string lane;
  std::function<Reached(std::stop_token stop)> run;  // on a thread of the lanes
};

struct LaneOptions {
  size_t threads = 16;
  size_t per_lane = 8;           // at once, once the lane has been reached
  size_t per_unproven_lane = 2;  // at once, before
  size_t most_waiting = 200'000;
};

// Thread-safe.
class Lanes {
 public:
  explicit Lanes(LaneOptions options);
  // Asks what runs to stop, drops what waits.
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  // Fails (kind exhausted) when too many wait already.
  Status add(LaneTask task);
  // Until there is room for one more. False where `stop` was requested first.
  bool wait_for_room(std::stop_token stop);
  // Until nothing waits or runs, or `stop`: then what waits is dropped and what runs is asked to stop.
  void wait_idle(std::stop_token stop);

 private:
  struct Lane {
    std::deque<LaneTask> waiting;
    size_t running = 0;
    bool proven = false;
  };

  void work(std::stop_token stop);
  Lane* next_lane();
  bool has_room(const Lane& lane) const;

  const LaneOptions options_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Lane> lanes_;
  std::string last_;  // the lane served last: they take turns
  size_t waiting_ = 0;
  size_t running_ = 0;
  std::stop_source stop_;
  std::vector<std::jthread> threads_;
};

}  // namespace hm::collect
