// What the credential and profile code sees of the machine: variables, files and programs. Handed in, so that
// tests and published vectors run without touching the machine.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hm::aws {

// Every function is thread-safe. Errors name paths and programs, never what is in them.
struct Environment {
  // The value of a variable; none where it is not set. An empty one is a value.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The content of a file (at most 8 MiB); kind not_found where there is none.
  std::function<Result<std::string>(const std::string& path)> read_file;
  // Replaces a file in one step, readable by its owner alone.
  std::function<Status(const std::string& path, std::string_view content)> write_file;
  // Runs a program directly, never through a shell, and gives its standard output (at most 1 MiB, one
  // minute).
  std::function<Result<std::string>(const std::vector<std::string>& arguments)> run;

  // As variable(), with an empty value taken for none: how most of AWS's variables are read.
  std::string text(const std::string& name) const;
};

// The machine itself.
Environment system_environment();

}  // namespace hm::aws
