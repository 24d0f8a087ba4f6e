// Prints the resources of the inventory that are not gone.
#pragma once

#include <string>
#include <vector>

#include "store/database.h"

namespace hm::cli {

// `form`: table, json or csv. `types`: ids or tables; empty: all.
Status print_resources(store::Database& database, const std::string& form,
                       const std::vector<std::string>& types);

}  // namespace hm::cli
