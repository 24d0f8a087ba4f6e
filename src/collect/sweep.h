// One sweep: lists a type in one account and region, reads the details, and records what it saw.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/sync.h"
#include "collect/observe.h"
#include "inventory/inventory.h"

namespace hm::collect {

// Details that could not be read in a sweep, alike in part and reason.
struct DetailGap {
  std::string part;  // "Policy"
  Error error;       // of the first
  int64_t items = 0;
};

struct SweepResult {
  inventory::Sweep sweep;
  inventory::SweepCounts counts;
  std::vector<DetailGap> detail_gaps;
  // Set where the inventory could not be written: nothing of the sweep is known then.
  std::optional<Error> not_recorded;
};

struct LookResult {
  inventory::Looked looked = inventory::Looked::unchanged;
  std::optional<Error> error;  // nothing was learned
  bool not_recorded = false;   // because the inventory could not be written
  int64_t calls = 0;
};

// Thread-safe; sweeps and looks run side by side.
class Sweeper {
 public:
  // All outlive it. `details_at_once`: calls for details of one sweep.
  Sweeper(const Tools& tools, inventory::Inventory& inventory, WorkerPool& pool, size_t details_at_once);

  SweepResult run(const SweepContext& context);
  // Asks for one resource by its id, for a type that can_be_observed(), and records it beside the sweeps.
  LookResult look(const SweepContext& context, const std::string& key);
  // Records that a place could not be asked at all, with the reason.
  SweepResult record_failure(const catalog::ResourceType& type, const Origin& origin, Error error);

 private:
  bool holds_any(const inventory::Place& place);
  std::map<std::string, PartsRead> parts_of(const SweepContext& context, const inventory::Place& place);
  void remember(const SweepContext& context, const inventory::Place& place,
                std::map<std::string, PartsRead> parts);
  void forget(const inventory::Place& place);
  inventory::RecordOptions options_for(const SweepContext& context, std::atomic<int64_t>& calls);
  std::set<std::string> confirm(const SweepContext& context, const std::vector<std::string>& ids,
                                std::atomic<int64_t>& calls);
  void record(SweepResult& result, std::vector<inventory::Observed> items,
              const inventory::RecordOptions& options);

  const Tools& tools_;
  inventory::Inventory& inventory_;
  WorkerPool& pool_;
  const size_t details_at_once_;
  // When the details of each item were read, so that the inventory is asked once for each place.
  Synced<std::map<inventory::Place, std::map<std::string, PartsRead>>> read_before_;
};

// What a failure of a list or of signing in means for the place.
inventory::Outcome outcome_of(const Error& error);

}  // namespace hm::collect
