// Prints the resources of the inventory that are not gone.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "cli/output.h"
#include "store/database.h"

namespace hm::cli {

// `types`: ids; empty: all. Tags are null where `catalog` says that they are not read.
Status print_resources(store::Database& database, Form form, const catalog::Catalog& catalog,
                       const std::vector<std::string>& types);

}  // namespace hm::cli
