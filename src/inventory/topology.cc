#include "inventory/topology.h"

#include <tuple>

namespace hm::inventory {
namespace {

// A resource that names subnets and no VPC lies in theirs.
constexpr std::string_view kVpc =
    "case when r.vpc <> '' or r.subnet = '' then r.vpc else coalesce((select max(n.vpc) from resource n "
    "where n.type = 'ec2/subnet' and n.key = r.subnet and n.account_id = r.account_id and n.gone_at is "
    "null), '') end";
// What spans several subnets lies in none of them; a subnet is a part of its VPC.
constexpr std::string_view kSubnet = "case when r.subnets = 1 then r.subnet else '' end";

Result<Where> where_of(store::Dialect dialect, const Scope& scope, const std::vector<Condition>& conditions,
                       const Spot& spot) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  add_spot(where, spot);
  HM_DO(where.add_conditions(conditions, dialect));
  return where;
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::accounts:
      return "accounts";
    case Level::regions:
      return "regions";
    case Level::vpcs:
      return "vpcs";
    case Level::subnets:
      return "subnets";
    case Level::types:
      return "types";
    case Level::resources:
      return "resources";
  }
  return "resources";
}

Level level_of(const Spot& spot) {
  if (!spot.type.empty()) return Level::resources;
  if (spot.account_id.empty()) return Level::accounts;
  if (spot.region.empty()) return Level::regions;
  if (!spot.vpc.has_value()) return Level::vpcs;
  return spot.vpc->empty() || spot.subnet.has_value() ? Level::types : Level::subnets;
}

std::string_view child_column(Level level) {
  switch (level) {
    case Level::accounts:
      return "r.account_id";
    case Level::regions:
      return "r.region";
    case Level::vpcs:
      return kVpc;
    case Level::subnets:
      return kSubnet;
    case Level::types:
    case Level::resources:
      return "r.type";
  }
  return "r.type";
}

void add_spot(Where& where, const Spot& spot) {
  if (!spot.account_id.empty()) where.add("r.account_id = " + where.bind(spot.account_id));
  if (!spot.region.empty()) where.add("r.region = " + where.bind(spot.region));
  if (spot.vpc.has_value()) where.add(std::string(kVpc) + " = " + where.bind(*spot.vpc));
  if (spot.subnet.has_value()) where.add(std::string(kSubnet) + " = " + where.bind(*spot.subnet));
  if (!spot.type.empty()) where.add("r.type = " + where.bind(spot.type));
}

namespace {

// Of the levels above VPCs, by the columns of the index resource_facets in its order, so that nothing is
// sorted.
constexpr std::string_view kFacets = "r.type, r.account_id, r.region, r.state";

Result<std::vector<SpotCount>> count(store::Database& database, const Where& where, const Spot& spot) {
  const Level level = level_of(spot);
  const bool facets = level == Level::accounts || level == Level::regions;
  const std::string sql = facets ? "select " + std::string(kFacets) + ", count(*) from resource r" +
                                       where.sql() + " group by " + std::string(kFacets)
                                 : "select " + std::string(child_column(level)) +
                                       " as child, r.type, r.state, count(*) from resource r" + where.sql() +
                                       " group by 1, 2, 3";
  std::map<std::tuple<std::string, std::string, std::string>, int64_t> counts;
  HM_DO(database.read("counting a part of the topology", [&](store::Reader& reader) {
    counts.clear();
    return reader.each(sql, where.params(), [&](const store::Row& row) {
      if (facets) {
        counts[{row.string(level == Level::accounts ? 1 : 2), row.string(0), row.string(3)}] +=
            row.integer(4);
      } else {
        counts[{row.string(0), row.string(1), row.string(2)}] += row.integer(3);
      }
      return ok();
    });
  }));
  std::vector<SpotCount> list;
  list.reserve(counts.size());
  for (const auto& [key, number] : counts)
    list.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), number});
  return list;
}

}  // namespace

Result<std::vector<SpotCount>> count_spot(store::Database& database, const Scope& scope,
                                          const std::vector<Condition>& conditions, const Spot& spot) {
  HM_TRY(const Where where, where_of(database.dialect(), scope, conditions, spot));
  return count(database, where, spot);
}

Result<std::vector<SpotCount>> count_unread(store::Database& database, const Scope& scope,
                                            const std::vector<Condition>& conditions, const Spot& spot) {
  HM_TRY(Where where, where_of(database.dialect(), scope, conditions, spot));
  where.add("r.unknown <> '{}'");
  return count(database, where, spot);
}

