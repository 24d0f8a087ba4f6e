#include "base/handler_pool.h"

#include <utility>

namespace hm {

HandlerPool::HandlerPool(int threads, size_t max_queued) : max_queued_(max_queued) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

HandlerPool::~HandlerPool() { stop(); }

bool HandlerPool::try_post(Job job) {
  const bool taken = state_.with([&](State& state) {
    if (state.stopping || state.jobs.size() >= max_queued_) return false;
    state.jobs.push_back(std::move(job));
    return true;
  });
  if (taken) state_.notify();
  return taken;
}

bool HandlerPool::post(Job job) {
  const bool taken = state_.with([&](State& state) {
    if (state.stopping) return false;
    state.jobs.push_back(std::move(job));
    return true;
  });
  if (taken) state_.notify();
  return taken;
}

void HandlerPool::stop() {
  state_.with([](State& state) { state.stopping = true; });
  state_.notify();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

size_t HandlerPool::queued() const {
  return state_.with([](const State& state) { return state.jobs.size(); });
}

void HandlerPool::run() {
  while (true) {
    Job job = state_.wait([](const State& state) { return state.stopping || !state.jobs.empty(); },
                          [](State& state) {
                            if (state.jobs.empty()) return Job();
                            Job next = std::move(state.jobs.front());
                            state.jobs.pop_front();
                            return next;
                          });
    if (!job) return;
    job();
  }
}

}  // namespace hm
