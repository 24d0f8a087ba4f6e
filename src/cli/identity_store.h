// The store as the commands for users and keys open it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/app_options.h"
#include "identity/principal.h"
#include "store/database.h"

namespace hm::cli {

Result<std::unique_ptr<store::Database>> open_store(const app::Config& config, const Clock& clock);
// Whoever may open the store's files, by the name of the system's user.
identity::Actor cli_actor();
identity::Scope scope_from(const std::string& accounts, const std::string& regions);
std::string scope_text(const identity::Scope& scope);
// Columns as wide as what stands in them; the first row is the head.
void print_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace hm::cli
