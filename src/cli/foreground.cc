#include "cli/foreground.h"

#include <csignal>

#include <sys/wait.h>

namespace hm::cli {

namespace {
sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGCHLD);
  return set;
}
}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

StopSignals::~StopSignals() {
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

bool StopSignals::wait(int pid) {
  const sigset_t set = stop_set();
  while (true) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) continue;
    if (signal != SIGCHLD) return false;
    int status = 0;
    if (pid > 0 && waitpid(pid, &status, WNOHANG) == pid) return true;
  }
}

}  // namespace hm::cli
