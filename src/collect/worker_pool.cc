#include "collect/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <memory>

namespace hm::collect {

namespace {

// One for_each. A helper that starts after the loop has ended finds it closed and touches nothing of it.
struct Loop {
  std::mutex mutex;
  std::condition_variable changed;
  std::atomic<size_t> next{0};
  size_t count = 0;
  size_t helping = 0;
  bool closed = false;
  const std::function<void(size_t)>* f = nullptr;

  void run() {
    for (size_t i = next++; i < count; i = next++) (*f)(i);
  }

  void help() {
    {
      std::lock_guard lock(mutex);
      if (closed) return;
      ++helping;
    }
    run();
    {
      std::lock_guard lock(mutex);
      --helping;
    }
    changed.notify_all();
  }
};

}  // namespace

WorkerPool::WorkerPool(size_t threads) {
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void WorkerPool::work() {
  while (true) {
    std::function<void()> helper;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      helper = std::move(waiting_.front());
      waiting_.pop_front();
    }
    helper();
  }
}

bool WorkerPool::offer(std::function<void()> helper) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= kMaxWaiting) return false;
    waiting_.push_back(std::move(helper));
  }
  changed_.notify_one();
  return true;
}

void WorkerPool::for_each(size_t count, size_t most, const std::function<void(size_t)>& f) {
  if (count == 0) return;
  auto loop = std::make_shared<Loop>();  // shared with helpers that may start after this has returned
  loop->count = count;
  loop->f = &f;
  const size_t helpers = std::min({count - 1, most > 0 ? most - 1 : 0, threads_.size()});
  for (size_t i = 0; i < helpers; ++i) {
    if (!offer([loop] { loop->help(); })) break;
  }
  loop->run();
  std::unique_lock lock(loop->mutex);
  loop->closed = true;
  loop->changed.wait(lock, [&] { return loop->helping == 0; });
}

}  // namespace hm::collect
