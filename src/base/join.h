// Pure.
#pragma once

#include <string>
#include <string_view>

namespace hm {

// The parts, with `between` where two of them meet.
template <class Parts>
std::string join(const Parts& parts, std::string_view between) {
  std::string all;
  bool first = true;
  for (const std::string_view part : parts) {
    if (!first) all += between;
    first = false;
    all += part;
  }
  return all;
}

}  // namespace hm
