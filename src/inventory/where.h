// Builds the WHERE of reads: the scope first, then the conditions, every value a parameter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/read.h"

namespace hm::inventory {

// What is asked of a list beside its conditions.
struct ConditionOptions {
  bool also_gone = false;     // also without a condition on `gone`
  bool tags_of_each = false;  // a way, not another answer: at each resource, instead of by the index of tags
};

class Where {
 public:
  // Remembers the value and gives the placeholder that stands for it.
  std::string bind(store::Value value);
  void add(std::string condition);
  // The two columns that a scope speaks of.
  void add_scope(const Scope& scope, std::string_view account_column, std::string_view region_column);
  // The same as a condition of its own, which may be "1 = 1".
  std::string in_scope(const Scope& scope, std::string_view account_column, std::string_view region_column);
  // Of `resource r`; without a condition on `gone`, only what is not gone. Errors: invalid "filter",
  // unavailable "no_search".
  Status add_conditions(const std::vector<Condition>& conditions, store::Dialect dialect,
                        ConditionOptions options = {});
  // Those that speak of places, for a table `r` with account_id, region and type. What lives in a region may
  // be listed once an account, so a condition on regions leaves "global" in.
  void add_place_conditions(const std::vector<Condition>& conditions, store::Dialect dialect);

  // The column holds one of these, however many there are.
  std::string one_of_numbers(std::string_view column, const std::vector<int64_t>& numbers,
                             store::Dialect dialect);
  // A SELECT whose rows they are.
  std::string numbers_sql(const std::vector<int64_t>& numbers, store::Dialect dialect);
  // The column holds one of these; `*` stands for anything, and then capitals do not matter.
  std::string any_of(std::string_view column, const std::vector<std::string>& values);
  // No tag is known of it, and its type is one of these.
  std::string without_tags(const std::vector<std::string>& types);

  // " where …", or nothing.
  std::string sql() const;
  const store::Params& params() const { return params_; }

 private:
  std::string bind_numbers(const std::vector<int64_t>& numbers, store::Dialect dialect);
  std::string one_of_set(std::string_view column, const std::set<std::string>& values);
  std::string condition_sql(const Condition& condition, store::Dialect dialect,
                            ConditionOptions options = {});
  std::string tag_sql(const Condition& condition, store::Dialect dialect, bool of_each);

  std::vector<std::string> conditions_;
  store::Params params_;
};

// " limit 101": in the text, since PostgreSQL takes a limit that it is told later for a tenth of all rows,
// and plans for those.
std::string limit_sql(int64_t rows);

// What any_of() asks in SQL, of one value.
bool fits(std::string_view pattern, std::string_view text);

// Whether the conditions on types and services, if there are any, let the type through: what
// add_place_conditions() asks in SQL, of a type that may have no row.
bool lets_type_through(const std::vector<Condition>& conditions, std::string_view type);

// The columns of `resource r left join sweep s` that make a Resource, and the reading of them from column
// `first`.
extern const std::string_view kResourceColumns;
extern const std::string_view kResourceFrom;
extern const std::string_view kSweepJoin;  // its part behind `resource r`
// The same columns of `resource r` alone: the sweep is looked up for each row that is given. PostgreSQL joins
// all rows with all sweeps where it thinks that a page is reached late, and it often does.
std::string resource_columns_alone();
constexpr size_t kResourceColumnCount = 16;
Result<Resource> read_resource(const store::Row& row, size_t first = 0);

// The resource that an id of the outside means, where it is in scope.
Result<std::optional<Resource>> find_resource(store::Reader& reader, const Scope& scope, std::string_view id);

}  // namespace hm::inventory
