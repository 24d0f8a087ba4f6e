#include "inventory/neighbours.h"

#include <algorithm>

#include "inventory/meant_sql.h"

namespace hm::inventory {
namespace {

std::string list_of(Where& where, const std::vector<int64_t>& numbers) {
  std::string list;
  for (const int64_t number : numbers) list += (list.empty() ? "" : ", ") + where.bind(number);
  return list;
}

std::string outgoing_sql(Where& where, const Scope& scope, const std::vector<int64_t>& from) {
  const std::string ids = list_of(where, from);
  return "with rel as (select l.resource_id, l.name, l.type, l.target, s.account_id, s.region, row_number() "
         "over (partition by l.resource_id, l.name, l.type order by l.target) as place, count(*) over "
         "(partition by l.resource_id, l.name, l.type) as total from relation l join resource s on s.id = "
         "l.resource_id where l.resource_id in (" +
         ids + ")), found as (select rel.*, " + meant_sql(where, scope) +
         " as other from rel where rel.place <= " + where.bind(kMostOfRelation) + ") select " +
         std::string(kResourceColumns) +
         ", found.resource_id, found.name, found.type, found.target, found.total from found left join "
         "resource r on "
         "r.id = found.other" +
         std::string(kSweepJoin) + " order by found.resource_id, found.name, found.type, found.target";
}

// The other way round: who names this id in this account, or this ARN anywhere. Where another resource of the
// same id lives in the region of the one that names it, that one is meant.
std::string incoming_sql(Where& where, const Scope& scope, const std::vector<int64_t>& to) {
  const std::string ids = list_of(where, to);
  const std::string visible = " and " + where.in_scope(scope, "r.account_id", "r.region");
  const std::string from =
      "select d.id as target_id, l.resource_id, l.name, l.target from resource d join "
      "relation l on l.type = d.type and l.target = ";
  const std::string join = " join resource r on r.id = l.resource_id and r.gone_at is null" + visible +
                           " where d.id in (" + ids + ")";
  return "with hit as (" + from + "d.key" + join +
         " and r.account_id = d.account_id and (r.region = d.region or not exists (select 1 from resource o "
         "where o.type = l.type and o.key = l.target and o.account_id || '' = d.account_id and o.region || "
         "'' = "
         "r.region and o.gone_at is null)) union " +
         from + "d.name" + join +
         " and d.name <> '' and d.name <> d.key and r.account_id = d.account_id and r.region = d.region and "
         "not exists (select 1 from resource o where o.type = l.type and o.key = l.target and o.account_id "
         "|| '' = d.account_id and o.gone_at is null) union " +
         from + "d.arn" + join +
         " and d.arn <> ''), ranked as (select hit.target_id, hit.resource_id, hit.name, hit.target, "
         "row_number() over (partition by hit.target_id, hit.name, r.type order by r.label, r.id) as place, "
         "count(*) over (partition by hit.target_id, hit.name, r.type) as total from hit join resource r on "
         "r.id = hit.resource_id) select " +
         std::string(kResourceColumns) +
         ", ranked.target_id, ranked.name, r.type, ranked.target, ranked.total from ranked join resource r "
         "on r.id = ranked.resource_id left join sweep s on s.account_id = r.account_id and s.region = "
         "r.place_region and s.type = r.type where ranked.place <= " +
         where.bind(kMostOfRelation) + " order by ranked.target_id, ranked.name, r.type, r.label, r.id";
}

// Adds one step to a direction. Gives the resources from which the next goes on.
Result<std::vector<int64_t>> add_hop(store::Reader& reader, const Scope& scope, bool outgoing, int hop,
                                     const std::vector<int64_t>& from, std::set<std::string>& seen,
                                     Direction& direction) {
  Where where;
  const std::string sql = outgoing ? outgoing_sql(where, scope, from) : incoming_sql(where, scope, from);
  std::vector<int64_t> next;
  size_t shown = 0;
  HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
    Neighbour one;
    one.hop = hop;
    one.via = resource_id(row.integer(kResourceColumnCount));
    one.name = row.string(kResourceColumnCount + 1);
    one.type = row.string(kResourceColumnCount + 2);
    one.target = row.string(kResourceColumnCount + 3);
    const int64_t total = row.integer(kResourceColumnCount + 4);
    const bool first = direction.more.empty() || direction.more.back().hop != hop ||
                       direction.more.back().via != one.via || direction.more.back().name != one.name ||
                       direction.more.back().type != one.type;
    if (first) direction.more.push_back({hop, one.via, one.name, one.type, total});
    if (!row.is_null(0)) {
      // Who was met before is not left out: they stand nearer already.
      if (!seen.insert(resource_id(row.integer(0))).second) {
        --direction.more.back().count;
        return ok();
      }
      HM_TRY(one.resource, read_resource(row));
    }
    if (shown == kMostNeighbours) return ok();
    ++shown;
    --direction.more.back().count;
    if (one.resource) next.push_back(row.integer(0));
    direction.items.push_back(std::move(one));
    return ok();
  }));
  std::erase_if(direction.more, [](const MoreNeighbours& more) { return more.count <= 0; });
  return next;
}

