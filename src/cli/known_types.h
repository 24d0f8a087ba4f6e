// The catalog of a command that reads the store.
#pragma once

#include <memory>

#include "app/config.h"
#include "catalog/catalog.h"
#include "store/database.h"

namespace hm::cli {

// The types of the configuration, and the derived ones that somebody has scanned.
Result<std::shared_ptr<const catalog::Catalog>> known_types(const app::Config& config,
                                                            store::Database& database);

}  // namespace hm::cli
