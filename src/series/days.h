// Days of points in the store: rows while they grow, one chunk when they are whole.
#pragma once

#include <vector>

#include "series/series.h"

namespace hm::series {

inline Time start_of_day(int64_t day) { return Time(std::chrono::days(day)); }
inline int64_t day_of(Time at) {
  return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

// Series that have a point a day are rows for good: a chunk of one point would be larger.
bool is_sealed_by_day(std::chrono::seconds period);

// Adds points; those of days before `cut` (the start of a day), and what there is of such days in rows, go
// into chunks. A later point at the same time takes the place of an earlier one.
Status put_points(store::Transaction& transaction, ZstdCodec& codec, int64_t series,
                  std::chrono::seconds period, const std::vector<Point>& points, Time cut);

Result<std::vector<Point>> points_in_chunks(store::Reader& reader, ZstdCodec& codec, int64_t series,
                                            int64_t first_day, int64_t last_day);

}  // namespace hm::series
