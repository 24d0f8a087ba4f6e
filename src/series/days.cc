#include "series/days.h"

#include <map>

namespace hm::series {

namespace {

using Days = std::map<int64_t, std::map<Time, double>>;

Status put_rows(store::Transaction& transaction, int64_t series, const std::vector<Point>& points, Time cut) {
  std::vector<store::Params> rows;
  for (const Point& point : points)
    if (point.at >= cut) rows.push_back({series, point.at, point.value});
  HM_TRY([[maybe_unused]] const int64_t written,
         transaction.execute_many("insert into series_point (series, at, value) values ($1, $2, $3) on "
                                  "conflict (series, at) do update set value = excluded.value",
                                  rows));
  return ok();
}

// What there is of the days so far, beneath what has come.
Status add_stored(store::Transaction& transaction, ZstdCodec& codec, int64_t series, Days& days) {
  for (auto& [day, values] : days) {
    HM_TRY(const auto before, points_in_chunks(transaction, codec, series, day, day));
    for (const Point& point : before) values.emplace(point.at, point.value);
  }
  return ok();
}

}  // namespace

bool is_sealed_by_day(std::chrono::seconds period) { return period < std::chrono::days(1); }

Result<std::vector<Point>> points_in_chunks(store::Reader& reader, ZstdCodec& codec, int64_t series,
                                            int64_t first_day, int64_t last_day) {
  std::vector<Point> points;
  HM_DO(reader.each(
      "select day, payload from series_chunk where series = $1 and day >= $2 and day <= $3 order by day",
      {series, first_day, last_day}, [&](const store::Row& row) -> Status {
        HM_TRY(const auto day, unpack_chunk(codec, start_of_day(row.integer(0)), row.text(1)));
        points.insert(points.end(), day.begin(), day.end());
        return ok();
      }));
  return points;
}

Status put_points(store::Transaction& transaction, ZstdCodec& codec, int64_t series,
                  std::chrono::seconds period, const std::vector<Point>& points, Time cut) {
  if (!is_sealed_by_day(period)) return put_rows(transaction, series, points, Time::min());
  HM_DO(put_rows(transaction, series, points, cut));
  Days days;
  int64_t rows = 0;
  HM_DO(transaction.each("select at, value from series_point where series = $1 and at < $2", {series, cut},
                         [&](const store::Row& row) -> Status {
                           days[day_of(row.time(0))][row.time(0)] = row.real(1);
                           ++rows;
                           return ok();
                         }));
  for (const Point& point : points)
    if (point.at < cut) days[day_of(point.at)][point.at] = point.value;
  if (days.empty()) return ok();
  HM_DO(add_stored(transaction, codec, series, days));
  std::vector<store::Params> chunks;
  for (const auto& [day, values] : days) {
    std::vector<Point> whole;
    for (const auto& [at, value] : values) whole.push_back({at, value});
    chunks.push_back({series, day, period.count(), whole.size(),
                      store::Blob{pack_chunk(codec, start_of_day(day), whole)}});
  }
  HM_TRY([[maybe_unused]] const int64_t sealed,
         transaction.execute_many("insert into series_chunk (series, day, period_s, points, payload) values "
                                  "($1, $2, $3, $4, $5) on conflict (series, day) do update set period_s = "
                                  "excluded.period_s, points = excluded.points, payload = excluded.payload",
                                  chunks));
  if (rows == 0) return ok();
  return transaction.run("delete from series_point where series = $1 and at < $2", {series, cut});
}

}  // namespace hm::series
