// A program that runs beside this one and ends with it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace hm::cli {

class Child {
 public:
  // Its standard output can be read; it gets SIGTERM when this process ends, however it ends. Call it before
  // any thread is started: it forks.
  static Result<Child> start(const std::string& program, const std::vector<std::string>& args);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();  // SIGTERM, and waits

  int pid() const { return pid_; }
  // What it prints until a line equals `last`; an error where it ends before.
  Result<std::string> read_until_line(std::string_view last);

 private:
  Child(int pid, int output) : pid_(pid), output_(output) {}
  int pid_;
  int output_;
};

}  // namespace hm::cli
