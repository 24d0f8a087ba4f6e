#include "inventory/where.h"

#include <algorithm>

#include "base/join.h"

namespace hm::inventory {
namespace {

std::string like_pattern(std::string_view text, bool stars) {
  std::string pattern;
  for (const char c : text) {
    if (stars && c == '*') {
      pattern += '%';
      continue;
    }
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

// As SQL's `like` does it; without a star the text must be the very same, as with `=`.
bool fits(std::string_view pattern, std::string_view text) {
  if (pattern.find('*') == std::string_view::npos) return pattern == text;
  size_t at = 0;
  size_t star = std::string_view::npos;  // the latest, which may swallow more
  size_t swallowed = 0;
  for (size_t i = 0; i < text.size();) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      swallowed = i;
    } else if (at < pattern.size() && lower(pattern[at]) == lower(text[i])) {
      ++at;
      ++i;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      i = ++swallowed;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

std::string Where::bind(store::Value value) {
  params_.push_back(std::move(value));
  return "$" + std::to_string(params_.size());
}

void Where::add(std::string condition) { conditions_.push_back(std::move(condition)); }

std::string Where::sql() const {
  return conditions_.empty() ? std::string() : " where (" + join(conditions_, ") and (") + ")";
}

std::string Where::one_of_set(std::string_view column, const std::set<std::string>& values) {
  if (values.empty()) return "1 = 0";
  std::vector<std::string> places;
  places.reserve(values.size());
  for (const std::string& value : values) places.push_back(bind(value));
  return std::string(column) + " in (" + join(places, ", ") + ")";
}

void Where::add_scope(const Scope& scope, std::string_view account_column, std::string_view region_column) {
  if (scope.accounts.has_value()) add(one_of_set(account_column, *scope.accounts));
  if (scope.regions.has_value()) add(one_of_set(region_column, *scope.regions));
}

std::string Where::in_scope(const Scope& scope, std::string_view account_column,
                            std::string_view region_column) {
  std::vector<std::string> both;
  if (scope.accounts.has_value()) both.push_back(one_of_set(account_column, *scope.accounts));
  if (scope.regions.has_value()) both.push_back(one_of_set(region_column, *scope.regions));
  return both.empty() ? "1 = 1" : join(both, " and ");
}

std::string Where::any_of(std::string_view column, const std::vector<std::string>& values) {
  std::vector<std::string> exact;
  std::vector<std::string> either;
  for (const std::string& value : values) {
    if (value.find('*') == std::string::npos) {
      exact.push_back(bind(value));
    } else {
      either.push_back("lower(" + std::string(column) + ") like lower(" + bind(like_pattern(value, true)) +
                       ") escape '\\'");
    }
  }
  if (!exact.empty()) either.push_back(std::string(column) + " in (" + join(exact, ", ") + ")");
  return either.empty() ? "1 = 0" : join(either, " or ");
}

// There may be a hundred thousand: one parameter, which each dialect takes apart in its own way. PostgreSQL,
// which does not see how many there are, takes them for ten, and would plan anew each time for the one that
// there is.
std::string Where::bind_numbers(const std::vector<int64_t>& numbers, store::Dialect dialect) {
  std::string list;
  for (const int64_t number : numbers) list += (list.empty() ? "" : ",") + std::to_string(number);
  if (dialect == store::Dialect::postgres) return "cast(" + bind("{" + list + "}") + " as bigint[])";
  return "(select value from json_each(" + bind("[" + list + "]") + "))";
}

std::string Where::one_of_numbers(std::string_view column, const std::vector<int64_t>& numbers,
                                  store::Dialect dialect) {
  if (numbers.size() == 1) return std::string(column) + " = " + bind(numbers.front());
  const std::string all = bind_numbers(numbers, dialect);
  return std::string(column) + (dialect == store::Dialect::postgres ? " = any (" + all + ")" : " in " + all);
}

std::string Where::numbers_sql(const std::vector<int64_t>& numbers, store::Dialect dialect) {
  if (numbers.size() == 1) return "select cast(" + bind(numbers.front()) + " as bigint)";
  const std::string all = bind_numbers(numbers, dialect);
  return dialect == store::Dialect::postgres ? "select unnest(" + all + ")" : "select * from " + all;
}

std::string limit_sql(int64_t rows) { return " limit " + std::to_string(rows); }

std::string Where::without_tags(const std::vector<std::string>& types) {
  return "r.tags = '{}' and (" + any_of("r.type", types) + ")";
}

std::string Where::tag_sql(const Condition& condition, store::Dialect dialect, bool of_each) {
  std::string tags = " from tag t where t.key = " + bind(condition.key);
  if (!condition.values.empty()) tags += " and (" + any_of("t.value", condition.values) + ")";
  // A count is what neither database makes a join of, which would read all that bear the tag.
  if (of_each) return "(select count(*)" + tags + " and t.resource_id = r.id) > 0";
  // By the index of values: far fewer tags bear the key than there are resources. SQLite would read each
  // resource that bears it, in the order of their ids, were it not for the sign, which means nothing: it
  // makes of them a set that a list looks into on its own way.
  return std::string(dialect == store::Dialect::sqlite ? "+" : "") + "r.id in (select t.resource_id" + tags +
         ")";
}

std::string Where::condition_sql(const Condition& condition, store::Dialect dialect,
                                 ConditionOptions options) {
  using Field = Condition::Field;
  switch (condition.field) {
    case Field::type:
      return any_of("r.type", condition.values);
    case Field::service: {
      std::vector<std::string> prefixes;
      for (const std::string& value : condition.values) prefixes.push_back(value + "/*");
      return any_of("r.type", prefixes);
    }
    case Field::region:
      return any_of("r.region", condition.values);
    case Field::account:
      return any_of("r.account_id", condition.values);
    case Field::name:
      return any_of("r.label", condition.values);
    case Field::id: {
      std::string sql = any_of("r.key", condition.values);
      for (const std::string& value : condition.values)
        if (const auto number = resource_number(std::string_view(value)))
          sql += " or r.id = " + bind(*number);
      return sql;
    }
    case Field::arn:
      return any_of("r.arn", condition.values);
    case Field::state:
      return any_of("r.state", condition.values);
    case Field::tag:
      return tag_sql(condition, dialect, options.tags_of_each);
    // Unknown is neither older nor younger.
    case Field::created_before:
      return "r.created_at is not null and r.created_at < " + bind(condition.at.value_or(Time{}));
    case Field::created_after:
      return "r.created_at is not null and r.created_at >= " + bind(condition.at.value_or(Time{}));
    case Field::gone:
      return "r.gone_at is not null";
    case Field::unknown:
      return "r.unknown <> '{}'";
    case Field::untagged:
      return without_tags(condition.values) + " and r.unknown = '{}'";
    case Field::owner:
    case Field::word:
      return one_of_numbers("r.id", *condition.numbers, dialect);
  }
  return "1 = 0";
}

Status Where::add_conditions(const std::vector<Condition>& conditions, store::Dialect dialect,
                             ConditionOptions options) {
  if (conditions.size() > kMostConditions)
    return make_error(ErrorKind::invalid, "filter", "the filter has more than 50 conditions");
  bool about_gone = options.also_gone;
  for (const Condition& condition : conditions) {
    // The types whose tags are read come from the catalog, not from who asks.
    if (condition.values.size() > kMostValues && condition.field != Condition::Field::untagged)
      return make_error(ErrorKind::invalid, "filter", "a condition of the filter has more than 200 values");
    about_gone |= condition.field == Condition::Field::gone;
    if (condition.field == Condition::Field::word && !condition.numbers)
      return make_error(ErrorKind::unavailable, "no_search",
                        "this process has no search index to ask for a word");
    if (condition.field == Condition::Field::owner && !condition.numbers)
      return make_error(ErrorKind::unavailable, "no_owners", "nobody has asked whose resources are");
    const std::string sql = condition_sql(condition, dialect, options);
    add(condition.negated ? "not (" + sql + ")" : sql);
  }
  if (!about_gone) add("r.gone_at is null");
  return ok();
}

void Where::add_place_conditions(const std::vector<Condition>& conditions, store::Dialect dialect) {
  using Field = Condition::Field;
  for (const Condition& condition : conditions) {
    if (condition.field != Field::type && condition.field != Field::service &&
        condition.field != Field::account && condition.field != Field::region)
      continue;
    const std::string sql = condition_sql(condition, dialect);
    const std::string whole = condition.negated ? "not (" + sql + ")" : "(" + sql + ")";
    add(condition.field == Field::region ? whole + " or r.region = 'global'" : whole);
  }
}

bool lets_type_through(const std::vector<Condition>& conditions, std::string_view type) {
  using Field = Condition::Field;
  return std::all_of(conditions.begin(), conditions.end(), [type](const Condition& condition) {
    if (condition.field != Field::type && condition.field != Field::service) return true;
    const char* rest = condition.field == Field::service ? "/*" : "";
    const bool named = std::any_of(condition.values.begin(), condition.values.end(),
                                   [&](const std::string& value) { return fits(value + rest, type); });
    return named != condition.negated;
  });
}

const std::string_view kResourceColumns =
    "r.id, r.account_id, r.place_region, r.type, r.key, r.region, r.arn, r.name, r.label, r.state, "
    "r.created_at, "
    "r.first_seen, s.ok_at, r.gone_at, r.tags, r.unknown";
const std::string_view kSweepJoin =
    " left join sweep s on s.account_id = r.account_id and s.region = r.place_region and s.type = r.type";
const std::string_view kResourceFrom =
    " from resource r left join sweep s on s.account_id = r.account_id and s.region = r.place_region and "
    "s.type = r.type";

std::string resource_columns_alone() {
  constexpr std::string_view kOkAt = "s.ok_at";
  std::string columns(kResourceColumns);
  return columns.replace(columns.find(kOkAt), kOkAt.size(),
                         "(select s.ok_at from sweep s where s.account_id = r.account_id and "
                         "s.region = r.place_region and s.type = r.type)");
}

Result<Resource> read_resource(const store::Row& row, size_t first) {
  Resource resource;
  resource.id = resource_id(row.integer(first));
  resource.place = {row.string(first + 1), row.string(first + 2), row.string(first + 3)};
  resource.key = row.string(first + 4);
  resource.region = row.string(first + 5);
  resource.arn = row.string(first + 6);
  resource.name = row.string(first + 7);
  resource.label = row.string(first + 8);
  resource.state = row.string(first + 9);
  resource.created_at = row.maybe_time(first + 10);
  resource.first_seen = row.time(first + 11);
  resource.swept_at = row.maybe_time(first + 12);
  resource.gone_at = row.maybe_time(first + 13);
  // Of most resources everything could be read.
  constexpr std::string_view kNone = "{}";
  if (row.text(first + 14) != kNone) {
    HM_TRY(const Json tags, parse_json(row.text(first + 14)).context("reading stored tags"));
    resource.tags = tags_from(tags);
  }
  if (row.text(first + 15) != kNone) {
    HM_TRY(const Json unknown, parse_json(row.text(first + 15)).context("reading what is unknown"));
    resource.unknown = unknown_from(unknown);
  }
  return resource;
}

Result<std::optional<Resource>> find_resource(store::Reader& reader, const Scope& scope,
                                              std::string_view id) {
  const auto number = resource_number(id);
  if (!number.has_value()) return std::optional<Resource>();
  Where where;
  where.add("r.id = " + where.bind(*number));
  where.add_scope(scope, "r.account_id", "r.region");
  std::optional<Resource> found;
  HM_DO(reader.each("select " + std::string(kResourceColumns) + std::string(kResourceFrom) + where.sql(),
                    where.params(), [&](const store::Row& row) -> Status {
                      HM_TRY(found, read_resource(row));
                      return ok();
                    }));
  return found;
}

}  // namespace hm::inventory
