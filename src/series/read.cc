#include "series/read.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "series/days.h"
#include "series/rows.h"

namespace hm::series {

namespace {

constexpr std::array<int64_t, 8> kSteps = {60, 300, 900, 3600, 10'800, 21'600, 43'200, 86'400};

bool is_sum(std::string_view statistic) { return statistic == "Sum" || statistic == "SampleCount"; }

int64_t floor_to(int64_t value, int64_t step) {
  const int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

// What a chart of one series is made on.
struct Grid {
  int64_t begin = 0;  // microseconds
  int64_t step = 0;
  int64_t count = 0;
  Time at(int64_t i) const { return from_micros(begin + i * step); }
};

std::chrono::seconds step_of(const Declared& declared, const Range& range, Time now) {
  const int64_t seconds = std::chrono::ceil<std::chrono::seconds>(range.to - range.from).count();
  int64_t step = range.step.count();
  if (step == 0) {
    const auto fits = [&](int64_t one) { return seconds / one <= kUsualSteps; };
    const auto found = std::find_if(kSteps.begin(), kSteps.end(), fits);
    step = found == kSteps.end() ? kSteps.back() : *found;
  }
  const bool thinned = range.from < now - kFine;
  const int64_t least =
      std::max(declared.period.count(), thinned ? std::chrono::seconds(kThinned).count() : int64_t{0});
  if (step < least) step = least;
  // Whole periods, so that each value belongs to one step.
  return std::chrono::seconds((step + declared.period.count() - 1) / declared.period.count() *
                              declared.period.count());
}

// Until when and since when steps are known whole.
struct Known {
  int64_t from = std::numeric_limits<int64_t>::max();
  int64_t to = std::numeric_limits<int64_t>::min();    // everything is known to here
  int64_t told = std::numeric_limits<int64_t>::min();  // and what has come since, to here
};

Known known_of(const Series& series) {
  Known known;
  if (!series.read_from || !series.read_to) return known;
  known.from = to_micros(*series.read_from);
  known.to = known.told = to_micros(*series.read_to);
  if (series.last_point_at)
    known.told = std::max(known.told, to_micros(*series.last_point_at + series.declared.period));
  return known;
}

void add_gap(std::vector<Gap>& gaps, Time from, Time to, Absent reason) {
  if (!gaps.empty() && gaps.back().to == from && gaps.back().reason == reason) {
    gaps.back().to = to;
  } else {
    gaps.push_back({from, to, reason});
  }
}

Chart chart_of(const Series& series, const std::vector<Point>& points, const Grid& grid) {
  Chart chart;
  chart.series = series;
  chart.step = std::chrono::seconds(grid.step / 1'000'000);
  const Known known = known_of(series);
  size_t next = 0;
  std::vector<double> values;
  for (int64_t i = 0; i < grid.count; ++i) {
    const Time from = grid.at(i), to = grid.at(i + 1);
    values.clear();
    for (; next < points.size() && points[next].at < to; ++next)
      if (points[next].at >= from) values.push_back(points[next].value);
    const int64_t begin = to_micros(from), end = to_micros(to);
    // Half a sum would look like a fall.
    const bool cut = (begin < known.from && known.from < end) || end > known.told;
    const bool fine = std::chrono::seconds(grid.step / 1'000'000) == series.declared.period;
    if (!values.empty() && (fine || !cut)) {
      chart.points.push_back({from, merged(series.declared.statistic, values)});
      continue;
    }
    if (begin < known.from || end > known.to) {
      add_gap(chart.gaps, from, to, Absent::not_read);
    } else if (series.declared.continuous || !series.last_point_at) {
      // Of what was never told of, silence is not the zero of events: it may be asked by a name that nothing
      // has.
      add_gap(chart.gaps, from, to, Absent::no_data);
    } else if (is_sum(series.declared.statistic)) {
      chart.points.push_back({from, 0});
    } else {
      add_gap(chart.gaps, from, to, Absent::no_events);
    }
  }
  return chart;
}

}  // namespace

std::string_view to_string(Absent absent) {
  switch (absent) {
    case Absent::no_data:
      return "no_data";
    case Absent::no_events:
      return "no_events";
    case Absent::not_read:
      return "not_read";
  }
  return "not_read";
}

double merged(std::string_view statistic, const std::vector<double>& values) {
  if (values.empty()) return 0;
  if (statistic == "Maximum") return *std::max_element(values.begin(), values.end());
  if (statistic == "Minimum") return *std::min_element(values.begin(), values.end());
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return is_sum(statistic) ? sum : sum / static_cast<double>(values.size());
}

Result<std::vector<Point>> read_points(store::Reader& reader, int64_t series, Time from, Time to) {
  ZstdCodec codec;
  HM_TRY(auto points, points_in_chunks(reader, codec, series, day_of(from), day_of(to)));
  std::erase_if(points, [&](const Point& point) { return point.at < from || point.at >= to; });
  HM_TRY(
      const auto rows,
      reader.all("select at, value from series_point where series = $1 and at >= $2 and at < $3 order by at",
                 {series, from, to}, [](const store::Row& row) {
                   return Point{row.time(0), row.real(1)};
                 }));
  points.insert(points.end(), rows.begin(), rows.end());
  std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.at < b.at; });
  // A day that was sealed early may have rows again: these came later, and a point counts once.
  const auto first = std::unique(points.rbegin(), points.rend(),
                                 [](const Point& later, const Point& one) { return later.at == one.at; });
  points.erase(points.begin(), first.base());
  return points;
}

