// Everything that is wrong with the catalog, gathered so that all of it is said at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hm::catalog {

struct Fault {
  std::string file;
  int line = 1;
  std::string text;  // what is wrong, and what to do
  auto operator<=>(const Fault&) const = default;
};

// Faults said at most; the rest is counted.
inline constexpr size_t kMaxFaultsSaid = 100;

// "file:line: text", a fault a line, in order of file and line. `faults` must not be empty.
Error faults_error(std::vector<Fault> faults);

}  // namespace hm::catalog
