// Ctrl-C and SIGTERM as a stop token.
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace hm::cli {

// Make it before any other thread: threads inherit that the signals are blocked. The first signal requests
// the stop; a second one ends the program at once.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::stop_token token() const { return stop_.get_token(); }
  bool requested() const { return stop_.stop_requested(); }

 private:
  sigset_t before_{};
  std::stop_source stop_;
  std::jthread waiter_;
};

}  // namespace hm::cli
