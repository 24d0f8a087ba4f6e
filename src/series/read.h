// Series as charts want them: values on a grid, and why there is none where there is none.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "series/series.h"

namespace hm::series {

enum class Absent {
  no_data,    // CloudWatch has nothing: the resource did not run, does not tell, or has never told
  no_events,  // nothing happened, and the statistic says nothing of nothing
  not_read,   // nobody knows: it has not been read, or could not be (Series::outcome)
};
std::string_view to_string(Absent absent);

struct Gap {
  Time from, to;
  Absent reason = Absent::not_read;
};

struct Range {
  Time from, to;
  std::chrono::seconds step{0};  // 0: the finest that gives at most kMostSteps
};
inline constexpr int64_t kMostSteps = 1'500;
inline constexpr int64_t kUsualSteps = 300;

struct Chart {
  Series series;
  std::chrono::seconds step{0};
  std::vector<Point> points;  // one a step, at its beginning; where nothing happened, the zero of a sum
  std::vector<Gap> gaps;      // in order; together with the points they fill the range
  std::optional<Time> first_point_at;  // of all that is kept; of a series that is a part
};

// Of one resource, ordered by namespace and name. Errors: invalid "range".
Result<std::vector<Chart>> read_charts(store::Database& database, int64_t resource_id, const Range& range);
Result<std::vector<Series>> list_series(store::Database& database, int64_t resource_id);
// The points as they are kept, in order.
Result<std::vector<Point>> read_points(store::Reader& reader, int64_t series, Time from, Time to);

// Several values as one, by the statistic that each of them is.
double merged(std::string_view statistic, const std::vector<double>& values);

}  // namespace hm::series
