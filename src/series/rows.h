// How a series stands in its table. Private to series/.
#pragma once

#include "series/series.h"

namespace hm::series {

inline constexpr const char* kSeriesColumns =
    "id, resource_id, account_id, region, namespace, name, statistic, dimensions, period_s, continuous, "
    "outcome, code, message, read_from, read_to, looked_at, last_point_at, due_at, part";
Series series_of(const store::Row& row);

}  // namespace hm::series
