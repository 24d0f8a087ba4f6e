#include "base/version.h"

namespace hm {
std::string_view version() { return HM_VERSION; }
}  // namespace hm
