#include "cli/followed_tables.h"

#include "cli/known_types.h"
#include "rules/projection.h"

namespace hm::cli {

Result<FollowedTables> follow_tables(const app::Config& config, Clock& clock, const std::stop_token& stop) {
  FollowedTables all;
  HM_TRY(all.database, store::Database::open(config.store_url(), clock, {.create = false}));
  HM_TRY(all.types, known_types(config, *all.database));
  const std::vector<inventory::Addition> additions = {rules::findings_projection()};
  HM_TRY(all.tables,
         query::QueryDatabase::open(config.data_dir, inventory::table_specs(*all.types, additions)));
  inventory::Follower follower(*all.database, *all.tables, *all.types, additions);
  HM_TRY([[maybe_unused]] int64_t applied, follower.catch_up(stop));
  return all;
}

}  // namespace hm::cli