Result<std::map<std::string, Resource>> containers_of(store::Database& database, const Scope& scope,
                                                      const Spot& spot, int limit) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  where.add("r.type = " + where.bind(spot.vpc.has_value() ? kSubnetType : kVpcType));
  where.add("r.account_id = " + where.bind(spot.account_id));
  where.add("r.region = " + where.bind(spot.region));
  if (spot.vpc.has_value()) where.add("r.vpc = " + where.bind(*spot.vpc));
  std::string sql = "select " + std::string(kResourceColumns) + std::string(kResourceFrom) + where.sql();
  sql += " order by r.label, r.id" + limit_sql(limit);
  return database.read("listing networks",
                       [&](store::Reader& reader) -> Result<std::map<std::string, Resource>> {
                         std::map<std::string, Resource> found;
                         HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
                           HM_TRY(Resource one, read_resource(row));
                           found.emplace(one.key, one);
                           return ok();
                         }));
                         return found;
                       });
}

Result<SpotResources> resources_of(store::Database& database, const Scope& scope,
                                   const std::vector<Condition>& conditions, const Spot& spot, int limit) {
  HM_TRY(const Where all, where_of(database.dialect(), scope, conditions, spot));
  Where page = all;
  std::string sql = "select " + std::string(kResourceColumns) + std::string(kResourceFrom) + page.sql();
  sql += " order by r.label, r.id" + limit_sql(limit);
  return database.read("listing a part of the topology", [&](store::Reader& reader) -> Result<SpotResources> {
    SpotResources found;
    HM_TRY(found.total, reader.number("select count(*) from resource r" + all.sql(), all.params()));
    HM_DO(reader.each(sql, page.params(), [&](const store::Row& row) -> Status {
      HM_TRY(Resource one, read_resource(row));
      found.items.push_back(std::move(one));
      return ok();
    }));
    return found;
  });
}

Result<std::map<std::string, SpotGaps>> gaps_of(store::Database& database, const Scope& scope,
                                                const std::vector<Condition>& conditions, const Spot& spot) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add_place_conditions(conditions, database.dialect());
  if (!spot.account_id.empty()) where.add("r.account_id = " + where.bind(spot.account_id));
  if (!spot.region.empty()) where.add("r.region = " + where.bind(spot.region));
  if (!spot.type.empty()) where.add("r.type = " + where.bind(spot.type));
  const std::string regions = where.bind(kRegionsType);
  const std::string sql = "select " + std::string(spot.account_id.empty() ? "r.account_id" : "r.region") +
                          ", count(case when r.outcome <> 'ok' then 1 end), count(case when r.outcome <> "
                          "'ok' and r.ok_at is null then 1 end), count(case when r.type = " +
                          regions + " then 1 end) from sweep r" + where.sql() + " group by 1";
  return database.read("counting what was not asked",
                       [&](store::Reader& reader) -> Result<std::map<std::string, SpotGaps>> {
                         std::map<std::string, SpotGaps> gaps;
                         HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) {
                           gaps[row.string(0)] = {row.integer(1), row.integer(2), row.integer(3) > 0};
                           return ok();
                         }));
                         return gaps;
                       });
}

Result<std::vector<SweepState>> gaps_of_region(store::Database& database, const Scope& scope,
                                               const std::vector<Condition>& conditions, const Spot& spot,
                                               const std::vector<std::string>& elsewhere, int limit) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add_place_conditions(conditions, database.dialect());
  where.add("r.outcome <> 'ok'");
  where.add("r.account_id = " + where.bind(spot.account_id));
  std::string there = "r.region = " + where.bind(spot.region);
  if (!elsewhere.empty()) {
    std::string types;
    for (const std::string& type : elsewhere) types += (types.empty() ? "" : ", ") + where.bind(type);
    there += " or (r.region = 'global' and r.type in (" + types + "))";
  }
  where.add(there);
  if (!spot.type.empty()) where.add("r.type = " + where.bind(spot.type));
  std::string sql =
      "select r.account_id, r.region, r.type, r.outcome, r.error, r.started_at, r.ok_at from sweep r" +
      where.sql() + " order by case when r.ok_at is null then 0 else 1 end, r.type, r.region";
  sql += limit_sql(limit);
  return database.read("listing what was not asked",
                       [&](store::Reader& reader) -> Result<std::vector<SweepState>> {
                         std::vector<SweepState> sweeps;
                         HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
                           SweepState sweep;
                           sweep.place = {row.string(0), row.string(1), row.string(2)};
                           sweep.outcome = outcome_from(row.text(3)).value_or(Outcome::failed);
                           HM_TRY(sweep.error, parse_json(row.text(4)).context("reading why a sweep failed"));
                           sweep.started_at = row.time(5);
                           sweep.ok_at = row.maybe_time(6);
                           sweeps.push_back(std::move(sweep));
                           return ok();
                         }));
                         return sweeps;
                       });
}

}  // namespace hm::inventory
