// Answers about the present: the rows, the sweeps behind them and what is unknown of the rows come from one
// snapshot of the query database, since the store may be ahead of it.
#include <algorithm>
#include <tuple>

#include "inventory/inventory.h"
#include "inventory/judge.h"
#include "inventory/unasked.h"

namespace hm::inventory {
namespace {

constexpr std::string_view kOkSql =
    "select type, min(swept_at) from sweep where swept_at is not null group by type";
constexpr std::string_view kGapSql =
    "select account_id, region, type, outcome, error_code, swept_at from sweep where outcome <> 'ok' "
    "order by type, account_id, region";
constexpr std::string_view kUnknownPartsSql =
    "select t.type, u.value, count(*) from resource t, json_each(t.unknown) u where t.unknown <> '[]' "
    "group by 1, 2";
// As many places can have a gap: 300 accounts in 17 regions with 200 types.
constexpr query::Limits kTrustLimits{.rows = 1'000'000, .result_bytes = 256 << 20};

// Where rows may be missing is said before where they are old.
void name_gaps(Trust& trust) {
  const auto unread = [](const TrustGap& gap) { return !gap.ok_at.has_value(); };
  trust.gap_count = static_cast<int64_t>(trust.gaps.size());
  trust.unread_count = std::count_if(trust.gaps.begin(), trust.gaps.end(), unread);
  std::stable_partition(trust.gaps.begin(), trust.gaps.end(), unread);
  if (trust.gaps.size() > kMostGapsNamed)
    trust.gaps.erase(trust.gaps.begin() + static_cast<std::ptrdiff_t>(kMostGapsNamed), trust.gaps.end());
}

std::optional<Time> time_at(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto time = parse_iso(as_text(value));
  return time.has_value() ? std::optional<Time>(*time) : std::nullopt;
}

Sighted sighted_in(const query::Answer& ok, const query::Answer& gaps) {
  Sighted sighted;
  for (const auto& row : ok.rows)
    if (const auto time = time_at(row[1])) sighted.ok_at.emplace(as_text(row[0]), *time);
  for (const auto& row : gaps.rows)
    sighted.gaps.push_back(
        {{std::string(as_text(row[0])), std::string(as_text(row[1])), std::string(as_text(row[2]))},
         outcome_from(as_text(row[3])).value_or(Outcome::failed),
         row[4].is_string() ? std::string(as_text(row[4])) : std::string(),
         time_at(row[5])});
  return sighted;
}

// Counts rows for (table, column).
using Counts = std::map<std::pair<std::string, std::string>, int64_t>;
using Reads = std::map<std::string, std::set<std::string>>;

// What cannot be read of a resource is a part of it; each table shows its parts under other names.
void add_parts(const catalog::Catalog& catalog, const Reads& reads, const query::Answer& found,
               Counts& counts) {
  std::map<std::tuple<std::string, std::string, std::string>, int64_t> most;  // table, column, type
  const auto note = [&](const char* table, const std::string& column, const catalog::ResourceType& type,
                        std::string_view behind, const std::vector<Json>& row) {
    const auto read = reads.find(table);
    if (read == reads.end() || !read->second.contains(column)) return;
    if (!parts_behind(type, behind).contains(std::string(as_text(row[1])))) return;
    // One row can lack several parts behind a column: it counts once.
    auto& rows = most[{table, column, type.id}];
    rows = std::max(rows, row[2].to_number<int64_t>());
  };
  for (const auto& row : found.rows) {
    const auto* type = catalog.find(as_text(row[0]));
    if (type == nullptr) continue;
    for (const char* column : {"name", "tags", "state", "created_at", "region"})
      note("resource", column, *type, column, row);
    note("tag", "value", *type, "tags", row);
    note("tag", "key", *type, "tags", row);
    note("relation", "target", *type, "relation", row);
  }
  for (const auto& [key, rows] : most) counts[{std::get<0>(key), std::get<1>(key)}] += rows;
}

// A table is read behind views as well (each looks into the sweeps): what the statement does not name is none
// of its.
void keep_named(const std::string& sql, const std::vector<query::TableSpec>& specs, query::Answer& answer) {
  const auto named = query::named_tables(sql, specs);
  std::erase_if(answer.reads, [&](const auto& read) {
    return std::find(named.begin(), named.end(), read.first) == named.end();
  });
  answer.tables.clear();
  for (const auto& [table, columns] : answer.reads) answer.tables.push_back(table);
}

// Of the table's columns, those that the statement named.
void count_unknown(const std::string& table, const query::Answer& found, const Reads& reads, Counts& counts) {
  const auto read = reads.find(table);
  if (read == reads.end()) return;
  for (const auto& row : found.rows)
    if (const std::string column(as_text(row[0])); read->second.contains(column))
      counts[{table, column}] = row[1].to_number<int64_t>();
}

bool reads_parts(const Reads& reads) {
  return reads.contains("resource") || reads.contains("tag") || reads.contains("relation");
}

Error too_much() {
  return make_error(ErrorKind::exhausted, "query_limit",
                    "too many places are not known to say how far the answer holds");
}

// How far the snapshot is behind the store.
Status measure(store::Database& database, const query::Position& position, Trust& trust) {
  const auto filling = [] {
    return make_error(ErrorKind::unavailable, "query_database_filling",
                      "the tables are being filled from the inventory: try again shortly");
  };
  HM_TRY(const std::string source, database.identity());
  if (position.source != source) return filling();
  HM_TRY(const int64_t last, database.last_change());
  if (last <= position.seq) return ok();
  auto next = database.follow(position.seq, 1);
  if (!next.has_value()) return next.error().code == "trimmed" ? filling() : std::move(next.error());
  trust.behind_changes = last - position.seq;
  if (!next->empty()) trust.behind_since = next->front().at;
  return ok();
}

}  // namespace

std::vector<const catalog::ResourceType*> types_behind(const catalog::Catalog& catalog,
                                                       const std::vector<std::string>& tables) {
  const bool all = std::any_of(tables.begin(), tables.end(), [](const std::string& table) {
    return table == "resource" || table == "tag" || table == "relation" || table == "sweep" ||
           table == "account";
  });
  std::vector<const catalog::ResourceType*> types;
  for (const catalog::ResourceType& type : catalog.resources())
    if (all || std::find(tables.begin(), tables.end(), type.table) != tables.end()) types.push_back(&type);
  return types;
}

Trust judge(const std::vector<const catalog::ResourceType*>& types, const Sighted& sighted) {
  Trust trust;
  // Where it is not known which regions an account has, whatever lies in regions may be missing.
  const bool regional = std::any_of(types.begin(), types.end(), [](const catalog::ResourceType* type) {
    return type->scope == catalog::Scope::region;
  });
  for (const TrustGap& gap : sighted.gaps)
    if (regional && gap.place.type == kRegionsType) trust.gaps.push_back(gap);
  for (const catalog::ResourceType* type : types) {
    for (const TrustGap& gap : sighted.gaps)
      if (gap.place.type == type->id) trust.gaps.push_back(gap);
    const auto known = sighted.ok_at.find(type->id);
    if (known == sighted.ok_at.end()) {
      trust.unknown_types.push_back(type->id);
    } else if (!trust.as_of.has_value() || known->second < *trust.as_of) {
      trust.as_of = known->second;
    }
  }
  name_gaps(trust);
  return trust;
}

Result<AskedTogether> ask_together(query::QueryDatabase& query, const catalog::Catalog& catalog,
                                   const std::vector<query::Statement>& asked, const Scope& scope,
                                   const std::stop_token& stop) {
  std::vector<query::Statement> statements = asked;
  statements.push_back({std::string(kOkSql), {}, kTrustLimits});
  statements.push_back({std::string(kGapSql), {}, kTrustLimits});
  // Which tables they read is known once they are prepared: here are all that they may.
  std::string texts;
  for (const auto& statement : asked) texts += statement.sql + "\n";
  std::vector<std::string> tables;
  bool parts = false;
  for (auto& name : query::named_tables(texts, query.tables())) {
    parts = parts || name == "resource" || name == "tag" || name == "relation";
    if (catalog.find_table(name) == nullptr) continue;
    statements.push_back({"select u.value, count(*) from " + name +
                              " t, json_each(t.unknown) u where t.unknown <> '[]' group by 1",
                          {},
                          kTrustLimits});
    tables.push_back(std::move(name));
  }
  if (parts) statements.push_back({std::string(kUnknownPartsSql), {}, kTrustLimits});
  const auto explain = [&](Error error) { return explain_table(std::move(error), catalog); };
  HM_TRY(auto found, query.run_together(statements, scope, stop).map_error(explain));
  const auto of_us = found.answers.begin() + static_cast<std::ptrdiff_t>(asked.size());
  if (std::any_of(of_us, found.answers.end(), [](const query::Answer& one) { return one.truncated; }))
    return too_much();
  AskedTogether together;
  together.sighted = sighted_in(of_us[0], of_us[1]);
  together.position = found.position;
  together.parts.reserve(asked.size());
  for (size_t i = 0; i < asked.size(); ++i) {
    auto& answer = found.answers[i];
    keep_named(asked[i].sql, query.tables(), answer);
    Counts counts;
    for (size_t k = 0; k < tables.size(); ++k)
      count_unknown(tables[k], of_us[2 + static_cast<std::ptrdiff_t>(k)], answer.reads, counts);
    if (reads_parts(answer.reads)) add_parts(catalog, answer.reads, found.answers.back(), counts);
    AskedTogether::Part part;
    for (const auto& [key, rows] : counts) part.unknown_columns.push_back({key.first, key.second, rows});
    part.answer = std::move(answer);
    together.parts.push_back(std::move(part));
  }
  return together;
}

Result<Asked> ask_once(query::QueryDatabase& query, const catalog::Catalog& catalog, std::string_view sql,
                       const Scope& scope, const query::Limits& limits, const std::stop_token& stop) {
  HM_TRY(auto together, ask_together(query, catalog, {{std::string(sql), {}, limits}}, scope, stop));
  auto& part = together.parts.front();
  return Asked{std::move(part.answer), std::move(together.sighted), std::move(part.unknown_columns),
               std::move(together.position)};
}

Result<Trust> trust_of(store::Database& database, const catalog::Catalog& catalog,
                       const AskedTogether& together, const AskedTogether::Part& part) {
  Trust trust = judge(types_behind(catalog, part.answer.tables), together.sighted);
  trust.unknown_columns = part.unknown_columns;
  HM_DO(measure(database, together.position, trust));
  return trust;
}

Result<Answered> query_now(store::Database& database, query::QueryDatabase& query,
                           const catalog::Catalog& catalog, std::string_view sql, const Scope& scope,
                           const query::Limits& limits, const std::stop_token& stop) {
  HM_TRY(auto together, ask_together(query, catalog, {{std::string(sql), {}, limits}}, scope, stop));
  Answered answered;
  HM_TRY(answered.trust, trust_of(database, catalog, together, together.parts.front()));
  answered.answer = std::move(together.parts.front().answer);
  return answered;
}

}  // namespace hm::inventory
