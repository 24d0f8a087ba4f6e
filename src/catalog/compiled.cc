#include "catalog/compiled.h"

#include <charconv>

#include "base/check.h"
#include "base/yaml.h"
#include "catalog/schema_check.h"
#include "embedded/resource_schema.h"
#include "embedded/rule_schema.h"

namespace hm::catalog {

namespace {

Json normal_form(Json document, const ResourceType& type) {
  auto& root = document.get_object();
  auto& columns = root["columns"].get_object();
  for (const auto& column : type.columns)
    columns[column.name].get_object()["type"] = std::string(to_string(column.type));
  JsonArray sensitive;
  for (const auto& path : type.sensitive_paths) sensitive.emplace_back(path.text());
  root["sensitive"] = std::move(sensitive);
  root.erase("not_sensitive");
  return document;
}

const ResourceType* by_file(const Catalog& catalog, const CatalogFile& file) {
  const std::string& named = file.origin.empty() ? file.path : file.origin;
  for (const auto& type : catalog.resources()) {
    if (type.source == named) return &type;
  }
  return nullptr;
}

}  // namespace

const Json& resource_schema() {
  static const Json schema = schema_of(embedded::resource_schema());
  return schema;
}

const Json& rule_schema() {
  static const Json schema = schema_of(embedded::rule_schema());
  return schema;
}

Result<std::string> compile_files(const std::vector<CatalogFile>& files, const Catalog& catalog) {
  std::string out;
  for (const auto& file : files) {
    HM_TRY(auto yaml, parse_yaml(file.text));
    // A rule is embedded as it is written.
    const ResourceType* type = by_file(catalog, file);
    const std::string text =
        to_json(type != nullptr ? normal_form(std::move(yaml.value), *type) : std::move(yaml.value));
    out += file.path + " " + std::to_string(text.size()) + "\n" + text + "\n";
  }
  return out;
}

std::vector<CatalogFile> decompile_files(std::string_view compiled) {
  std::vector<CatalogFile> files;
  while (!compiled.empty()) {
    const auto end = compiled.find('\n');
    const auto space = compiled.substr(0, end).rfind(' ');
    HM_CHECK(end != std::string_view::npos && space != std::string_view::npos);
    size_t size = 0;
    std::from_chars(compiled.data() + space + 1, compiled.data() + end, size);
    HM_CHECK(end + 1 + size < compiled.size() + 1);
    CatalogFile file;
    file.path = compiled.substr(0, space);
    file.text = compiled.substr(end + 1, size);
    file.checked = true;
    files.push_back(std::move(file));
    compiled.remove_prefix(std::min(compiled.size(), end + 1 + size + 1));
  }
  return files;
}

}  // namespace hm::catalog
