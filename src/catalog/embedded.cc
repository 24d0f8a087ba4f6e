#include "catalog/catalog.h"
#include "catalog/compiled.h"
#include "embedded/catalog_data.h"

namespace hm::catalog {

std::vector<CatalogFile> embedded_files() { return decompile_files(embedded::catalog_data()); }

Result<std::shared_ptr<const Catalog>> load_with(const std::vector<std::string>& directories) {
  auto files = embedded_files();
  for (const auto& directory : directories) {
    HM_TRY(auto more, files_in(directory));
    for (auto& file : more) files.push_back(std::move(file));
  }
  return load_catalog(files);
}

}  // namespace hm::catalog
