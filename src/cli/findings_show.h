// One finding, for a person at a terminal.
#pragma once

#include <string>

#include "app/config.h"
#include "store/database.h"

namespace hm::cli {

Status show_finding(const app::Config& config, store::Database& database, const std::string& id);

}  // namespace hm::cli
