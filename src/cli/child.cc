#include "cli/child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hm::cli {

namespace {

constexpr size_t kMaxOutput = 1024 * 1024;

Error system_error(const std::string& doing) {
  return make_error(ErrorKind::unavailable, "cannot_start", doing + ": " + std::strerror(errno));
}

// Between fork and exec only what is safe there.
[[noreturn]] void become(const char* program, char* const* argv, int output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);  // the parent ended already
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(output, STDOUT_FILENO);
  execv(program, argv);
  _exit(127);
}

}  // namespace

Result<Child> Child::start(const std::string& program, const std::vector<std::string>& args) {
  if (access(program.c_str(), X_OK) != 0) return system_error(program);
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("pipe");
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& arg : args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(program.c_str(), argv.data(), ends[1], parent);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return system_error("fork");
  }
  return Child(pid, ends[0]);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), output_(std::exchange(other.output_, -1)) {}

Child::~Child() {
  if (output_ >= 0) close(output_);
  if (pid_ <= 0) return;
  // ESRCH where it has ended and was waited for already.
  if (kill(pid_, SIGTERM) == 0) waitpid(pid_, nullptr, 0);
}

Result<std::string> Child::read_until_line(std::string_view last) {
  std::string text;
  const std::string end = "\n" + std::string(last) + "\n";
  std::array<char, 4096> part{};
  while (text.find(end) == std::string::npos) {
    const ssize_t count = read(output_, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || text.size() > kMaxOutput) {
      return make_error(ErrorKind::unavailable, "ended_early", "the program ended before it was ready");
    }
    text.append(part.data(), static_cast<size_t>(count));
  }
  return text;
}

}  // namespace hm::cli