Result<std::vector<Series>> list_series(store::Database& database, int64_t resource_id) {
  return database.read("listing metrics", [&](store::Reader& reader) {
    return reader.all(std::string("select ") + kSeriesColumns +
                          " from series where resource_id = $1 order by namespace, name, statistic, part",
                      {resource_id}, series_of);
  });
}

namespace {

// The day's beginning where it stands in a chunk.
Result<std::optional<Time>> first_point(store::Reader& reader, int64_t series) {
  const auto least = [&](const char* sql, bool of_days) {
    return reader.one(sql, {series}, [&](const store::Row& row) -> std::optional<Time> {
      if (row.is_null(0)) return std::nullopt;
      return of_days ? start_of_day(row.integer(0)) : row.time(0);
    });
  };
  HM_TRY(const auto row, least("select min(at) from series_point where series = $1", false));
  HM_TRY(const auto day, least("select min(day) from series_chunk where series = $1 and points > 0", true));
  std::optional<Time> first = row.value_or(std::nullopt);
  const std::optional<Time> sealed = day.value_or(std::nullopt);
  if (sealed && (!first || *sealed < *first)) first = sealed;
  return first;
}

}  // namespace

Result<std::vector<Chart>> read_charts(store::Database& database, int64_t resource_id, const Range& range) {
  const Time now = database.clock().now();
  if (range.from >= range.to)
    return make_error(ErrorKind::invalid, "range", "the beginning must lie before the end");
  HM_TRY(const auto all, list_series(database, resource_id));
  return database.read("reading metrics", [&](store::Reader& reader) -> Result<std::vector<Chart>> {
    std::vector<Chart> charts;
    for (const Series& series : all) {
      const auto step = step_of(series.declared, range, now);
      Grid grid;
      grid.step = step.count() * 1'000'000;
      grid.begin = floor_to(to_micros(range.from), grid.step);
      grid.count = (to_micros(range.to) - grid.begin + grid.step - 1) / grid.step;
      if (grid.count > kMostSteps)
        return make_error(ErrorKind::invalid, "range",
                          "the range has more than " + std::to_string(kMostSteps) +
                              " steps: ask for a longer step or a shorter range");
      HM_TRY(const auto points, read_points(reader, series.id, grid.at(0), grid.at(grid.count)));
      charts.push_back(chart_of(series, points, grid));
      if (series.declared.part.empty()) continue;
      HM_TRY(charts.back().first_point_at, first_point(reader, series.id));
    }
    return charts;
  });
}

}  // namespace hm::series
