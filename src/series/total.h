// The whole of a metric that is kept in parts, such as the size of a bucket by storage type.
//
// A step is known only where every part is: one that was not read makes the sum unknown, and so does one that
// CloudWatch has no value of while the others have, since it may just not have told yet. A part counts for
// nothing before its first point, after it is read no more (it was listed no longer), and kSilent after its
// last point: CloudWatch tells nothing of what is empty.
#pragma once

#include <vector>

#include "series/read.h"

namespace hm::series {

inline constexpr std::chrono::days kSilent{3};

// `parts`: charts of one metric on one grid; at least one.
Chart total_of(const std::vector<const Chart*>& parts);

}  // namespace hm::series
