#include "collect/limits.h"

namespace hm::collect {

Limits::Permit Limits::acquire(const std::string& account_id, const std::string& region,
                               const std::string& service, std::stop_token stop) {
  std::string key = account_id + "/" + region + "/" + service;
  std::unique_lock lock(mutex_);
  int& used = used_[key];
  if (!freed_.wait(lock, stop, [&] { return used < per_service_; })) return {};
  ++used;
  return Permit(this, std::move(key));
}

void Limits::release(const std::string& key) {
  {
    std::lock_guard lock(mutex_);
    --used_[key];
  }
  freed_.notify_all();
}

}  // namespace hm::collect
