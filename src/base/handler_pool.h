// A fixed number of threads that run jobs from a bounded queue: where handlers of requests may block.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/sync.h"

namespace hm {

class HandlerPool {
 public:
  using Job = std::function<void()>;

  HandlerPool(int threads, size_t max_queued);
  ~HandlerPool();  // as stop()

  // False where the queue is full or the pool has stopped; the job is dropped then. Thread-safe.
  bool try_post(Job job);
  // For what continues work that was let in already (bounded by it): never refused for want of room. False
  // only after stop(). Thread-safe.
  bool post(Job job);
  // Runs what is queued, then joins the threads. Not from a job.
  void stop();
  size_t queued() const;

 private:
  struct State {
    std::deque<Job> jobs;
    bool stopping = false;
  };
  void run();

  size_t max_queued_;
  mutable Synced<State> state_;
  std::vector<std::thread> threads_;
};

}  // namespace hm
