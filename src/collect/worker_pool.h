// Threads that help with loops: the caller of for_each works too, so a loop inside a loop cannot lock up.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace hm::collect {

// Thread-safe.
class WorkerPool {
 public:
  explicit WorkerPool(size_t threads);
  // Waits for what is under way; loops must have ended.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Calls f(0) to f(count - 1), at most `most` at once, on this thread and those of the pool that are free.
  // Returns when all have ended. f must not throw.
  void for_each(size_t count, size_t most, const std::function<void(size_t)>& f);

 private:
  // More helpers than this never wait: they would come too late to help.
  static constexpr size_t kMaxWaiting = 4096;
  void work();
  bool offer(std::function<void()> helper);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hm::collect
