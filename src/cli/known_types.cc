#include "cli/known_types.h"

#include "inventory/read.h"

namespace hm::cli {

Result<std::shared_ptr<const catalog::Catalog>> known_types(const app::Config& config,
                                                            store::Database& database) {
  HM_TRY(const auto swept, inventory::swept_types(database));
  auto derived = config.derived_services;
  for (auto& service : catalog::derived_services_of(swept)) derived.push_back(std::move(service));
  auto types = catalog::load_with(config.catalog_dirs, derived);
  // A type of one's own that is no more lies in a folder whose service may have nothing to derive.
  return types ? std::move(types) : catalog::load_with(config.catalog_dirs, config.derived_services);
}

}  // namespace hm::cli
