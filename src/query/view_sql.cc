#include "query/view_sql.h"

#include <cctype>

namespace hm::query {
namespace {

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::integer:
    case ColumnType::boolean:
      return "integer";
    case ColumnType::real:
      return "real";
    default:
      return "text";
  }
}

// {table} becomes the base table, {scope} the condition.
std::string expand(std::string_view sql, std::string_view scope) {
  std::string expanded;
  while (!sql.empty()) {
    const size_t open = sql.find('{');
    expanded += sql.substr(0, open);
    if (open == std::string_view::npos) break;
    const size_t close = sql.find('}', open);
    const std::string_view name = sql.substr(open + 1, close - open - 1);
    expanded += name == "scope" ? std::string(scope) : "main." + base_name(name);
    sql.remove_prefix(close + 1);
  }
  return expanded;
}

std::string in_list(std::string_view column, const std::set<std::string>& values) {
  std::string sql = std::string(column) + " in (";
  for (const std::string& value : values) sql += (sql.back() == '(' ? "" : ", ") + quote(value);
  return sql + ")";
}

std::string scope_sql(const TableSpec& spec, const Scope& scope) {
  std::string sql = "1";
  if (scope.accounts.has_value() && !spec.account_column.empty())
    sql += " and " + in_list("t." + spec.account_column, *scope.accounts);
  if (scope.regions.has_value() && !spec.region_column.empty())
    sql += " and " + in_list("t." + spec.region_column, *scope.regions);
  return sql;
}

}  // namespace

std::string base_name(std::string_view table) { return std::string(kReservedPrefix) + std::string(table); }

std::string quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    if (c != '\0') quoted += c;
  }
  return quoted + "'";
}

std::vector<const ColumnSpec*> stored_columns(const TableSpec& spec) {
  std::vector<const ColumnSpec*> stored;
  for (const ColumnSpec& column : spec.columns)
    if (column.sql.empty()) stored.push_back(&column);
  return stored;
}

std::string create_table_sql(const TableSpec& spec) {
  if (!spec.select.empty()) return {};
  std::string sql =
      "create table " + base_name(spec.name) + " (hm_base_id integer primary key, hm_base_owner integer";
  for (const ColumnSpec* column : stored_columns(spec))
    sql += ", \"" + column->name + "\" " + std::string(sql_type(column->type));
  sql += ");";
  // The rows of an owner are replaced by it while the table is filled.
  if (spec.many)
    sql += "create index " + base_name(spec.name) + "_0 on " + base_name(spec.name) + " (hm_base_owner);";
  return sql;
}

std::string create_indexes_sql(const TableSpec& spec) {
  if (!spec.select.empty() || !spec.indexed) return {};
  std::string sql;
  int number = 0;
  const auto index = [&](const std::string& columns) {
    sql += "create index if not exists " + base_name(spec.name) + "_" + std::to_string(++number) + " on " +
           base_name(spec.name) + " (" + columns + ");";
  };
  if (!spec.account_column.empty())
    index(spec.account_column + (spec.key_column.empty() ? "" : ", \"" + spec.key_column + "\""));
  for (const std::string& columns : spec.indexes) index(columns);
  return sql;
}

std::string insert_sql(const TableSpec& spec) {
  std::string sql = "insert or replace into " + base_name(spec.name) + " values ($1, $2";
  const size_t columns = stored_columns(spec).size();
  for (size_t i = 0; i < columns; ++i) sql += ", $" + std::to_string(i + 3);
  return sql + ")";
}

std::string create_view_sql(const TableSpec& spec, const Scope& scope) {
  const std::string condition = scope_sql(spec, scope);
  std::string sql = "create temp view \"" + spec.name + "\" as ";
  if (!spec.select.empty()) {
    sql += expand(spec.select, condition);
  } else {
    std::string columns;
    for (const ColumnSpec& column : spec.columns) {
      if (column.hidden) continue;
      columns += (columns.empty() ? "" : ", ") +
                 (column.sql.empty() ? "t.\"" + column.name + "\""
                                     : "(" + expand(column.sql, condition) + ") as \"" + column.name + "\"");
    }
    sql += "select " + columns + " from main." + base_name(spec.name) + " as t where " + condition;
  }
  // A limit keeps SQLite from mixing the user's conditions with ours. Mixed, an expression that fails on some
  // values would be evaluated on rows out of scope, and its error would tell of them.
  return scope.unlimited() ? sql : sql + " limit -1";
}

std::vector<std::string> named_tables(std::string_view sql, const std::vector<TableSpec>& specs) {
  std::string lower;
  for (const char c : sql) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::vector<std::string> names;
  for (const TableSpec& spec : specs)
    if (lower.find(spec.name) != std::string::npos) names.push_back(spec.name);
  return names;
}

}  // namespace hm::query
