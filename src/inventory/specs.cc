#include <algorithm>
#include <set>

#include "inventory/projection.h"

namespace hm::inventory {
namespace {

using query::ColumnSpec;
using query::TableSpec;
using Type = query::ColumnType;

std::string last_seen_sql(const std::string& type) {
  return "select s.swept_at from {sweep} s where s.account_id = t.account_id and s.region = t.place_region "
         "and s.type = " +
         type;
}

// What every typed table has. A column of the catalog takes the place of a replaceable one of its name; the
// others keep theirs.
const std::vector<ColumnSpec>& first_columns() {
  static const std::vector<ColumnSpec> kColumns = {
      {"account_id", Type::text, "The account that it belongs to"},
      {"region", Type::text, "Where it lives; global for what has no region"},
      {"resource_id", Type::text, "HostMaster's id of it"},
      {"arn", Type::text, "Its ARN"}};
  return kColumns;
}
const std::vector<ColumnSpec>& replaceable_columns() {
  static const std::vector<ColumnSpec> kColumns = {
      {"name", Type::text, "Its name, where it has one"},
      {"state", Type::text, "The state that AWS reports"},
      {"created_at", Type::time, "When it was made, where AWS says so"}};
  return kColumns;
}
std::vector<ColumnSpec> last_columns(const std::string& type) {
  return {
      {"tags", Type::json, "Its tags: {key: value}; NULL where AWS gives none for the type"},
      {"unknown", Type::json, "The columns that could not be read; what they show is the last known value"},
      {"first_seen", Type::time, "When a sweep first saw it"},
      {"place_region", Type::text, "", true},
      {"last_seen", Type::time, "The last sweep that ended well and covers it", false,
       last_seen_sql("'" + type + "'")}};
}

// Every path by which a row is made of a document. A corrected one must reach the rows that are there.
std::string paths_of(const catalog::ResourceType& type) {
  std::string paths = type.arn + "\n";
  for (const auto* path :
       {type.name.get(), type.tags.get(), type.created_at.get(), type.state.get(), type.region.get()})
    paths += (path != nullptr ? path->text() : "") + "\n";
  for (const catalog::Column& column : type.columns) paths += column.name + " " + column.path.text() + "\n";
  for (const catalog::Relation& relation : type.relations)
    paths +=
        relation.name + " " + relation.type + " " + relation.path.text() + " " + relation.contains + "\n";
  return paths;
}

// The column that shows the key; empty where none does.
std::string key_column(const catalog::ResourceType& type, const std::vector<ColumnSpec>& stored) {
  for (const catalog::Column& column : type.columns) {
    const bool kept = std::any_of(stored.begin(), stored.end(), [&](const ColumnSpec& one) {
      return one.name == column.name && one.sql.empty();
    });
    if (kept && column.path.text() == type.key.text()) return column.name;
  }
  return {};
}

TableSpec typed_table(const catalog::ResourceType& type) {
  TableSpec table;
  table.name = type.table;
  table.title = type.title;
  table.columns = first_columns();
  std::set<std::string> reserved;
  for (const auto& column : table.columns) reserved.insert(column.name);
  for (const auto& column : last_columns(type.id)) reserved.insert(column.name);
  for (const ColumnSpec& column : replaceable_columns()) {
    const bool replaced = std::any_of(type.columns.begin(), type.columns.end(),
                                      [&](const catalog::Column& own) { return own.name == column.name; });
    if (!replaced) table.columns.push_back(column);
  }
  for (const catalog::Column& column : type.columns)
    if (!reserved.contains(column.name))
      table.columns.push_back({column.name, column.type, column.description});
  for (ColumnSpec& column : last_columns(type.id)) table.columns.push_back(std::move(column));
  table.key_column = key_column(type, table.columns);
  table.made_of = paths_of(type);
  return table;
}

TableSpec resource_table() {
  return {
      .name = "resource",
      .title = "Every resource, whatever its type",
      .columns = {{"id", Type::text, "HostMaster's id of it"},
                  {"type", Type::text, "ec2/instance"},
                  {"key", Type::text, "AWS's id of it"},
                  {"arn", Type::text, "Its ARN"},
                  {"name", Type::text, "Its name, where it has one"},
                  {"account_id", Type::text, "The account that it belongs to"},
                  {"region", Type::text, "Where it lives"},
                  {"state", Type::text, "The state that AWS reports"},
                  {"created_at", Type::time, "When it was made, where AWS says so"},
                  {"first_seen", Type::time, "When a sweep first saw it"},
                  {"gone_at", Type::time, "Since when it is gone; NULL: it exists"},
                  {"tags", Type::json, "Its tags: {key: value}; NULL where AWS gives none for the type"},
                  {"unknown", Type::json, "Parts of it that could not be read"},
                  {"place_region", Type::text, "The region of the sweeps that list it; global for buckets"},
                  {"last_seen", Type::time, "The last sweep that ended well and covers it", false,
                   last_seen_sql("t.type")}},
      .indexes = {"type, region", "arn"}};
}

TableSpec tag_table() {
  return {.name = "tag",
          .title = "The tags of resources that exist",
          .columns = {{"resource_id", Type::text, "resource.id"},
                      {"type", Type::text, "Of the resource"},
                      {"account_id", Type::text, "Of the resource"},
                      {"region", Type::text, "Of the resource"},
                      {"key", Type::text, ""},
                      {"value", Type::text, ""}},
          .indexes = {"key, value", "resource_id"},
          .many = true};
}

TableSpec relation_table() {
  return {.name = "relation",
          .title = "What refers to what",
          .columns = {{"resource_id", Type::text, "resource.id of the one that refers"},
                      {"type", Type::text, "Of the one that refers"},
                      {"account_id", Type::text, "Of the one that refers"},
                      {"region", Type::text, "Of the one that refers"},
                      {"name", Type::text, "vpc, target…"},
                      {"target_type", Type::text, "Of the one that is meant"},
                      {"target", Type::text, "Its id or ARN"}},
          .indexes = {"target", "resource_id"},
          .many = true};
}

TableSpec sweep_table() {
  return {.name = "sweep",
          .title = "The latest look at each account, region and type",
          .columns = {{"account_id", Type::text, ""},
                      {"region", Type::text, ""},
                      {"type", Type::text, "ec2/instance"},
                      {"outcome", Type::text,
                       "ok, denied, throttled, failed, skipped or pending (never asked so far)"},
                      {"error_code", Type::text, "Why it was not ok"},
                      {"error", Type::text, "The same in words"},
                      {"started_at", Type::time, ""},
                      {"duration_ms", Type::real, ""},
                      {"calls", Type::integer, "Requests to AWS"},
                      {"swept_at", Type::time, "The last one that was ok; NULL: none ever was"},
                      {"resources", Type::integer, "What that one saw"}},
          .indexes = {"account_id, region, type"}};
}

TableSpec account_table() {
  return {.name = "account",
          .title = "The accounts that are looked at",
          .columns = {{"account_id", Type::text, ""},
                      {"places", Type::integer, "Regions and types that are looked at"},
                      {"ok", Type::integer, "Of these, how many the latest look at was ok"},
                      {"swept_at", Type::time, "The oldest ok sweep; NULL: some place was never ok"}},
          .select =
              "select t.account_id, count(*) as places, sum(t.outcome = 'ok') as ok, "
              "case when count(*) = count(t.swept_at) then min(t.swept_at) end as swept_at "
              "from {sweep} t where {scope} group by t.account_id"};
}

}  // namespace

query::TableSpec narrowed(query::TableSpec table, const std::set<std::string>& only) {
  static const std::set<std::string> kNeeded = {"account_id", "region", "unknown", "place_region"};
  for (ColumnSpec& column : table.columns)
    if (column.sql.empty() && !only.contains(column.name) && !kNeeded.contains(column.name))
      column.sql = "null";
  if (!only.contains(table.key_column)) table.key_column.clear();
  return table;
}

std::vector<TableSpec> table_specs(const catalog::Catalog& catalog) {
  std::vector<TableSpec> specs;
  for (const catalog::ResourceType& type : catalog.resources()) specs.push_back(typed_table(type));
  specs.push_back(resource_table());
  specs.push_back(tag_table());
  specs.push_back(relation_table());
  specs.push_back(sweep_table());
  specs.push_back(account_table());
  return specs;
}

std::vector<TableSpec> table_specs(const catalog::Catalog& catalog, const std::vector<Addition>& additions) {
  std::vector<TableSpec> specs = table_specs(catalog);
  for (const Addition& addition : additions)
    specs.insert(specs.end(), addition.tables.begin(), addition.tables.end());
  return specs;
}

}  // namespace hm::inventory
