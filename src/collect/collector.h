// Collects accounts into the inventory: once (`scan`), or for ever, each type by its `refresh` (scheduler.h).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "aws/client.h"
#include "catalog/catalog.h"
#include "collect/accounts.h"
#include "collect/lanes.h"
#include "collect/sweep.h"

namespace hm::collect {

struct CollectOptions {
  LaneOptions lanes;
  size_t detail_threads = 24;
  size_t details_at_once = 12;  // calls for details of one sweep
  int calls_per_service = 12;   // at once, to one service in one region of one account
};

// What a scan is asked for; empty means all.
struct ScanRequest {
  std::vector<std::string> types;
  std::vector<std::string> regions;
};

struct Progress {
  int64_t done = 0;
  int64_t total = 0;
  int64_t gaps = 0;  // sweeps that were not ok
  int64_t resources = 0;
  int64_t calls = 0;
};

struct ScanReport {
  std::vector<AccountView> accounts;
  std::vector<SweepResult> sweeps;  // in order of place, without the items
  size_t planned = 0;               // so many there must be
  bool stopped = false;
  // What was to be swept could not be noted: the store does not take anything, so nothing was asked.
  std::optional<Error> not_planned;
  // True where everything that was asked was answered: every account, region, type and detail.
  bool complete() const;
};

// Thread-safe.
class Collector {
 public:
  // All outlive it.
  Collector(const catalog::Catalog& catalog, aws::Client& client, inventory::Inventory& inventory,
            const Redactor& redactor, Clock& clock, CollectOptions options = {});
  ~Collector();

  // `progress` is called after each sweep, from several threads but one at a time. Never fails: what could
  // not be done is in the report and in the inventory's sweeps.
  using OnProgress = std::function<void(const Progress&)>;
  ScanReport scan(const std::vector<Account>& accounts, const ScanRequest& request,
                  const OnProgress& progress, std::stop_token stop);

  // One place, on the calling thread. `view` must not have failed.
  SweepResult sweep(const catalog::ResourceType& type, const AccountView& view, const std::string& region,
                    std::stop_token stop);
  // One resource of it, by its id (sweep.h).
  LookResult look(const catalog::ResourceType& type, const AccountView& view, const std::string& region,
                  const std::string& key, std::stop_token stop);
  // Records that a place could not be asked.
  SweepResult record_failure(const catalog::ResourceType& type, const AccountView& view,
                             const std::string& region, Error error);

  // Leaves a row in the inventory for each place that is to be swept, so that one that is never reached is a
  // gap, and one for an account whose regions could not be asked.
  Status plan(const std::vector<inventory::Place>& places) { return inventory_.plan(places); }
  // Says of the places that the configuration leaves them out.
  Status leave_out(const std::vector<inventory::Place>& places) { return inventory_.leave_out(places); }
  // Says that nobody looks at the places any more.
  Status forget(const std::vector<inventory::Place>& places) { return inventory_.forget_unread(places); }
  Status note_regions(const AccountView& view);
  // Whether the store answers.
  Status ping_store() { return inventory_.ping(); }

  // Where a type is listed in an account: its regions, or "global".
  static std::vector<std::string> places_of(const catalog::ResourceType& type, const AccountView& view);
  const catalog::Catalog& catalog() const { return catalog_; }
  aws::Client& client() const { return client_; }
  Clock& clock() const { return clock_; }
  inventory::Inventory& inventory() const { return inventory_; }
  const CollectOptions& options() const { return options_; }
  // Its client, limits and knowledge of what is reachable, for others that call AWS beside it.
  const Tools& tools() const { return tools_; }

 private:
  struct Scan;
  std::vector<AccountView> view_accounts(const std::vector<Account>& accounts, const ScanRequest& request,
                                         std::stop_token stop);
  Status plan(Scan& scan, const std::vector<AccountView>& views, const ScanRequest& request);
  void add_sweeps(Scan& scan, Lanes& lanes, const std::vector<size_t>& jobs, const std::stop_token& stop);

  const catalog::Catalog& catalog_;
  aws::Client& client_;
  inventory::Inventory& inventory_;
  Clock& clock_;
  const CollectOptions options_;
  Limits limits_;
  Reachability reachability_;
  WorkerPool pool_;
  Tools tools_;
  Sweeper sweeper_;
};

// Gives accounts whose regions could not be asked those of the others (and their own home): so their gaps are
// told by place, and what they allow is read.
void guess_regions(std::vector<AccountView>& views);

}  // namespace hm::collect
