#include <algorithm>
#include <set>

#include "aws/model.h"
#include "base/check.h"
#include "catalog/catalog.h"
#include "catalog/compiled.h"
#include "catalog/derive.h"
#include "catalog/derived_rules.h"
#include "catalog/state_words.h"
#include "catalog/tagging.h"
#include "embedded/catalog_data.h"

namespace hm::catalog {

std::vector<CatalogFile> embedded_files() { return decompile_files(embedded::catalog_data()); }

namespace {

// The one document of that path; null where the binary has none.
Json embedded_document(std::string_view path) {
  for (const auto& file : embedded_files()) {
    if (file.path != path) continue;
    auto document = parse_json(file.text);
    HM_CHECK(document.has_value());
    return std::move(*document);
  }
  return nullptr;
}

}  // namespace

const DerivedRules& embedded_derived_rules() {
  static const DerivedRules rules = [] {
    const Json document = embedded_document(kDerivedFile);
    return document.is_null() ? DerivedRules() : derived_rules_of(document);
  }();
  return rules;
}

const Tagging& embedded_tagging() {
  static const Tagging tagging = [] {
    const Json document = embedded_document(kTaggingFile);
    return document.is_null() ? Tagging() : tagging_of(document);
  }();
  return tagging;
}

const StateWords& embedded_state_words() {
  static const StateWords states = [] {
    const Json document = embedded_document(kStatesFile);
    return document.is_null() ? StateWords() : state_words_of(document);
  }();
  return states;
}

std::vector<Unasked> unasked(const Catalog& catalog) {
  return unasked(embedded_derived_rules(), taken_by(catalog.resources()));
}

std::vector<std::string> derivable(const Catalog& curated, std::vector<std::string> wanted) {
  const Taken taken = taken_by(curated.resources());
  std::erase_if(wanted,
                [&](const std::string& one) { return !derive(embedded_derived_rules(), {one}, taken); });
  return wanted;
}

std::vector<std::string> all_derived() {
  std::vector<std::string> wanted{"all"};
  for (const auto& [call, price] : embedded_derived_rules().paid) wanted.push_back(call);
  return wanted;
}

std::vector<std::string> derived_services_of(const std::vector<std::string>& type_ids) {
  std::set<std::string> curated;
  for (const auto& file : embedded_files()) curated.insert(file.path);
  std::set<std::string> folders;
  for (const auto& id : type_ids) {
    if (!curated.contains("resources/" + id + ".yaml")) folders.insert(id.substr(0, id.find('/')));
  }
  std::vector<std::string> wanted;
  if (folders.empty()) return wanted;
  const auto& rules = embedded_derived_rules();
  for (const auto& service : aws::services()) {
    const std::string name(service.name());
    const std::string& folder = rules.service(name).folder;
    if (folders.contains(folder.empty() ? name : folder) && !rules.without.contains(name))
      wanted.push_back(name);
  }
  // A list that costs money was scanned because somebody named it.
  for (const auto& [call, price] : rules.paid) {
    if (std::find(wanted.begin(), wanted.end(), call.substr(0, call.find(':'))) != wanted.end())
      wanted.push_back(call);
  }
  return wanted;
}

Result<std::shared_ptr<const Catalog>> load_with(const std::vector<std::string>& directories,
                                                 const std::vector<std::string>& derived) {
  auto files = embedded_files();
  for (const auto& directory : directories) {
    HM_TRY(auto more, files_in(directory));
    for (auto& file : more) {
      if (file.path == kDerivedFile || file.path == kTaggingFile || file.path == kStatesFile)
        return make_error(ErrorKind::invalid, "bad_catalog",
                          file.origin +
                              ":1: this is said once, in the program: remove the file, and "
                              "write a type of your own for what is missing");
      files.push_back(std::move(file));
    }
  }
  if (derived.empty()) return load_catalog(files);
  return load_catalog(files, {&embedded_derived_rules(), derived});
}

}  // namespace hm::catalog
