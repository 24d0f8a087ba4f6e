#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"
#include "base/yaml.h"
#include "catalog/build_type.h"
#include "catalog/catalog.h"
#include "catalog/compiled.h"
#include "catalog/faults.h"
#include "catalog/schema_check.h"

namespace hm::catalog {

namespace {

constexpr size_t kMaxFiles = 2000;
constexpr size_t kMaxFileBytes = 512 * 1024;
// Columns that every table has.
constexpr std::string_view kOwnColumns[] = {"account_id", "region",     "resource_id",  "arn",      "tags",
                                            "unknown",    "first_seen", "place_region", "last_seen"};

// "resources/ec2/volume.yaml" -> "ec2/volume"; empty where the path is no resource's.
std::string id_of(std::string_view path) {
  constexpr std::string_view folder = "resources/";
  constexpr std::string_view ending = ".yaml";
  if (!path.starts_with(folder) || !path.ends_with(ending)) return {};
  path.remove_prefix(folder.size());
  path.remove_suffix(ending.size());
  if (std::count(path.begin(), path.end(), '/') != 1) return {};
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/';
  });
  return plain ? std::string(path) : std::string();
}

class Loader {
 public:
  void add(const CatalogFile& file) {
    const std::string named = file.origin.empty() ? file.path : file.origin;
    const std::string id = id_of(file.path);
    if (id.empty())
      return complain(
          named, 1,
          "this is no place of the catalog: a resource type is resources/<service>/<type>.yaml, in "
          "small letters");
    known_.insert(id);
    if (file.text.size() > kMaxFileBytes) return complain(named, 1, "the file is larger than 512 KiB");
    auto yaml = file.checked ? read_json(file.text) : parse_yaml(file.text);
    if (!yaml) {
      const auto line = yaml.error().notes.find("line");
      return complain(named, line == yaml.error().notes.end() ? 1 : std::stoi(line->second),
                      yaml.error().message);
    }
    if (!file.checked && !has_form(*yaml, named)) return;
    auto type = build_type({.id = id, .file = named, .yaml = *yaml, .check = !file.checked}, faults_);
    if (type) add_type(std::move(*type), *yaml);
  }

  Result<std::shared_ptr<const Catalog>> finish() {
    for (const auto& check : relation_checks_) {
      if (!known_.contains(check.type)) complain(check.file, check.line, no_type(check.type));
    }
    if (!faults_.empty()) return faults_error(std::move(faults_));
    return std::make_shared<const Catalog>(std::move(types_));
  }

 private:
  struct RelationCheck {
    std::string file;
    int line;
    std::string type;
  };

  static Result<Yaml> read_json(std::string_view text) {
    Yaml yaml;
    HM_TRY(yaml.value, parse_json(text));
    return yaml;
  }

  static std::string no_type(const std::string& type) {
    return "the relation's type '" + type +
           "' is no resource type of the catalog: correct it or add that type";
  }

  void complain(const std::string& file, int line, std::string text) {
    faults_.push_back({file, line, std::move(text)});
  }

  bool has_form(const Yaml& yaml, const std::string& file) {
    const auto found = check_schema(resource_schema(), yaml.value);
    for (const auto& fault : found) complain(file, yaml.line_of(fault.pointer), fault.text);
    return found.empty();
  }

  void add_type(ResourceType type, const Yaml& yaml) {
    unique("resource type", type.id, type, yaml.line_of(""));
    unique("table", type.table, type, yaml.line_of("/table"));
    for (const auto& column : type.columns) {
      if (std::find(std::begin(kOwnColumns), std::end(kOwnColumns), column.name) != std::end(kOwnColumns))
        complain(type.source, yaml.line_of("/columns/" + column.name),
                 "the column '" + column.name + "' is one that every table has already: remove it");
    }
    for (size_t i = 0; i < type.relations.size(); ++i) {
      const int line = yaml.line_of("/relations/" + std::to_string(i));
      relation_checks_.push_back({type.source, line, type.relations[i].type});
    }
    types_.push_back(std::move(type));
  }

  void unique(const char* what, const std::string& name, const ResourceType& type, int line) {
    const auto [first, fresh] = names_.insert({std::string(what) + " " + name, type.source});
    if (!fresh)
      complain(type.source, line,
               std::string("the ") + what + " '" + name + "' is also that of " + first->second +
                   ": choose another");
  }

  std::vector<ResourceType> types_;
  std::vector<Fault> faults_;
  std::vector<RelationCheck> relation_checks_;
  std::set<std::string> known_;
  std::map<std::string, std::string> names_;
};

}  // namespace

Result<std::shared_ptr<const Catalog>> load_catalog(const std::vector<CatalogFile>& files) {
  if (files.size() > kMaxFiles)
    return make_error(ErrorKind::exhausted, "too_many_files",
                      "the catalog has " + std::to_string(files.size()) + " files; " +
                          std::to_string(kMaxFiles) + " is the limit");
  Loader loader;
  for (const auto& file : files) loader.add(file);
  return loader.finish();
}

}  // namespace hm::catalog
