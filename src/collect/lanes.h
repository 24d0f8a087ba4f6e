// Runs sweeps on a bounded number of threads, in lanes: one for each account and region. A lane that was not
// reached yet gets few threads, so that a region which swallows packets cannot hold up the others; one that
// was tried in vain is passed by for a while.
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
#include "base/time.h"

namespace hm::collect {

enum class Reached { yes, no };

struct LaneTask {
  std::string lane;
  // Runs on a thread of the lanes. `closed`: the lane could not be reached just now, so do not try.
  std::function<Reached(bool closed, std::stop_token stop)> run;
};

struct LaneOptions {
  size_t threads = 16;
  size_t per_lane = 8;           // at once, once the lane has been reached
  size_t per_unproven_lane = 2;  // at once, before
  int tries = 2;                 // in vain, until the lane is closed
  std::chrono::seconds closed_for{60};
};

// Thread-safe.
class Lanes {
 public:
  Lanes(LaneOptions options, const Clock& clock);
  // Asks what runs to stop, drops what waits.
  ~Lanes();
  Lanes(const Lanes&) = delete;
  Lanes& operator=(const Lanes&) = delete;

  static constexpr size_t kMaxWaiting = 200'000;
  // Fails (kind exhausted) when too many wait already.
  Status add(LaneTask task);
  // Until nothing waits or runs, or `stop`: then what waits is dropped and what runs is asked to stop.
  void wait_idle(std::stop_token stop);

 private:
  struct Lane {
    std::deque<LaneTask> waiting;
    size_t running = 0;
    bool proven = false;
    int in_vain = 0;
    Time closed_until{};
  };

  void work(std::stop_token stop);
  Lane* next_lane();
  bool has_room(const Lane& lane) const;
  void ended(Lane& lane, Reached reached, bool was_closed);

  const LaneOptions options_;
  const Clock& clock_;
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
