// For how long after an ok sweep what it saw counts as known.
#pragma once

#include <chrono>

#include "catalog/catalog.h"

namespace hm::inventory {

// A sweep is fresh for so many refreshes of its type and the time that a scan may take.
constexpr int kFreshRefreshes = 3;
constexpr std::chrono::minutes kFreshMargin{15};

inline std::chrono::seconds fresh_for(const catalog::ResourceType& type) {
  return type.refresh * kFreshRefreshes + kFreshMargin;
}

}  // namespace hm::inventory
