#include "cli/scan_rows.h"

#include <cstdio>

#include "inventory/read.h"

namespace hm::cli {

namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::vector<Json> row_of(const inventory::Resource& resource, const catalog::Catalog& catalog,
                         bool for_people) {
  std::vector<Json> row{Json(resource.place.account_id),
                        Json(resource.region),
                        Json(resource.place.type),
                        Json(resource.key),
                        text_or_null(resource.name),
                        text_or_null(resource.state),
                        resource.created_at ? Json(format_iso(*resource.created_at)) : Json()};
  // A table is for people; the rest says little that the id does not, and is long.
  if (for_people) return row;
  const catalog::ResourceType* type = catalog.find(resource.place.type);
  JsonObject tags;
  for (const auto& [key, value] : resource.tags) tags[key] = value;
  JsonArray unknown;
  for (const auto& [part, why] : resource.unknown) unknown.emplace_back(part);
  row.push_back(text_or_null(resource.arn));
  row.push_back(type && type->tags ? Json(std::move(tags)) : Json());
  row.emplace_back(std::move(unknown));
  return row;
}

}  // namespace

Status print_resources(store::Database& database, Form form, const catalog::Catalog& catalog,
                       const std::vector<std::string>& types) {
  inventory::ListQuery query;
  query.sort = inventory::Sort::type;
  query.limit = 1000;
  if (!types.empty()) {
    inventory::Condition condition;
    condition.field = inventory::Condition::Field::type;
    condition.values = types;
    query.conditions.push_back(std::move(condition));
  }
  Table table;
  table.columns = {"account_id", "region", "type", "id", "name", "state", "created_at"};
  if (form != Form::table) table.columns.insert(table.columns.end(), {"arn", "tags", "unknown"});
  do {
    HM_TRY(auto page, inventory::list_resources(database, identity::Scope::everything(), query));
    for (const auto& resource : page.items)
      table.rows.push_back(row_of(resource, catalog, form == Form::table));
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  const std::string text = render(table, form);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ok();
}

}  // namespace hm::cli
