// The store of a command with its query database, brought up to it.
#pragma once

#include <memory>
#include <stop_token>

#include "app/config.h"
#include "inventory/projection.h"
#include "query/query.h"

namespace hm::cli {

struct FollowedTables {
  std::unique_ptr<store::Database> database;
  std::shared_ptr<const catalog::Catalog> types;
  std::unique_ptr<query::QueryDatabase> tables;
};

// Makes no empty store where there is none: it would answer "nothing". `clock` outlives the result.
Result<FollowedTables> follow_tables(const app::Config& config, Clock& clock, const std::stop_token& stop);

}  // namespace hm::cli
