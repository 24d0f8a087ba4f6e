// What a fuzz target offers: libFuzzer's entry point, and the texts to begin with. A target fails by
// crashing, which HM_CHECK does where a result is not what it has to be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace hm::fuzz {

std::vector<std::string> seeds();

inline std::string_view text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace hm::fuzz
