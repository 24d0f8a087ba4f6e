// A fixed number of threads that run jobs from a bounded queue: where handlers of requests may block.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

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
  bool add(Job job, size_t most);
  void run();

  size_t max_queued_;
  // Not a Synced: it wakes every waiter, and one job is for one thread. With sixty idle threads waking them
  // all cost five times what answering a request costs.
  mutable std::mutex mutex_;  // guards the two below
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
};

}  // namespace hm
