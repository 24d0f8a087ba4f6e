#include "store/sqlite_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hm::store {
namespace {

constexpr int kLockAttempts = 5;
constexpr std::chrono::milliseconds kLockPause{20};

Error system_error(const std::string& doing) {
  const int code = errno;
  const auto kind = code == ENOSPC || code == EDQUOT ? ErrorKind::exhausted : ErrorKind::denied;
  return make_error(kind, kind == ErrorKind::exhausted ? "disk_full" : "not_writable",
                    doing + ": " + std::strerror(code));
}

Status make_directory(const std::filesystem::path& directory) {
  if (directory.empty()) return ok();
  std::error_code failed;
  if (std::filesystem::exists(directory, failed)) return ok();
  HM_DO(make_directory(directory.parent_path()));
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return system_error("making the directory " + directory.string());
  return ok();
}

}  // namespace

Status prepare_private_file(const std::string& path, bool create) {
  struct stat found {};
  if (stat(path.c_str(), &found) == 0) {
    if (!S_ISREG(found.st_mode)) return make_error(ErrorKind::invalid, "not_a_file", path + " is not a file");
    if ((found.st_mode & 077) != 0)
      return make_error(
          ErrorKind::denied, "file_mode",
          "other users may read " + path + ", which holds secrets: run `chmod 600 " + path + "`");
    return ok();
  }
  if (!create) return make_error(ErrorKind::not_found, "no_database", "there is no database at " + path);
  HM_DO(make_directory(std::filesystem::path(path).parent_path()));
  const int fd = open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return system_error("making " + path);
  close(fd);
  return ok();
}

namespace {

// Somebody who only looks whether there is a server holds the lock for a moment.
bool take_lock(int fd) {
  for (int i = 0; i < kLockAttempts; ++i) {
    if (i > 0) std::this_thread::sleep_for(kLockPause);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK) return false;
  }
  return false;
}

}  // namespace

bool ServerLock::is_held(const std::string& path) {
  const int fd = open((path + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(fd);
  return held;
}

Result<std::unique_ptr<ServerLock>> ServerLock::take(const std::string& path) {
  const std::string lock_path = path + ".lock";
  const int fd = open(lock_path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) return system_error("making " + lock_path);
  std::array<char, 32> holder{};
  if (!take_lock(fd)) {
    const ssize_t length = pread(fd, holder.data(), holder.size() - 1, 0);
    close(fd);
    return make_error(ErrorKind::conflict, "server_running",
                      "another HostMaster server" +
                          (length > 0 ? " (process " + std::string(holder.data()) + ")" : std::string()) +
                          " uses " + path + ": stop it, or use PostgreSQL to run several");
  }
  const std::string own = std::to_string(getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, own.data(), own.size(), 0) != static_cast<ssize_t>(own.size())) {
    Error error = system_error("writing " + lock_path);
    close(fd);
    return error;
  }
  return std::unique_ptr<ServerLock>(new ServerLock(fd));
}

ServerLock::~ServerLock() { close(fd_); }

}  // namespace hm::store
