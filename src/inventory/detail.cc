#include "inventory/meant_sql.h"

namespace hm::inventory {
namespace {

constexpr int kMostRelations = 500;

Error no_resource() { return make_error(ErrorKind::not_found, "not_found", "there is no such resource"); }

// In one statement: a resource may name five hundred, and the database may be far.
Status add_outgoing(store::Reader& reader, const Scope& scope, int64_t number, Detail& detail) {
  Where where;
  const std::string sql =
      "with rel as (select l.name, l.type, l.target, s.account_id, s.region from relation l join resource s "
      "on s.id = "
      "l.resource_id where l.resource_id = " +
      where.bind(number) + " order by l.name, l.type, l.target" + limit_sql(kMostRelations) +
      "), found as (select rel.name, rel.type, rel.target, " + meant_sql(where, scope) +
      " as other from rel) select " + std::string(kResourceColumns) +
      ", found.name, found.type, found.target from found left join resource r on r.id = found.other" +
      std::string(kSweepJoin) + " order by found.name, found.type, found.target";
  return reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
    RelatedResource related;
    related.name = row.string(kResourceColumnCount);
    related.type = row.string(kResourceColumnCount + 1);
    related.target = row.string(kResourceColumnCount + 2);
    if (!row.is_null(0)) {
      HM_TRY(related.resource, read_resource(row));
    }
    detail.relations.push_back(std::move(related));
    return ok();
  });
}

Status add_incoming(store::Reader& reader, const Scope& scope, Detail& detail) {
  const Resource& self = detail.resource;
  Where where;
  where.add("l.type = " + where.bind(self.place.type));
  // An id without an account in it means the own account's; an empty ARN means nothing.
  std::string target = "(l.target = " + where.bind(self.key) +
                       " and r.account_id = " + where.bind(self.place.account_id) + ")";
  if (!self.arn.empty()) target += " or l.target = " + where.bind(self.arn);
  if (!self.name.empty() && self.name != self.key)
    target += " or (l.target = " + where.bind(self.name) +
              " and r.account_id = " + where.bind(self.place.account_id) +
              " and r.region = " + where.bind(self.region) +
              " and not exists (select 1 from resource o where o.type = l.type and o.key = l.target and "
              "o.account_id || '' = r.account_id and o.gone_at is null))";
  where.add(target);
  where.add("r.gone_at is null");
  where.add_scope(scope, "r.account_id", "r.region");
  return reader.each("select " + std::string(kResourceColumns) + ", l.name, l.target" +
                         std::string(kResourceFrom) + " join relation l on l.resource_id = r.id" +
                         where.sql() + " order by r.type, r.label, r.id" + limit_sql(kMostRelations),
                     where.params(), [&](const store::Row& row) -> Status {
                       HM_TRY(Resource other, read_resource(row));
                       RelatedResource related;
                       related.name = row.string(kResourceColumnCount);
                       related.outgoing = false;
                       related.type = other.place.type;
                       related.target = row.string(kResourceColumnCount + 1);
                       related.resource = std::move(other);
                       detail.relations.push_back(std::move(related));
                       return ok();
                     });
}

}  // namespace

Result<Detail> get_resource(store::Database& database, const Scope& scope, std::string_view id) {
  return database.read("reading a resource", [&](store::Reader& reader) -> Result<Detail> {
    HM_TRY(auto resource, find_resource(reader, scope, id));
    if (!resource.has_value()) return no_resource();
    Detail detail;
    detail.resource = std::move(*resource);
    const int64_t number = resource_number(id).value_or(0);
    HM_TRY(detail.versions,
           reader.number("select count(*) from resource_version where resource_id = $1", {number}));
    HM_TRY(const auto payload,
           reader.one("select payload from resource_version where resource_id = $1 and payload is not null "
                      "order by version desc limit 1",
                      {number}, [](const store::Row& row) { return row.string(0); }));
    if (payload.has_value()) {
      PayloadCodec codec(database);
      HM_TRY(Json json, codec.unpack(reader, *payload).context("reading " + std::string(id)));
      detail.state = state_from(std::move(json));
    }
    HM_DO(add_outgoing(reader, scope, number, detail));
    HM_DO(add_incoming(reader, scope, detail));
    return detail;
  });
}

}  // namespace hm::inventory
