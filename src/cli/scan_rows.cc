#include "cli/scan_rows.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "inventory/read.h"

namespace hm::cli {

namespace {

constexpr std::array<const char*, 8> kNames = {"account_id", "region", "type",       "id",
                                               "name",       "state",  "created_at", "arn"};
using Row = std::array<std::string, kNames.size()>;

Row row_of(const inventory::Resource& resource) {
  return {resource.place.account_id,
          resource.region,
          resource.place.type,
          resource.key,
          resource.name,
          resource.state,
          resource.created_at ? format_iso(*resource.created_at) : std::string(),
          resource.arn};
}

// What spreadsheets would take for a formula gets a quote before it.
std::string csv_cell(const std::string& text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  std::string cell = formula ? "'" + text : text;
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void print_csv(const std::vector<inventory::Resource>& resources) {
  for (size_t i = 0; i < kNames.size(); ++i) std::printf("%s%s", i ? "," : "", kNames[i]);
  std::printf("\n");
  for (const auto& resource : resources) {
    const Row row = row_of(resource);
    for (size_t i = 0; i < row.size(); ++i) std::printf("%s%s", i ? "," : "", csv_cell(row[i]).c_str());
    std::printf("\n");
  }
}

// Control characters of names that others chose must not reach the terminal.
std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out;
}

void print_table(const std::vector<inventory::Resource>& resources) {
  std::vector<Row> rows(1);
  for (size_t i = 0; i < kNames.size(); ++i) rows[0][i] = kNames[i];
  for (const auto& resource : resources) {
    Row row = row_of(resource);
    for (auto& cell : row) cell = printable(cell);
    rows.push_back(std::move(row));
  }
  // The last column, the ARN, is left out: a table is for people, and it says nothing that the others do not.
  std::array<int, kNames.size() - 1> widths{};
  for (const auto& row : rows) {
    for (size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], static_cast<int>(row[i].size()));
  }
  for (const auto& row : rows) {
    for (size_t i = 0; i < widths.size(); ++i)
      std::printf("%-*s%s", i + 1 < widths.size() ? widths[i] : 0, row[i].c_str(),
                  i + 1 < widths.size() ? "  " : "\n");
  }
}

Json json_of(const inventory::Resource& resource) {
  const Row row = row_of(resource);
  JsonObject object;
  for (size_t i = 0; i < row.size(); ++i) object[kNames[i]] = row[i].empty() ? Json() : Json(row[i]);
  JsonObject tags;
  for (const auto& [key, value] : resource.tags) tags[key] = value;
  object["tags"] = std::move(tags);
  JsonArray unknown;
  for (const auto& [part, why] : resource.unknown) unknown.emplace_back(part);
  object["unknown"] = std::move(unknown);
  return object;
}

void print_json(const std::vector<inventory::Resource>& resources) {
  std::printf("[");
  for (size_t i = 0; i < resources.size(); ++i)
    std::printf("%s\n%s", i ? "," : "", to_json(json_of(resources[i])).c_str());
  std::printf("%s]\n", resources.empty() ? "" : "\n");
}

}  // namespace

Status print_resources(store::Database& database, const std::string& form,
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
  std::vector<inventory::Resource> resources;
  do {
    HM_TRY(auto page, inventory::list_resources(database, identity::Scope::everything(), query));
    std::move(page.items.begin(), page.items.end(), std::back_inserter(resources));
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty());
  if (form == "csv") print_csv(resources);
  if (form == "json") print_json(resources);
  if (form == "table") print_table(resources);
  return ok();
}

}  // namespace hm::cli
