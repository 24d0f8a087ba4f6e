#include "inventory/where.h"

namespace hm::inventory {
namespace {

constexpr int kMostRelations = 500;

Error no_resource() { return make_error(ErrorKind::not_found, "not_found", "there is no such resource"); }

// The resource that a document means: by ARN anywhere; by id in the same account, of the same region where
// several share it; and by name in the same account and region, since some documents name what has an id as
// well (an instance its key pair).
Result<std::optional<Resource>> resolve(store::Reader& reader, const Scope& scope, const Resource& from,
                                        const ObservedRelation& relation) {
  Where where;
  const std::string type = where.bind(relation.type);
  const std::string target = where.bind(relation.target);
  const std::string account = where.bind(from.place.account_id);
  const std::string region = where.bind(from.region);
  // Three ways, three indexes: with an "or" a database would look at all of the type. What is joined to an
  // empty text is no reason for another index, of which each has too many rows in a large company.
  where.add("r.id in (select id from resource where arn = " + target + " and type || '' = " + type +
            " union select id from resource where type = " + type + " and key = " + target +
            " and account_id || '' = " + account + " union select id from resource where label = " + target +
            " and name = " + target + " and type || '' = " + type + " and account_id || '' = " + account +
            " and region || '' = " + region + ")");
  where.add_scope(scope, "r.account_id", "r.region");
  std::optional<Resource> found;
  HM_DO(
      reader.each("select " + std::string(kResourceColumns) + std::string(kResourceFrom) + where.sql() +
                      " order by case when r.gone_at is null then 0 else 1 end, case when r.arn = " + target +
                      " or r.key = " + target + " then 0 else 1 end, case when r.region = " + region +
                      " then 0 else 1 end, r.id limit 1",
                  where.params(), [&](const store::Row& row) -> Status {
                    HM_TRY(found, read_resource(row));
                    return ok();
                  }));
  return found;
}

Status add_outgoing(store::Reader& reader, const Scope& scope, int64_t number, Detail& detail) {
  HM_TRY(const auto relations,
         reader.all("select name, type, target from relation where resource_id = $1 order by name, type, "
                    "target limit $2",
                    {number, kMostRelations}, [](const store::Row& row) {
                      return ObservedRelation{row.string(0), row.string(1), row.string(2)};
                    }));
  for (const ObservedRelation& relation : relations) {
    HM_TRY(auto other, resolve(reader, scope, detail.resource, relation));
    detail.relations.push_back({relation.name, true, relation.type, relation.target, std::move(other)});
  }
  return ok();
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
              "o.account_id || '' = r.account_id))";
  where.add(target);
  where.add("r.gone_at is null");
  where.add_scope(scope, "r.account_id", "r.region");
  const std::string limit = where.bind(kMostRelations);
  return reader.each("select " + std::string(kResourceColumns) + ", l.name, l.target" +
                         std::string(kResourceFrom) + " join relation l on l.resource_id = r.id" +
                         where.sql() + " order by r.type, r.label, r.id limit " + limit,
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
