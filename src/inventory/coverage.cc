#include <algorithm>
#include <tuple>

#include "inventory/where.h"

namespace hm::inventory {

namespace {

constexpr int kMostPerPage = 1000;
constexpr std::string_view kColumns =
    "account_id, region, type, outcome, error, started_at, duration_us, calls, ok_at, ok_count";

Result<std::vector<SweepState>> read_sweeps(store::Reader& reader, const std::string& sql,
                                            const store::Params& params) {
  std::vector<SweepState> sweeps;
  HM_DO(reader.each(sql, params, [&](const store::Row& row) -> Status {
    SweepState sweep;
    sweep.place = {row.string(0), row.string(1), row.string(2)};
    sweep.outcome = outcome_from(row.text(3)).value_or(Outcome::failed);
    HM_TRY(sweep.error, parse_json(row.text(4)).context("reading why a sweep failed"));
    sweep.started_at = row.time(5);
    sweep.duration = std::chrono::microseconds(row.integer(6));
    sweep.calls = row.integer(7);
    sweep.ok_at = row.maybe_time(8);
    sweep.ok_count = row.maybe_integer(9);
    sweeps.push_back(std::move(sweep));
    return ok();
  }));
  return sweeps;
}

}  // namespace

Result<std::vector<std::string>> swept_types(store::Database& database) {
  std::vector<std::string> types;
  HM_DO(database.read("reading which types were swept", [&](store::Reader& reader) {
    return reader.each("select distinct type from sweep order by type", {},
                       [&](const store::Row& row) -> Status {
                         types.push_back(row.string(0));
                         return ok();
                       });
  }));
  return types;
}

Result<std::vector<SweepState>> list_sweeps(store::Database& database, const Scope& scope,
                                            std::optional<Outcome> only) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  if (only) where.add("outcome = " + where.bind(to_string(*only)));
  const std::string sql =
      "select " + std::string(kColumns) + " from sweep" + where.sql() + " order by account_id, region, type";
  return database.read("listing sweeps",
                       [&](store::Reader& reader) { return read_sweeps(reader, sql, where.params()); });
}

Result<SweepPage> page_sweeps(store::Database& database, const Scope& scope, const SweepQuery& query) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  if (!query.type.empty()) where.add("type = " + where.bind(query.type));
  if (!query.outcomes.empty()) {
    std::string list;
    for (const Outcome outcome : query.outcomes)
      list += (list.empty() ? "" : ", ") + where.bind(to_string(outcome));
    where.add("outcome in (" + list + ")");
  }
  const std::string count = "select count(*) from sweep" + where.sql();
  const store::Params counted = where.params();
  std::string sql = "select " + std::string(kColumns) + " from sweep" + where.sql() +
                    " order by account_id, region, type" +
                    limit_sql(std::clamp(query.limit, 1, kMostPerPage));
  sql += " offset " + where.bind(query.start);
  return database.read("listing sweeps", [&](store::Reader& reader) -> Result<SweepPage> {
    SweepPage page;
    HM_TRY(page.total, reader.number(count, counted));
    HM_TRY(page.sweeps, read_sweeps(reader, sql, where.params()));
    return page;
  });
}

Result<std::vector<SweepState>> first_problems(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  where.add("outcome not in ('ok', 'pending')");
  const std::string sql =
      "select " + std::string(kColumns) +
      " from (select s.*, row_number() over (partition by account_id order by region, type) as place from "
      "sweep s" +
      where.sql() + ") p where place = 1 order by account_id";
  return database.read("looking for problems of accounts",
                       [&](store::Reader& reader) { return read_sweeps(reader, sql, where.params()); });
}

Result<std::vector<SweepGroup>> tally_sweeps(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  const std::string sql =
      "select account_id, region, outcome, count(*), min(ok_at), max(ok_at), cast(sum(ok_count) as bigint) "
      "from "
      "sweep" +
      where.sql() + " group by account_id, region, outcome order by account_id, region, outcome";
  const auto count = [&] {
    return database.read("counting sweeps", [&](store::Reader& reader) {
      return reader.all(sql, where.params(), [](const store::Row& row) {
        SweepGroup group;
        group.account_id = row.string(0);
        group.region = row.string(1);
        group.outcome = outcome_from(row.text(2)).value_or(Outcome::failed);
        group.places = row.integer(3);
        group.oldest_ok = row.maybe_time(4);
        group.newest_ok = row.maybe_time(5);
        group.ok_count = row.maybe_integer(6);
        return group;
      });
    });
  };
  HM_TRY(const auto groups, database.memo().get<std::vector<SweepGroup>>(
                                database, {"sweep"}, store::memo_key(sql, where.params()), count));
  return *groups;
}

Result<std::vector<TypeSweeps>> tally_types(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  const std::string sql = "select type, outcome, count(*), min(ok_at) from sweep" + where.sql() +
                          " group by type, outcome order by type, outcome";
  return database.read("counting sweeps of types", [&](store::Reader& reader) {
    return reader.all(sql, where.params(), [](const store::Row& row) {
      return TypeSweeps{row.string(0), outcome_from(row.text(1)).value_or(Outcome::failed), row.integer(2),
                        row.maybe_time(3)};
    });
  });
}

Result<std::vector<UnknownField>> list_unknown(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  where.add("r.unknown <> '{}'");
  std::map<std::tuple<std::string, std::string, std::string>, UnknownField> groups;
  HM_DO(database.read("listing what is unknown", [&](store::Reader& reader) {
    groups.clear();
    return reader.each(
        "select r.id, r.type, r.unknown from resource r" + where.sql() + " order by r.type, r.label, r.id",
        where.params(), [&](const store::Row& row) -> Status {
          HM_TRY(const Json json, parse_json(row.text(2)).context("reading what is unknown"));
          for (const auto& [part, why] : unknown_from(json)) {
            auto& group = groups[{row.string(1), part, why.code}];
            if (group.resources++ > 0) continue;
            group.type = row.string(1);
            group.what = part;
            group.code = why.code;
            group.reason = why.message;
            group.example_id = resource_id(row.integer(0));
          }
          return ok();
        });
  }));
  std::vector<UnknownField> fields;
  fields.reserve(groups.size());
  for (auto& [key, group] : groups) fields.push_back(std::move(group));
  std::stable_sort(fields.begin(), fields.end(),
                   [](const UnknownField& a, const UnknownField& b) { return a.resources > b.resources; });
  return fields;
}

}  // namespace hm::inventory
