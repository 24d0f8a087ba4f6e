#include <algorithm>
#include <tuple>

#include "inventory/where.h"

namespace hm::inventory {

Result<std::vector<SweepState>> list_sweeps(store::Database& database, const Scope& scope) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  return database.read("listing sweeps", [&](store::Reader& reader) -> Result<std::vector<SweepState>> {
    std::vector<SweepState> sweeps;
    HM_DO(
        reader.each("select account_id, region, type, outcome, error, started_at, duration_us, calls, ok_at, "
                    "ok_count from sweep" +
                        where.sql() + " order by account_id, region, type",
                    where.params(), [&](const store::Row& row) -> Status {
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
  for (auto& [key, group] : groups) fields.push_back(std::move(group));
  std::stable_sort(fields.begin(), fields.end(),
                   [](const UnknownField& a, const UnknownField& b) { return a.resources > b.resources; });
  return fields;
}

}  // namespace hm::inventory
