// Synced<T>: the mutex owns the data, so touching it without the lock does not compile.
//
//   Synced<std::map<Key, Value>> cache_;
//   cache_.with([&](auto& map) { map[key] = value; });
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace hm {

template <class T>
class Synced {
 public:
  Synced() = default;
  explicit Synced(T value) : value_(std::move(value)) {}
  Synced(const Synced&) = delete;
  Synced& operator=(const Synced&) = delete;

  // Runs f(value) under the lock. f must not call back into the owner.
  template <class F>
  decltype(auto) with(F&& f) {
    std::lock_guard lock(mutex_);
    return std::forward<F>(f)(value_);
  }
  template <class F>
  decltype(auto) with(F&& f) const {
    std::lock_guard lock(mutex_);
    return std::forward<F>(f)(value_);
  }

  // Waits until ready(value), then runs f(value), all under the lock. Wake with notify().
  template <class Ready, class F>
  decltype(auto) wait(Ready&& ready, F&& f) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ready(value_); });
    return std::forward<F>(f)(value_);
  }
  // As wait(), but gives up after `limit`: f then runs although ready(value) may be false.
  template <class Duration, class Ready, class F>
  decltype(auto) wait_for(Duration limit, Ready&& ready, F&& f) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, limit, [&] { return ready(value_); });
    return std::forward<F>(f)(value_);
  }
  void notify() { changed_.notify_all(); }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  T value_{};
};

}  // namespace hm
