// Checks the catalog and writes the form that is embedded: catalog_compiler DIRECTORY OUTPUT.
#include <cstdio>
#include <fstream>
#include <string>

#include "base/yaml.h"
#include "catalog/catalog.h"
#include "catalog/compiled.h"
#include "catalog/derived_rules.h"

namespace {

// Whatever anybody may ask for later is asked for here once: every derived type must be one, and no two
// alike.
hm::Status derive_all(const std::vector<hm::catalog::CatalogFile>& files) {
  for (const auto& file : files) {
    if (file.path != hm::catalog::kDerivedFile) continue;
    HM_TRY(const auto yaml, hm::parse_yaml(file.text));
    const auto rules = hm::catalog::derived_rules_of(yaml.value);
    HM_TRY([[maybe_unused]] auto all, hm::catalog::load_catalog(files, {&rules, {"all"}}));
  }
  return hm::ok();
}

hm::Status compile(const std::string& directory, const std::string& output) {
  HM_TRY(auto files, hm::catalog::files_in(directory));
  HM_TRY(auto catalog, hm::catalog::load_catalog(files));
  HM_DO(derive_all(files));
  HM_TRY(auto compiled, hm::catalog::compile_files(files, *catalog));
  std::ofstream out(output, std::ios::binary | std::ios::trunc);
  out << compiled;
  out.close();
  if (!out) return hm::make_error(hm::ErrorKind::unavailable, "unwritable", "cannot write " + output);
  return hm::ok();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: catalog_compiler DIRECTORY OUTPUT\n");
    return 2;
  }
  if (auto done = compile(arguments[1], arguments[2]); !done) {
    std::fprintf(stderr, "%s\n", done.error().text().c_str());
    return 1;
  }
  return 0;
}
