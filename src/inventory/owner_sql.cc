#include "inventory/owner_sql.h"

#include <algorithm>
#include <array>

namespace hm::inventory {
namespace {

// AWS's time of creation is when the call was answered, or a little after.
constexpr std::chrono::minutes kAnswerLag{5};
constexpr std::chrono::minutes kClockSkew{1};

// What calls that make something begin with.
constexpr std::array<std::string_view, 10> kMakingVerbs = {
    "Create", "Run", "Allocate", "Register", "Import", "Copy", "Restore", "Request", "Put", "Launch"};

bool makes_something(std::string_view call) {
  const std::string_view operation = call.substr(call.find(':') + 1);
  return std::any_of(kMakingVerbs.begin(), kMakingVerbs.end(),
                     [&](std::string_view verb) { return operation.starts_with(verb); });
}

// The tables `way` (tag, type, n) and `parent`: which resources a tag of AWS's says that others belong to.
// The joins stand in their order, or SQLite reads all resources of an account for each tag.
std::string parents_sql(Where& where, const Scope& scope, const OwnerRules& rules,
                        const std::vector<int64_t>* only, store::Dialect dialect) {
  std::string ways;
  for (size_t n = 0; n < rules.through.size(); ++n) {
    const auto& [tag, type] = rules.through[n];
    ways += std::string(ways.empty() ? "values " : ", ") + "(cast(" + where.bind(tag) + " as text), cast(" +
            where.bind(type) + " as text), cast(" + where.bind(static_cast<int64_t>(n)) + " as bigint))";
  }
  if (ways.empty()) ways = "select '', '', cast(0 as bigint) where 1 = 0";
  std::string sql = "way (tag, type, n) as (" + ways +
                    "), parent (resource_id, parent, label, type, n) as (select t.resource_id, p.id, "
                    "p.label, p.type, way.n from way "
                    "cross join tag t cross join resource c cross join resource p where t.key = way.tag and "
                    "c.id = t.resource_id and "
                    "p.type = way.type and p.key = t.value and p.account_id = c.account_id and (p.region = "
                    "c.region or p.arn = "
                    "t.value) and p.gone_at is null and " +
                    where.in_scope(scope, "p.account_id", "p.region");
  if (only != nullptr) sql += " and " + where.one_of_numbers("t.resource_id", *only, dialect);
  return sql + ")";
}

// The first key that has a value; of spellings of one key, the first by name.
std::string own_sql(Where& where, const std::vector<int64_t>* only, store::Dialect dialect) {
  const std::string ranked =
      "select t.resource_id, t.value, t.key, row_number() over (partition by t.resource_id order by k.place, "
      "t.key) as "
      "n from ";
  if (only == nullptr) return ranked + "k join tag t on t.key = k.key where trim(t.value) <> ''";
  return ranked + "(select parent as id from parent union " + where.numbers_sql(*only, dialect) +
         ") w cross join tag t cross join k where t.resource_id = w.id and t.key = k.key and trim(t.value) "
         "<> ''";
}

}  // namespace

// "n < 2", of what begins at one: PostgreSQL takes "n = 1" for one row of two hundred, and would go through
// the owners for each resource.
Result<std::string> owners_by_tags(store::Reader& reader, Where& where, const Scope& scope,
                                   const OwnerRules& rules, const std::vector<int64_t>* only) {
  HM_TRY(const auto spelled, spelled_keys(reader));
  std::string sql = spellings_of(where, spelled, rules.keys);
  if (sql.empty()) return sql;
  sql += ", " + parents_sql(where, scope, rules, only, reader.dialect());
  const std::string own = own_sql(where, only, reader.dialect());
  sql += ", own (resource_id, name, key) as (select resource_id, value, key from (" + own +
         ") ranked where n < 2)";
  return sql +
         ", through (resource_id, name, key, parent, label, type) as (select resource_id, name, key, parent, "
         "label, "
         "type from (select p.resource_id, o.name, o.key, p.parent, p.label, p.type, row_number() over "
         "(partition "
         "by p.resource_id order by p.n, p.parent) as n from parent p join own o on o.resource_id = p.parent "
         "where "
         "not exists (select 1 from k cross join tag s where s.resource_id = p.resource_id and s.key = k.key "
         "and "
         "trim(s.value) <> '')) ranked where n < 2) ";
}

std::optional<Event> creation_of(const Resource& resource, Time first_version,
                                 std::optional<Time> seen_before) {
  Event event;
  event.kind = "created";
  event.resource = resource;
  if (seen_before) {
    event.at = first_version;
    event.seen_before = seen_before;
    return event;
  }
  if (!resource.created_at) return std::nullopt;
  event.at = *resource.created_at + kAnswerLag;
  event.seen_before = *resource.created_at - kClockSkew;
  return event;
}

Result<std::vector<Event>> find_creations(store::Reader& reader, const Scope& scope,
                                          const TagSubject& subject, const TagPlaces& places,
                                          const OwnerRules& rules) {
  std::vector<Event> creations;
  HM_TRY(const auto earliest, reader.one("select min(read_from) from trail_position", {},
                                         [](const store::Row& row) { return row.maybe_time(0); }));
  if (!earliest || !*earliest) return creations;
  Where where;
  HM_TRY(const std::string tables, owners_by_tags(reader, where, scope, rules, nullptr));
  add_known_tags(where, scope, subject, places, reader.dialect());
  if (!tables.empty()) {
    where.add("not exists (select 1 from own o where o.resource_id = r.id)");
    where.add("not exists (select 1 from through h where h.resource_id = r.id)");
  }
  where.add("v.seen_before is not null or r.created_at >= " + where.bind(**earliest));
  std::string sql = tables + "select " + std::string(kResourceColumns) + ", v.valid_from, v.seen_before" +
                    std::string(kResourceFrom) +
                    " left join resource_version v on v.resource_id = r.id and v.version = 1" + where.sql() +
                    " order by coalesce(v.valid_from, r.created_at) desc, r.id" +
                    limit_sql(static_cast<int64_t>(kMostCreators));
  HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
    HM_TRY(const Resource resource, read_resource(row));
    const auto first = row.maybe_time(kResourceColumnCount);
    const auto before = first ? row.maybe_time(kResourceColumnCount + 1) : std::nullopt;
    if (auto event = creation_of(resource, first.value_or(Time()), before))
      creations.push_back(std::move(*event));
    return ok();
  }));
  return creations;
}

Result<std::vector<Creator>> creators_of(store::Database& database, const catalog::Catalog& catalog,
                                         const std::vector<Event>& creations) {
  HM_TRY(auto all, who_made(database, catalog, creations));
  std::vector<Creator> creators;
  creators.reserve(all.size());
  for (Who& who : all) {
    Creator& creator = creators.emplace_back();
    const auto made = std::find_if(who.callers.begin(), who.callers.end(),
                                   [](const Caller& caller) { return makes_something(caller.call); });
    if (made != who.callers.end()) {
      creator.caller = std::move(*made);
    } else if (who.known()) {
      creator.code = "no_event";
      creator.reason = "CloudTrail tells of no call that made it";
    } else {
      creator.code = std::move(who.code);
      creator.reason = std::move(who.reason);
    }
  }
  return creators;
}

}  // namespace hm::inventory
