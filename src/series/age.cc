// Metrics grow old: five minutes become hours, and hours are forgotten.
#include <map>

#include "series/days.h"
#include "series/read.h"

namespace hm::series {

namespace {

// Days of one transaction.
constexpr int64_t kBatch = 500;
constexpr const char* kDoing = "thinning old metrics";

struct Old {
  int64_t series = 0, day = 0;
  std::string statistic, payload;
};

Result<std::string> thinned(ZstdCodec& codec, const Old& old, size_t& count) {
  HM_TRY(const auto points, unpack_chunk(codec, start_of_day(old.day), old.payload));
  std::map<Time, std::vector<double>> hours;
  for (const Point& point : points)
    hours[std::chrono::floor<std::chrono::hours>(point.at)].push_back(point.value);
  std::vector<Point> kept;
  kept.reserve(hours.size());
  for (const auto& [hour, values] : hours) kept.push_back({hour, kept_value(merged(old.statistic, values))});
  count = kept.size();
  return pack_chunk(codec, start_of_day(old.day), kept);
}

Result<int64_t> thin_some(store::Transaction& transaction, ZstdCodec& codec, int64_t before_day) {
  HM_TRY(const auto olds,
         transaction.all(
             "select c.series, c.day, s.statistic, c.payload from series_chunk c join series s on "
             "s.id = c.series where c.period_s < $1 and c.day < $2 limit $3",
             {std::chrono::seconds(kThinned).count(), before_day, kBatch}, [](const store::Row& row) {
               return Old{row.integer(0), row.integer(1), row.string(2), row.string(3)};
             }));
  std::vector<store::Params> rows;
  for (const Old& old : olds) {
    size_t count = 0;
    HM_TRY(auto payload, thinned(codec, old, count));
    rows.push_back({old.series, old.day, std::chrono::seconds(kThinned).count(), count,
                    store::Blob{std::move(payload)}});
  }
  return transaction.execute_many(
      "update series_chunk set period_s = $3, points = $4, payload = $5 where series = $1 and day = $2",
      rows);
}

Result<int64_t> forget_some(store::Transaction& transaction, int64_t before_day) {
  HM_TRY(const auto rows, transaction.all("select series, day from series_chunk where day < $1 limit $2",
                                          {before_day, kBatch}, [](const store::Row& row) {
                                            return store::Params{row.integer(0), row.integer(1)};
                                          }));
  return transaction.execute_many("delete from series_chunk where series = $1 and day = $2", rows);
}

// Before a point goes, the series says that nothing is known there any more: a forgotten month is no month of
// zeros.
Status end_knowledge(store::Database& database, Time horizon) {
  return database.write(kDoing, [&](store::Transaction& transaction) {
    return transaction.run("update series set read_from = $1 where read_from < $1", {horizon});
  });
}

// Points that are rows, and series that nothing is left of.
Status forget_rest(store::Database& database, Time horizon) {
  return database.write(kDoing, [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("delete from series_point where at < $1", {horizon}));
    return transaction.run(
        "delete from series where due_at is null and (last_point_at is null or last_point_at < $1)",
        {horizon});
  });
}

}  // namespace

Result<Aged> age(store::Database& database, Time now, std::chrono::days keep, const std::stop_token& stop) {
  Aged aged;
  ZstdCodec codec;
  const auto repeat = [&](int64_t& sum, auto&& some, int64_t before_day) -> Status {
    while (!stop.stop_requested()) {
      HM_TRY(const int64_t rows, database.write(kDoing, [&](store::Transaction& transaction) {
        return some(transaction, before_day);
      }));
      if (rows == 0) break;
      sum += rows;
    }
    return ok();
  };
  HM_DO(repeat(
      aged.thinned,
      [&](store::Transaction& transaction, int64_t day) { return thin_some(transaction, codec, day); },
      day_of(now - kFine)));
  if (keep.count() == 0) return aged;
  // Whole days go, of rows and of chunks alike.
  const Time horizon = start_of_day(day_of(now - keep));
  HM_DO(end_knowledge(database, horizon));
  HM_DO(repeat(aged.forgotten, forget_some, day_of(horizon)));
  HM_DO(forget_rest(database, horizon));
  return aged;
}

}  // namespace hm::series