Status walk(store::Reader& reader, const Scope& scope, bool outgoing, int64_t start, int hops,
            Direction& direction) {
  std::set<std::string> seen{resource_id(start)};
  std::vector<int64_t> from{start};
  for (int hop = 1; hop <= hops && !from.empty(); ++hop) {
    HM_TRY(from, add_hop(reader, scope, outgoing, hop, from, seen, direction));
  }
  return ok();
}

// The types whose resources may refer to these.
std::set<std::string> referring_types(const catalog::Catalog& catalog, const std::set<std::string>& types) {
  std::set<std::string> referring;
  for (const auto& type : catalog.resources())
    for (const auto& relation : type.relations)
      if (types.contains(relation.type)) referring.insert(type.id);
  return referring;
}

Result<std::vector<UnaskedType>> unasked_types(store::Reader& reader, const Scope& scope,
                                               const Resource& resource, const std::set<std::string>& types) {
  if (types.empty()) return std::vector<UnaskedType>();
  Where where;
  where.add_scope(scope, "account_id", "region");
  where.add("account_id = " + where.bind(resource.place.account_id));
  where.add("outcome <> 'ok'");
  std::string list;
  for (const std::string& type : types) list += (list.empty() ? "" : ", ") + where.bind(type);
  where.add("type in (" + list + ")");
  return reader.all("select type, count(*), count(case when ok_at is null then 1 end) from sweep" +
                        where.sql() + " group by type order by type",
                    where.params(), [](const store::Row& row) {
                      return UnaskedType{row.string(0), row.integer(1), row.integer(2)};
                    });
}

}  // namespace

Result<Neighbours> get_neighbours(store::Database& database, const catalog::Catalog& catalog,
                                  const Scope& scope, std::string_view id, int hops) {
  return database.read("reading what hangs together", [&](store::Reader& reader) -> Result<Neighbours> {
    HM_TRY(auto resource, find_resource(reader, scope, id));
    if (!resource) return make_error(ErrorKind::not_found, "not_found", "there is no such resource");
    Neighbours found;
    found.resource = std::move(*resource);
    const int64_t number = resource_number(id).value_or(0);
    HM_DO(walk(reader, scope, true, number, hops, found.depends_on));
    HM_DO(walk(reader, scope, false, number, hops, found.dependents));
    std::set<std::string> near{found.resource.place.type};
    std::set<std::string> types = referring_types(catalog, near);
    // Of the second step, what may refer to those that were found; what may refer to those that were not is
    // unknown with them.
    if (hops > 1) {
      std::set<std::string> reached;
      for (const Neighbour& one : found.dependents.items)
        if (one.hop == 1) reached.insert(one.type);
      types.merge(referring_types(catalog, reached));
    }
    HM_TRY(found.unasked, unasked_types(reader, scope, found.resource, types));
    return found;
  });
}

}  // namespace hm::inventory
