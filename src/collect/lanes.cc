#include "collect/lanes.h"

namespace hm::collect {

Lanes::Lanes(LaneOptions options) : options_(options) {
  for (size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(stop_.get_token()); });
}

Lanes::~Lanes() {
  stop_.request_stop();
  changed_.notify_all();
  threads_.clear();
}

Status Lanes::add(LaneTask task) {
  {
    std::lock_guard lock(mutex_);
    if (waiting_ >= options_.most_waiting)
      return make_error(ErrorKind::exhausted, "too_many_sweeps",
                        "more than " + std::to_string(options_.most_waiting) + " sweeps wait already");
    lanes_[task.lane].waiting.push_back(std::move(task));
    ++waiting_;
  }
  changed_.notify_all();
  return ok();
}

bool Lanes::wait_for_room(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, std::move(stop), [&] { return waiting_ < options_.most_waiting; });
}

void Lanes::wait_idle(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  const auto idle = [&] { return waiting_ == 0 && running_ == 0; };
  if (changed_.wait(lock, stop, idle)) return;
  for (auto& [name, lane] : lanes_) lane.waiting.clear();
  waiting_ = 0;
  stop_.request_stop();
  changed_.notify_all();
  changed_.wait(lock, idle);
}

bool Lanes::has_room(const Lane& lane) const {
  if (lane.waiting.empty()) return false;
  return lane.running < (lane.proven ? options_.per_lane : options_.per_unproven_lane);
}

Lanes::Lane* Lanes::next_lane() {
  const auto start = lanes_.upper_bound(last_);
  for (auto at = start; at != lanes_.end(); ++at) {
    if (has_room(at->second)) return last_ = at->first, &at->second;
  }
  for (auto at = lanes_.begin(); at != start; ++at) {
    if (has_room(at->second)) return last_ = at->first, &at->second;
  }
  return nullptr;
}

void Lanes::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    Lane* lane = nullptr;
    changed_.wait(lock, stop, [&] { return (lane = next_lane()) != nullptr; });
    if (lane == nullptr || stop.stop_requested()) return;
    LaneTask task = std::move(lane->waiting.front());
    lane->waiting.pop_front();
    --waiting_;
    ++running_;
    ++lane->running;
    lock.unlock();
    const Reached reached = task.run(stop);
    task.run = nullptr;
    lock.lock();
    --running_;
    --lane->running;
    lane->proven = reached == Reached::yes;
    changed_.notify_all();
  }
}

}  // namespace hm::collect
