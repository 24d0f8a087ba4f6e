#include "aws/environment.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

constexpr size_t kMaxFileBytes = 8u * 1024 * 1024;
constexpr size_t kMaxOutputBytes = 1024 * 1024;
constexpr std::chrono::seconds kMaxRunTime{60};

std::string reason() { return std::strerror(errno); }

// Services are often started without HOME; the user's record has it all the same.
std::optional<std::string> home_of_user() {
  passwd record{};
  passwd* found = nullptr;
  char buffer[4096];
  if (::getpwuid_r(::getuid(), &record, buffer, sizeof buffer, &found) != 0 || !found) return std::nullopt;
  return std::string(found->pw_dir);
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return make_error(errno == ENOENT || errno == ENOTDIR ? ErrorKind::not_found : ErrorKind::denied,
                      "unreadable_file", "cannot read " + path + ": " + reason());
  }
  std::string out(kMaxFileBytes + 1, '\0');
  file.read(out.data(), static_cast<std::streamsize>(out.size()));
  if (file.bad()) return make_error(ErrorKind::unavailable, "unreadable_file", "cannot read " + path);
  out.resize(static_cast<size_t>(file.gcount()));
  if (out.size() > kMaxFileBytes) {
    return make_error(ErrorKind::exhausted, "file_too_large", path + " is larger than 8 MiB");
  }
  return out;
}

Status write_file(const std::string& path, std::string_view content) {
  std::error_code failure;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failure);
  const std::string draft = path + "." + hex(random_bytes(6));
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    return make_error(ErrorKind::denied, "unwritable_file", "cannot write " + draft + ": " + reason());
  }
  bool written = true;
  while (written && !content.empty()) {
    const ssize_t count = ::write(file, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    written = count >= 0;
    if (written) content.remove_prefix(static_cast<size_t>(count));
  }
  written = ::close(file) == 0 && written;
  if (!written || ::rename(draft.c_str(), path.c_str()) != 0) {
    Error error =
        make_error(ErrorKind::unavailable, "unwritable_file", "cannot write " + path + ": " + reason());
    ::unlink(draft.c_str());
    return error;
  }
  return ok();
}

// Reads until the other end closes, the time is up or the output is too large.
Result<std::string> drain(int pipe, const std::string& program) {
  const auto end = std::chrono::steady_clock::now() + kMaxRunTime;
  std::string out;
  char buffer[4096];
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd wait{pipe, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) == 0) {
      return make_error(ErrorKind::timeout, "program_too_slow", program + " did not end within a minute");
    }
    const ssize_t count = ::read(pipe, buffer, sizeof buffer);
    if (count == 0) return out;
    if (count < 0 && errno != EINTR) {
      return make_error(ErrorKind::unavailable, "program_failed", "cannot read from " + program);
    }
    if (count > 0) out.append(buffer, static_cast<size_t>(count));
    if (out.size() > kMaxOutputBytes) {
      return make_error(ErrorKind::exhausted, "output_too_large", program + " wrote more than 1 MiB");
    }
  }
}

Result<std::string> run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return make_error(ErrorKind::invalid, "no_program", "no program is named");
  const std::string& program = arguments.front();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return make_error(ErrorKind::exhausted, "no_pipe", "cannot make a pipe: " + reason());
  }
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failure != 0) {
    ::close(ends[0]);
    return make_error(ErrorKind::not_found, "program_failed",
                      "cannot start " + program + ": " + std::strerror(failure));
  }
  Result<std::string> output = drain(ends[0], program);
  ::close(ends[0]);
  if (!output.has_value()) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (output.has_value() && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
    return make_error(ErrorKind::denied, "program_failed", program + " failed");
  }
  return output;
}

}  // namespace

std::string Environment::text(const std::string& name) const { return variable(name).value_or(""); }

Environment system_environment() {
  Environment out;
  out.variable = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (!value && name == "HOME") return home_of_user();
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  out.read_file = read_file;
  out.write_file = write_file;
  out.run = run;
  return out;
}

}  // namespace hm::aws
