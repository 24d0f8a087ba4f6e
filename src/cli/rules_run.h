// The rules, run once without a server: at the end of a scan, and by `hostmaster rules run`.
#pragma once

#include <stop_token>

#include "app/config.h"
#include "catalog/catalog.h"
#include "rules/engine.h"
#include "store/database.h"

namespace hm::cli {

// Brings the query database of the data directory up to the store, and runs every rule on it. Not where a
// server does (store/served.h).
Result<rules::EngineReport> judge_inventory(const app::Config& config, const catalog::Catalog& catalog,
                                            store::Database& database, const Clock& clock, rules::Book of,
                                            const std::stop_token& stop);
// On standard error.
void print_rules_report(const rules::EngineReport& report);

}  // namespace hm::cli
