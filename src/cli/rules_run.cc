#include "cli/rules_run.h"

#include <cstdio>

#include "rules/check.h"
#include "rules/projection.h"

namespace hm::cli {

Result<rules::EngineReport> judge_inventory(const app::Config& config, const catalog::Catalog& catalog,
                                            store::Database& database, const Clock& clock, rules::Book of,
                                            const std::stop_token& stop) {
  HM_DO(rules::check_rules(catalog, {.cases = false}, false));
  HM_TRY(const auto book, rules::RuleBook::make(catalog, database, config.rules));
  const std::vector<inventory::Addition> additions = {rules::findings_projection()};
  HM_TRY(const auto tables,
         query::QueryDatabase::open(config.data_dir, inventory::table_specs(catalog, additions)));
  inventory::Follower follower(database, *tables, catalog, additions);
  HM_TRY([[maybe_unused]] const int64_t applied, follower.catch_up(stop));
  rules::Engine engine(database, *tables, *book, clock, of);
  HM_TRY(auto report, engine.run_all(stop));
  // What the rules have written is there to be asked for.
  HM_TRY([[maybe_unused]] const int64_t written, follower.catch_up(stop));
  return report;
}

void print_rules_report(const rules::EngineReport& report) {
  std::fprintf(stderr, "%lld rules: %lld findings opened, %lld resolved; `hostmaster findings` lists them\n",
               static_cast<long long>(report.ran), static_cast<long long>(report.opened),
               static_cast<long long>(report.resolved));
  for (const std::string& failure : report.failures)
    std::fprintf(stderr, "hostmaster: rule %s\n", failure.c_str());
}

}  // namespace hm::cli
