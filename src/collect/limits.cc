#include "collect/limits.h"

namespace hm::collect {

Limits::Permit Limits::acquire(const std::string& account_id, const std::string& region,
                               const std::string& service, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  Gate& gate = gates_[account_id + "/" + region + "/" + service];
  if (!gate.freed.wait(lock, std::move(stop), [&] { return gate.used < per_service_; })) return {};
  ++gate.used;
  return Permit(this, &gate);
}

void Limits::release(Gate& gate) {
  {
    std::lock_guard lock(mutex_);
    --gate.used;
  }
  gate.freed.notify_one();
}

}  // namespace hm::collect
