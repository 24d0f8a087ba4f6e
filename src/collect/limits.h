// Bounds how many calls are under way at once to one service in one region of one account.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

namespace hm::collect {

// Thread-safe. Knows as many gates as there are accounts x regions x services.
class Limits {
  // One for each service in a region of an account; whoever waits at one is woken by that one alone.
  struct Gate {
    int used = 0;
    std::condition_variable_any freed;
  };

 public:
  explicit Limits(int per_service) : per_service_(per_service) {}

  // Held while a call is under way.
  class Permit {
   public:
    Permit() = default;
    Permit(Limits* limits, Gate* gate) : limits_(limits), gate_(gate) {}
    Permit(Permit&& other) noexcept : limits_(other.limits_), gate_(other.gate_) { other.limits_ = nullptr; }
    Permit& operator=(Permit&&) = delete;
    ~Permit() {
      if (limits_ != nullptr) limits_->release(*gate_);
    }
    // False where `stop` was requested before there was room.
    explicit operator bool() const { return limits_ != nullptr; }

   private:
    Limits* limits_ = nullptr;
    Gate* gate_ = nullptr;
  };

  Permit acquire(const std::string& account_id, const std::string& region, const std::string& service,
                 std::stop_token stop);

 private:
  void release(Gate& gate);

  const int per_service_;
  std::mutex mutex_;
  std::map<std::string, Gate> gates_;  // nodes stay where they are
};

}  // namespace hm::collect
