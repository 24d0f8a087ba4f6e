// Bounds how many calls are under way at once to one service in one region of one account.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace hm::collect {

// Thread-safe.
class Limits {
 public:
  explicit Limits(int per_service) : per_service_(per_service) {}

  // Held while a call is under way.
  class Permit {
   public:
    Permit() = default;
    Permit(Limits* limits, std::string key) : limits_(limits), key_(std::move(key)) {}
    Permit(Permit&& other) noexcept : limits_(other.limits_), key_(std::move(other.key_)) {
      other.limits_ = nullptr;
    }
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (limits_ != nullptr) limits_->release(key_);
    }
    // False where `stop` was requested before there was room.
    explicit operator bool() const { return limits_ != nullptr; }

   private:
    Limits* limits_ = nullptr;
    std::string key_;
  };

  Permit acquire(const std::string& account_id, const std::string& region, const std::string& service,
                 std::stop_token stop);

 private:
  void release(const std::string& key);

  const int per_service_;
  std::mutex mutex_;
  std::condition_variable_any freed_;
  std::map<std::string, int> used_;
};

}  // namespace hm::collect
