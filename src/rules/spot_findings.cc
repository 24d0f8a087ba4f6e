#include "rules/spot_findings.h"

#include <algorithm>

namespace hm::rules {

using inventory::Level;
using inventory::Where;

Result<std::map<std::string, SeverityCounts>> count_open_findings(
    store::Database& database, const inventory::Scope& scope,
    const std::vector<inventory::Condition>& conditions, const inventory::Spot& spot) {
  const Level level = inventory::level_of(spot);
  Where where;
  where.add("f.state = 'open'");
  where.add_scope(scope, "f.account_id", "f.region");
  if (!spot.account_id.empty()) where.add("f.account_id = " + where.bind(spot.account_id));
  if (!spot.region.empty()) where.add("f.region = " + where.bind(spot.region));
  // The resource itself is read only where it decides what belongs here.
  const bool by_place = conditions.empty() && (level == Level::accounts || level == Level::regions);
  if (!by_place) {
    inventory::add_spot(where, spot);
    HM_DO(where.add_conditions(conditions, database.dialect()));
  }
  // In the order of the index, so that nothing is sorted.
  const std::string child =
      level == Level::resources ? std::string("f.resource_id") : std::string(inventory::child_column(level));
  const std::string sql =
      by_place ? "select f.account_id, f.region, f.severity, count(*) from finding f" + where.sql() +
                     " group by f.account_id, f.region, f.severity"
               : "select " + child +
                     " as child, '', f.severity, count(*) from finding f join resource r on r.id = "
                     "f.resource_id" +
                     where.sql() + " group by 1, 3";
  return database.read(
      "counting findings of the topology",
      [&](store::Reader& reader) -> Result<std::map<std::string, SeverityCounts>> {
        std::map<std::string, SeverityCounts> counts;
        HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) {
          const std::string key = level == Level::resources ? inventory::resource_id(row.integer(0))
                                  : level == Level::regions ? row.string(by_place ? 1 : 0)
                                                            : row.string(0);
          const auto severity = static_cast<size_t>(std::clamp<int64_t>(row.integer(2), 0, 4));
          counts[key][severity] += row.integer(3);
          return ok();
        }));
        return counts;
      });
}

Result<JudgedPlaces> judged_places(store::Database& database, const inventory::Scope& scope,
                                   const inventory::Spot& spot) {
  Where where;
  where.add_scope(scope, "c.account_id", "c.region");
  if (!spot.account_id.empty()) where.add("c.account_id = " + where.bind(spot.account_id));
  if (!spot.region.empty()) where.add("c.region = " + where.bind(spot.region));
  const std::string sql = "select distinct c.account_id, c.region from rule_count c" + where.sql();
  return database.read("looking where rules have looked", [&](store::Reader& reader) -> Result<JudgedPlaces> {
    JudgedPlaces places;
    HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) {
      places.emplace(row.string(0), row.string(1));
      return ok();
    }));
    return places;
  });
}

}  // namespace hm::rules
