// Prints the resources of the inventory that are not gone.
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "store/database.h"

namespace hm::cli {

// `types`: ids; empty: all.
Status print_resources(store::Database& database, Form form, const std::vector<std::string>& types);

}  // namespace hm::cli
