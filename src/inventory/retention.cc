#include "inventory/retention.h"

#include <limits>
#include <string>
#include <vector>

#include "inventory/where.h"

namespace hm::inventory {
namespace {

// Rows of one transaction: few enough that nobody waits long for SQLite's one writer.
constexpr int64_t kBatch = 1000;

struct Position {
  int64_t at = std::numeric_limits<int64_t>::min();
  int64_t id = 0;
};

struct Old {
  std::vector<store::Params> ids;  // to forget
  int64_t looked_at = 0;
};

// The horizon is moved before anything goes, so that no answer about the past is given from half of it.
Status move_horizon(store::Database& database, Time horizon) {
  return database.write("moving the horizon of the history", [&](store::Transaction& transaction) {
    return transaction.run(
        "insert into history_horizon (id, horizon) values (1, $1) on conflict (id) do update set horizon = "
        "excluded.horizon where excluded.horizon > history_horizon.horizon",
        {horizon});
  });
}

// Looks at the next versions behind `position`, which it moves. However many of them stay (what is valid
// still, the last state of what is gone), a look is bounded, and nobody who writes waits for it.
Result<Old> look_for_old(store::Reader& reader, Time horizon, Position& position) {
  Old old;
  HM_DO(reader.each(
      "select v.id, v.valid_from, v.valid_to is not null and v.valid_to <= $3 and not (r.gone_at is not null "
      "and v.version = r.version - 1) from (select id, valid_from, valid_to, version, resource_id from "
      "resource_version where (valid_from, id) > ($1, $2) and valid_from < $3 order by valid_from, id" +
          limit_sql(kBatch) + ") v join resource r on r.id = v.resource_id order by v.valid_from, v.id",
      {position.at, position.id, horizon}, [&](const store::Row& row) {
        ++old.looked_at;
        position = {row.integer(1), row.integer(0)};
        if (row.boolean(2)) old.ids.push_back({row.integer(0)});
        return ok();
      }));
  return old;
}

Result<int64_t> forget_calls(store::Transaction& transaction, Time horizon) {
  HM_TRY(const auto ids, transaction.all("select id from trail_event where at < $1 order by at, id limit $2",
                                         {horizon, kBatch}, [](const store::Row& row) {
                                           return store::Params{row.integer(0)};
                                         }));
  if (ids.empty()) return 0;
  HM_TRY([[maybe_unused]] int64_t targets,
         transaction.execute_many("delete from trail_target where event = $1", ids));
  return transaction.execute_many("delete from trail_event where id = $1", ids);
}

constexpr const char* kDoing = "forgetting what is older than the history goes back";

Result<int64_t> forget_all_versions(store::Database& database, Time horizon, const std::stop_token& stop) {
  int64_t sum = 0;
  Position reached;
  while (!stop.stop_requested()) {
    // A read may be tried several times: each time it begins where the one before it ended.
    Position next;
    HM_TRY(const Old old, database.read(kDoing, [&](store::Reader& reader) {
      next = reached;
      return look_for_old(reader, horizon, next);
    }));
    if (old.looked_at == 0) break;
    reached = next;
    if (old.ids.empty()) continue;
    // What was old when it was looked at stays so: its state has ended, and another one came after it.
    HM_TRY(const int64_t rows, database.write(kDoing, [&](store::Transaction& transaction) {
      transaction.changed("history", "horizon");
      return transaction.execute_many("delete from resource_version where id = $1", old.ids);
    }));
    sum += rows;
  }
  return sum;
}

Result<int64_t> forget_all_calls(store::Database& database, Time horizon, const std::stop_token& stop) {
  int64_t sum = 0;
  while (!stop.stop_requested()) {
    HM_TRY(const int64_t rows, database.write(kDoing, [&](store::Transaction& transaction) {
      return forget_calls(transaction, horizon);
    }));
    if (rows == 0) break;
    sum += rows;
  }
  return sum;
}

}  // namespace

Result<Forgotten> forget_before(store::Database& database, Time horizon, const std::stop_token& stop) {
  HM_TRY(const int64_t old, database.read("looking what is old", [&](store::Reader& reader) {
    return reader.number(
        "select (select count(*) from (select 1 from resource_version where valid_from < $1 and valid_to is "
        "not "
        "null and valid_to <= $1 limit 1) v) + (select count(*) from (select 1 from trail_event where at < "
        "$1 "
        "limit 1) e)",
        {horizon});
  }));
  Forgotten forgotten;
  if (old == 0) return forgotten;
  HM_DO(move_horizon(database, horizon));
  HM_TRY(forgotten.versions, forget_all_versions(database, horizon, stop));
  HM_TRY(forgotten.calls, forget_all_calls(database, horizon, stop));
  return forgotten;
}

Result<std::optional<Time>> history_horizon(store::Database& database) {
  return database.read("reading the horizon of the history", [](store::Reader& reader) {
    return reader.one("select horizon from history_horizon", {},
                      [](const store::Row& row) { return row.time(0); });
  });
}

Status check_horizon(store::Database& database, Time at) {
  HM_TRY(const auto horizon, history_horizon(database));
  if (!horizon || at >= *horizon) return ok();
  return make_error(ErrorKind::invalid, "before_horizon",
                    "the history goes back to " + format_iso(*horizon) +
                        " (setting history_retention_days): what was at " + format_iso(at) +
                        " is not known any more");
}

}  // namespace hm::inventory
