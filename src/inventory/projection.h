// The inventory as SQL tables: from the catalog's types to table specs, from stored states to rows, and the
// follower that keeps the query database up to date.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "identity/scope.h"
#include "inventory/inventory.h"
#include "inventory/payload.h"
#include "inventory/trust.h"
#include "query/query.h"
#include "store/database.h"

namespace hm::inventory {

using identity::Scope;

// What a later module adds to the query database: tables of its own, kept up from the same change log.
struct Addition {
  std::vector<query::TableSpec> tables;
  // Writes what these changes, whatever their nouns, mean for the tables.
  std::function<Status(store::Reader&, query::Writer&, const std::vector<store::Change>&)> apply;
  // Writes everything, into tables that are empty.
  std::function<Status(store::Reader&, query::Writer&)> fill;
};

// One table per type of the catalog, and resource, tag, relation, sweep, account. Nothing of users, keys or
// audit.
std::vector<query::TableSpec> table_specs(const catalog::Catalog& catalog);

std::vector<query::TableSpec> table_specs(const catalog::Catalog& catalog,
                                          const std::vector<Addition>& additions);

// The parts of a document (Detail::into) without which a column of the table `resource` is not known for a
// resource of this type; for "relation", its relations.
std::set<std::string> parts_behind(const catalog::ResourceType& type, std::string_view column);

// What a row is made of beside the state.
struct RowFacts {
  int64_t number = 0;
  Place place;
  std::string key;
  Time first_seen;
  std::optional<Time> gone_at;
};
// The table of a type with no more stored columns than `only` and those on which views and scopes rest: the
// others are null in its view, and nobody may read them. Filling takes as long as there are columns.
query::TableSpec narrowed(query::TableSpec table, const std::set<std::string>& only);
// The values of the stored columns of one type's table. What is the same for all its rows is found once.
class TypedRows {
 public:
  // Where `only` is given, the table is narrowed to it. The type outlives it.
  explicit TypedRows(const catalog::ResourceType& type, const std::set<std::string>* only = nullptr);
  store::Params row(const RowFacts& facts, const State& state) const;

 private:
  void add_unknown_ours(const State& state, JsonArray& unknown) const;

  const catalog::ResourceType& type_;
  std::vector<const catalog::Column*> own_;  // the stored ones of the catalog
  // The paths behind ours that no column of the catalog replaces.
  std::vector<std::pair<const char*, const JsonPath*>> paths_;
  bool resource_id_, arn_, name_, state_, created_at_, tags_, first_seen_;  // which of ours are stored
};

// The values of the stored columns of `resource`, of `tag` and of `relation`. `type` is null where the
// catalog no longer has it.
store::Params resource_row(const catalog::ResourceType* type, const RowFacts& facts, const State& state);
std::vector<store::Params> tag_rows(const RowFacts& facts, const State& state);
std::vector<store::Params> relation_rows(const RowFacts& facts, const State& state);
store::Params sweep_row(const Place& place, const store::Row& row);

// Brings the query database up to the store. One instance per process; not thread-safe. Another process may
// follow with the same file: each step is taken by whoever comes first.
class Follower {
 public:
  // All outlive it.
  Follower(store::Database& database, query::QueryDatabase& query, const catalog::Catalog& catalog,
           std::vector<Addition> additions = {})
      : database_(database), query_(query), catalog_(catalog), additions_(std::move(additions)) {}

  // Applies what the change log holds beyond the stored position, in steps, until the end or a stop. Makes
  // everything anew where the position is of another database or older than the log. Returns the number of
  // changes applied.
  Result<int64_t> catch_up(const std::stop_token& stop = {});

 private:
  Result<int64_t> step(const std::string& source);
  Status rebuild(const std::string& source);

  store::Database& database_;
  query::QueryDatabase& query_;
  const catalog::Catalog& catalog_;
  const std::vector<Addition> additions_;
};

struct Answered {
  query::Answer answer;
  Trust trust;
};
// The statement over the tables as they are, and how far the rows can be trusted, from the same snapshot:
// places outside the scope are neither named nor counted. An error of kind unavailable, code
// "query_database_filling", where the tables do not hold this store's inventory yet.
Result<Answered> query_now(store::Database& database, query::QueryDatabase& query,
                           const catalog::Catalog& catalog, std::string_view sql, const Scope& scope,
                           const query::Limits& limits = {}, const std::stop_token& stop = {});

// The temporary query database of one statement takes at most so much of the disk.
constexpr int64_t kMostPastBytes = int64_t{512} << 20;
// The same as they were at `at`, with the trust of then, in a temporary query database below `directory`.
// The limits of time hold for filling it too: exhausted "query_limit", or cancelled. Earlier than the history
// goes back: invalid "before_horizon".
Result<Answered> query_at(store::Database& database, const catalog::Catalog& catalog,
                          const std::string& directory, std::string_view sql, const Scope& scope, Time at,
                          const query::Limits& limits = {}, const std::stop_token& stop = {});

}  // namespace hm::inventory
