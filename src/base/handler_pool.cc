#include "base/handler_pool.h"

#include <limits>
#include <utility>

namespace hm {

HandlerPool::HandlerPool(int threads, size_t max_queued) : max_queued_(max_queued) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

HandlerPool::~HandlerPool() { stop(); }

bool HandlerPool::add(Job job, size_t most) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= most) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

bool HandlerPool::try_post(Job job) { return add(std::move(job), max_queued_); }

bool HandlerPool::post(Job job) { return add(std::move(job), std::numeric_limits<size_t>::max()); }

void HandlerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

size_t HandlerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void HandlerPool::run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace hm
