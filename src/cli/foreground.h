// Running in the foreground until somebody says stop.
#pragma once

namespace hm::cli {

// Holds SIGINT and SIGTERM back in every thread, until wait() takes them.
class StopSignals {
 public:
  // Before any thread is started.
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  // Until SIGINT or SIGTERM, or the child `pid` (0: none) has ended. True where the child did.
  bool wait(int pid = 0);
};

}  // namespace hm::cli
