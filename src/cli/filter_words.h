// A filter as the dashboard takes it, from the words of a command line.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "catalog/catalog.h"
#include "identity/scope.h"
#include "inventory/read.h"
#include "store/database.h"

namespace hm::cli {

struct AskedFilter {
  std::vector<inventory::Condition> conditions;
  bool behind = false;  // the search has not seen all changes: bare words may lack something
};
// Its bare words are asked of the search, and its owners of the tags.
Result<AskedFilter> read_filter(const app::Config& config, store::Database& database,
                                const catalog::Catalog& types, const identity::Scope& scope,
                                const std::vector<std::string>& words);

}  // namespace hm::cli
