// Which metrics are read: those that the catalog declares of the resources that there are. Follows the change
// log from a position of its own, so that a new instance has its metrics with the next step and one that is
// gone is asked for no more.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "inventory/payload.h"
#include "series/series.h"
#include "store/database.h"

namespace hm::collect {

// What is to be read of a resource. A metric whose dimensions the document does not hold is left out.
std::vector<series::Declared> metrics_of(const catalog::ResourceType& type, const inventory::Place& place,
                                         const inventory::State& state);

class MetricPlan {
 public:
  // Both outlive it.
  MetricPlan(const catalog::Catalog& catalog, store::Database& database);

  // Everything that has changed since the last time; at first, where the log no longer reaches back, and
  // where the catalog's metrics are others than the last time, all resources. A stop ends it between two
  // transactions.
  Status follow(const std::stop_token& stop);

 private:
  struct Row;
  Status all(const std::stop_token& stop);
  Status end_rest(const std::stop_token& stop);
  Result<bool> step(int64_t position);
  Status declare(store::Transaction& transaction, const std::vector<int64_t>& numbers);
  Status declare_one(store::Transaction& transaction, const Row& row);

  const catalog::Catalog& catalog_;
  store::Database& database_;
  const std::string declared_;  // a hash of the catalog's metrics
  inventory::PayloadCodec codec_;
};

}  // namespace hm::collect
