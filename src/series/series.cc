#include "series/series.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "series/days.h"
#include "series/rows.h"

namespace hm::series {

namespace {

constexpr int kMostDue = 10'000;

using Key = std::tuple<std::string, std::string, std::string, std::string>;

Key key_of(const Declared& one) { return {one.metric_namespace, one.name, one.statistic, one.part}; }

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::denied:
      return "denied";
    case Outcome::throttled:
      return "throttled";
    case Outcome::failed:
      return "failed";
    case Outcome::budget:
      return "budget";
    case Outcome::pending:
      return "pending";
    case Outcome::off:
      return "off";
  }
  return "failed";
}

Outcome outcome_from(std::string_view text) {
  for (const Outcome one :
       {Outcome::ok, Outcome::denied, Outcome::throttled, Outcome::budget, Outcome::pending, Outcome::off})
    if (text == to_string(one)) return one;
  return Outcome::failed;
}

Series series_of(const store::Row& row) {
  Series one;
  one.id = row.integer(0);
  one.resource_id = row.integer(1);
  one.account_id = row.string(2);
  one.declared = {row.string(4),  row.string(5), row.string(6),
                  row.string(7),  row.string(3), std::chrono::seconds(row.integer(8)),
                  row.boolean(9), row.string(18)};
  one.outcome = outcome_from(row.text(10));
  one.code = row.string(11);
  one.message = row.string(12);
  one.read_from = row.maybe_time(13);
  one.read_to = row.maybe_time(14);
  one.looked_at = row.maybe_time(15);
  one.last_point_at = row.maybe_time(16);
  one.due_at = row.maybe_time(17);
  return one;
}

double kept_value(double value) {
  if (!std::isfinite(value) || value == 0) return value;
  constexpr double kWhole = 9007199254740992.0;
  if (std::fabs(value) >= kWhole || value == std::nearbyint(value)) return value;
  const int places = 5 - static_cast<int>(std::floor(std::log10(std::fabs(value))));
  // Multiplying by a power of ten that is whole keeps what is exact exact.
  if (places < 0) return std::nearbyint(value);
  const double scale = std::pow(10.0, std::min(places, 300));
  return std::nearbyint(value * scale) / scale;
}

Status declare(store::Transaction& transaction, const std::string& account_id, int64_t resource_id,
               const std::vector<Declared>& metrics, Time now) {
  std::set<Key> wanted;
  std::vector<store::Params> rows;
  for (const Declared& one : metrics) {
    if (!wanted.insert(key_of(one)).second) continue;
    rows.push_back({resource_id, account_id, one.region, one.metric_namespace, one.name, one.statistic,
                    one.dimensions, one.period.count(), one.continuous, now, one.part});
  }
  HM_TRY(
      [[maybe_unused]] const int64_t written,
      transaction.execute_many(
          "insert into series (resource_id, account_id, region, namespace, name, statistic, dimensions, "
          "period_s, continuous, outcome, code, message, due_at, part) values ($1, $2, $3, $4, $5, $6, $7, "
          "$8, $9, 'pending', '', '', $10, $11) on conflict (resource_id, namespace, name, statistic, part) "
          "do update "
          "set region = excluded.region, dimensions = excluded.dimensions, period_s = excluded.period_s, "
          "continuous = excluded.continuous, due_at = coalesce(series.due_at, excluded.due_at)",
          rows));
  std::vector<std::pair<int64_t, std::chrono::seconds>> ended;
  HM_DO(transaction.each(
      "select id, namespace, name, statistic, period_s, part from series where resource_id = $1 and due_at "
      "is not "
      "null",
      {resource_id}, [&](const store::Row& row) -> Status {
        if (!wanted.contains(Key(row.string(1), row.string(2), row.string(3), row.string(5))))
          ended.emplace_back(row.integer(0), std::chrono::seconds(row.integer(4)));
        return ok();
      }));
  ZstdCodec codec;
  for (const auto& [id, period] : ended) {
    HM_DO(put_points(transaction, codec, id, period, {}, start_of_day(day_of(now) + 1)));
    HM_DO(transaction.run("update series set due_at = null where id = $1", {id}));
  }
  return ok();
}

Result<std::vector<Series>> list_due(store::Database& database, const std::string& account_id, Time now,
                                     int limit) {
  return database.read("looking which metrics are due",
                       [&](store::Reader& reader) -> Result<std::vector<Series>> {
                         const int64_t most = std::min(limit, kMostDue);
                         const auto some = [&](const char* condition, Time time, int64_t count) {
                           return reader.all(std::string("select ") + kSeriesColumns +
                                                 " from series where account_id = $1 and " + condition +
                                                 " order by due_at, id limit $3",
                                             {account_id, time, count}, series_of);
                         };
                         HM_TRY(auto due, some("due_at <= $2", now, most));
                         const int64_t rest = most - static_cast<int64_t>(due.size());
                         if (rest <= 0) return due;
                         HM_TRY(const auto ahead, some("due_at > $2", now + kLongestWait, rest));
                         due.insert(due.end(), ahead.begin(), ahead.end());
                         return due;
                       });
}

