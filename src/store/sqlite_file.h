// The file of a SQLite database and the lock of the one server that may use it.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace hm::store {

// Makes the directory (0700) and an empty file (0600) where they are missing; an existing file that others
// may read is refused with the remedy. SQLite gives its -wal and -shm files the same mode.
Status prepare_private_file(const std::string& path, bool create);

// Holds `<path>.lock` until it dies; the kernel lets go when the process ends, however it ends.
class ServerLock {
 public:
  // Error: conflict "server_running", with the other's process id.
  static Result<std::unique_ptr<ServerLock>> take(const std::string& path);
  // Whether a server holds it, of this process or another.
  static bool is_held(const std::string& path);
  ~ServerLock();
  ServerLock(const ServerLock&) = delete;
  ServerLock& operator=(const ServerLock&) = delete;

 private:
  explicit ServerLock(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace hm::store
