// Answers about the past.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <set>

#include "inventory/judge.h"
#include "inventory/past_filler.h"
#include "inventory/projection.h"
#include "inventory/retention.h"
#include "inventory/unasked.h"
#include "inventory/where.h"

namespace hm::inventory {
namespace {

struct Known {
  Place place;
  std::optional<Time> ok_at;
  bool gap = false;  // nobody has looked since
};

// What was known of each place at a moment: the end of the last run of ok sweeps that had begun by then.
// Nothing was known of a place that is looked at since.
Result<std::vector<Known>> places_at(store::Reader& reader, const Scope& scope, Time at) {
  Where where;
  const std::string moment = where.bind(at);
  where.add_scope(scope, "s.account_id", "s.region");
  std::vector<Known> places;
  HM_DO(reader.each(
      "select s.account_id, s.region, s.type, max(p.ok_to) from sweep s left join sweep_span p on "
      "p.account_id = s.account_id and p.region = s.region and p.type = s.type and p.ok_from <= " +
          moment + where.sql() + " group by s.account_id, s.region, s.type",
      where.params(), [&](const store::Row& row) -> Status {
        Known known{{row.string(0), row.string(1), row.string(2)}, row.maybe_time(3), true};
        if (known.ok_at) {
          known.gap = *known.ok_at < at;
          known.ok_at = std::min(*known.ok_at, at);
        }
        places.push_back(std::move(known));
        return ok();
      }));
  return places;
}

Sighted sighted_of(const std::vector<Known>& places) {
  Sighted sighted;
  for (const Known& one : places) {
    if (one.gap) sighted.gaps.push_back({one.place, std::nullopt, "", one.ok_at});
    if (!one.ok_at) continue;
    const auto [oldest, fresh] = sighted.ok_at.emplace(one.place.type, *one.ok_at);
    if (!fresh) oldest->second = std::min(oldest->second, *one.ok_at);
  }
  return sighted;
}

// The versions of a moment. PostgreSQL finds its own way. SQLite reads them in the order of the resources'
// numbers: it is the order in which the index of versions lies and in which the rows of the temporary tables
// are kept, so that neither is searched up and down; a cross join is one that it does in the order that is
// written.
struct Versions {
  Where where;
  std::string sql;
};
Versions versions_at(const Scope& scope, const std::vector<const catalog::ResourceType*>& types, Time at,
                     store::Dialect dialect) {
  Where where;
  where.add("v.resource_id = r.id");
  const std::string moment = where.bind(at);
  where.add("v.valid_from <= " + moment);
  where.add("v.valid_to is null or v.valid_to > " + moment);
  where.add("v.kind <> 'gone'");
  // Regions may have changed since: the views sort them out.
  where.add_scope({.accounts = scope.accounts, .regions = std::nullopt}, "r.account_id", "r.region");
  std::vector<std::string> ids;
  ids.reserve(types.size());
  for (const catalog::ResourceType* type : types) ids.push_back(type->id);
  std::string sql;
  std::string from = "resource r";
  if (dialect == store::Dialect::sqlite) {
    sql = "with h as materialized (select id from resource where " + where.any_of("type", ids) +
          " order by id) ";
    from = "h cross join resource r";
    where.add("r.id = h.id");
  } else {
    where.add(where.any_of("r.type", ids));
  }
  sql += "select r.id, r.account_id, r.place_region, r.type, r.key, r.first_seen, v.payload from " + from +
         " cross join resource_version v" + where.sql();
  return {std::move(where), std::move(sql)};
}

Result<query::Shape> shape_of(const std::string& directory, const std::vector<query::TableSpec>& specs,
                              std::string_view sql) {
  HM_TRY(const auto empty, query::QueryDatabase::open_temporary(directory, specs));
  return empty->describe(sql);
}

int times_in(std::string_view text, std::string_view lower) {
  const auto alike = [](unsigned char a, unsigned char b) { return std::tolower(a) == b; };
  int times = 0;
  for (auto at = text.begin();; ++at, ++times) {
    at = std::search(at, text.end(), lower.begin(), lower.end(), alike);
    if (at == text.end()) return times;
  }
}

// Where a statement names one table, and that once, nothing is looked up for the rows of another. By WITH it
// could give the table a second name.
bool is_alone(const query::Shape& shape, std::string_view sql, const std::string& table) {
  return shape.reads.size() == 1 && times_in(sql, table) == 1 && times_in(sql, "with") == 0;
}

bool is_typed(const std::vector<const catalog::ResourceType*>& types, const std::string& table) {
  return std::any_of(types.begin(), types.end(),
                     [&](const catalog::ResourceType* type) { return type->table == table; });
}

}  // namespace

Result<Answered> query_at(store::Database& database, const catalog::Catalog& catalog,
                          const std::string& directory, std::string_view sql, const Scope& scope, Time at,
                          const query::Limits& limits, const std::stop_token& stop) {
  HM_DO(check_horizon(database, at));
  std::vector<query::TableSpec> specs = table_specs(catalog);
  const std::vector<std::string> named = query::named_tables(sql, specs);
  std::set<std::string> tables(named.begin(), named.end());
  tables.insert("sweep");  // the others refer to it
  // What is unknown of these stands with the resource.
  if (tables.contains("tag") || tables.contains("relation")) tables.insert("resource");
  std::erase_if(specs, [&](const query::TableSpec& spec) { return !tables.contains(spec.name); });
  const FillLimits fill_limits{.deadline = std::chrono::steady_clock::now() + limits.time, .stop = stop};
  // A name may stand in the text without being read: in a literal, for one.
  HM_TRY(const auto shape, shape_of(directory, specs, sql).map_error([&](Error error) {
    return explain_table(std::move(error), catalog);
  }));
  std::vector<std::string> read;
  for (const auto& [view, columns] : shape.reads) read.push_back(view);
  const bool parts = shape.reads.contains("tag") || shape.reads.contains("relation");
  std::erase_if(tables, [&](const std::string& name) {
    return name != "sweep" && !(parts && name == "resource") && !shape.reads.contains(name);
  });
  const auto types = types_behind(catalog, read);
  for (query::TableSpec& spec : specs) {
    if (!is_typed(types, spec.name)) continue;
    spec.indexed = !is_alone(shape, sql, spec.name);
    if (const auto* only = columns_read(shape, spec.name)) spec = narrowed(std::move(spec), *only);
  }
  HM_TRY(const auto past, query::QueryDatabase::open_temporary(directory, std::move(specs)));
  std::vector<Known> places;
  const Status filled = past->write([&](query::Writer& writer) {
    return database.read("reading the past", [&](store::Reader& reader) -> Status {
      PastFiller filler(writer, database, tables, shape, fill_limits);
      HM_DO(filler.learn(reader));
      HM_TRY(places, places_at(reader, scope, at));
      for (const Known& known : places)
        if (known.ok_at) HM_DO(filler.add_sweep(known.place, *known.ok_at));
      const Versions versions = versions_at(scope, types, at, reader.dialect());
      const store::Scanning scanning(reader);
      HM_DO(reader.each(versions.sql, versions.where.params(),
                        [&](const store::Row& row) { return filler.add(catalog.find(row.text(3)), row); }));
      return filler.finish();
    });
  });
  if (!filled.has_value()) return filled.error();
  HM_TRY(auto asked, ask_once(*past, catalog, sql, scope, limits, stop));
  Answered answered;
  answered.trust = judge(types_behind(catalog, asked.answer.tables), sighted_of(places));
  answered.trust.unknown_columns = std::move(asked.unknown_columns);
  answered.answer = std::move(asked.answer);
  return answered;
}

}  // namespace hm::inventory