Result<int64_t> count_read(store::Database& database, const std::string& account_id) {
  return database.read("counting metrics", [&](store::Reader& reader) {
    return reader.number("select count(*) from series where account_id = $1 and due_at is not null",
                         {account_id});
  });
}

Status set_off(store::Database& database, const std::string& account_id) {
  const auto any = database.read("looking which metrics are read", [&](store::Reader& reader) {
    return reader.number(
        "select count(*) from (select 1 from series where account_id = $1 and due_at is not "
        "null and outcome <> 'off' limit 1) s",
        {account_id});
  });
  if (!any) return any.error();
  if (*any == 0) return ok();
  return database.write("switching metrics off", [&](store::Transaction& transaction) {
    return transaction.run(
        "update series set outcome = 'off', code = 'switched_off', message = 'metrics are switched off for "
        "the account (setting metrics)' where account_id = $1 and due_at is not null and outcome <> 'off'",
        {account_id});
  });
}

Status set_on(store::Database& database, const std::string& account_id, Time now) {
  return database.write("switching metrics on", [&](store::Transaction& transaction) {
    return transaction.run(
        "update series set outcome = 'pending', code = '', message = '', due_at = $2 where account_id = $1 "
        "and "
        "due_at is not null and outcome = 'off'",
        {account_id, now});
  });
}

Result<std::optional<Followed>> followed_to(store::Database& database) {
  return database.read("looking how far changes were followed", [](store::Reader& reader) {
    return reader.one("select position, declared from series_position where id = 1", {},
                      [](const store::Row& row) {
                        return Followed{row.integer(0), row.is_null(1) ? std::string() : row.string(1)};
                      });
  });
}

Status set_followed_to(store::Transaction& transaction, const Followed& followed) {
  return transaction.run(
      "insert into series_position (id, position, declared) values (1, $1, $2) on conflict (id) do update "
      "set position = excluded.position, declared = excluded.declared",
      {followed.position, followed.declared});
}

namespace {

Status record_one(store::Transaction& transaction, ZstdCodec& codec, const Reading& reading) {
  const Series& series = *reading.series;
  std::vector<Point> points;
  for (const Point& point : reading.points)
    if (std::isfinite(point.value)) points.push_back({point.at, kept_value(point.value)});
  std::optional<Time> last = series.last_point_at;
  if (!points.empty() && (!last || *last < points.back().at)) last = points.back().at;
  HM_DO(transaction.run(
      "update series set outcome = $2, code = $3, message = $4, read_from = $5, read_to = $6, looked_at = "
      "$7, "
      "last_point_at = $8, due_at = case when due_at is null then null else cast($9 as bigint) end where id "
      "= $1",
      {series.id, to_string(reading.outcome), reading.code, reading.message, reading.read_from,
       reading.read_to, reading.looked_at, last, reading.due_at}));
  if (reading.outcome != Outcome::ok) return ok();
  HM_TRY(const auto due, transaction.one("select due_at from series where id = $1", {series.id},
                                         [](const store::Row& row) { return row.maybe_time(0); }));
  if (!due) return ok();  // Forgotten while it was read.
  // What ended while it was read is sealed with today: nothing comes after it.
  const int64_t day = *due ? day_of(reading.read_to.value_or(Time())) : day_of(reading.looked_at) + 1;
  return put_points(transaction, codec, series.id, series.declared.period, points, start_of_day(day));
}

}  // namespace

Status record(store::Database& database, const std::vector<Reading>& readings) {
  ZstdCodec codec;
  return database.write("keeping metrics", [&](store::Transaction& transaction) -> Status {
    for (const Reading& reading : readings) HM_DO(record_one(transaction, codec, reading));
    return ok();
  });
}

Result<Size> measure(store::Database& database) {
  return database.read("measuring metrics", [](store::Reader& reader) -> Result<Size> {
    Size size;
    HM_TRY(size.series, reader.number("select count(*) from series"));
    HM_TRY(size.points_in_rows, reader.number("select count(*) from series_point"));
    HM_TRY(size.chunks, reader.number("select count(*) from series_chunk"));
    HM_TRY(size.points_in_chunks, reader.number("select cast(sum(points) as bigint) from series_chunk"));
    HM_TRY(size.chunk_bytes, reader.number("select cast(sum(length(payload)) as bigint) from series_chunk"));
    return size;
  });
}

}  // namespace hm::series
