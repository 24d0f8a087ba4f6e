#include "cli/known_types.h"

#include "catalog/derive.h"
#include "inventory/read.h"

namespace hm::cli {

Result<std::shared_ptr<const catalog::Catalog>> known_types(const app::Config& config,
                                                            store::Database& database) {
  HM_TRY(const auto swept, inventory::swept_types(database));
  auto scanned = catalog::derived_services_of(swept);
  if (scanned.empty()) return catalog::load_with(config.catalog_dirs, config.derived_services);
  // A type of one's own that is no more lies in a folder whose service may have nothing to derive.
  HM_TRY(const auto curated, catalog::load_with(config.catalog_dirs));
  auto derived = config.derived_services;
  for (auto& service : catalog::derivable(*curated, std::move(scanned)))
    derived.push_back(std::move(service));
  return catalog::load_with(config.catalog_dirs, derived);
}

}  // namespace hm::cli
