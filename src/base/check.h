// HM_CHECK: a bug stops the program. For what the world does wrong, see result.h.
#pragma once

namespace hm {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace hm

#define HM_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::hm::check_failed(#condition, __FILE__, __LINE__))
