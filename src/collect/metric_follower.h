// Reads the metrics of all accounts for ever, beside the sweeps and on threads of its own: one account that
// hangs or has spent its budget holds up no other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/sync.h"
#include "collect/lanes.h"
#include "collect/metric_plan.h"
#include "collect/metric_reader.h"

namespace hm::collect {

struct MetricFollowerOptions {
  std::chrono::seconds look_every{10};  // for what is due
  std::chrono::milliseconds tick{500};
  int most_due = 5'000;   // of an account, at once
  size_t per_task = 100;  // series whose points are held at once
  LaneOptions lanes{.threads = 4, .per_lane = 2, .per_unproven_lane = 1};
};

class MetricFollower {
 public:
  // `views` gives the accounts as they are known now; asked at every tick. All outlive it.
  using Views = std::function<std::vector<std::shared_ptr<const AccountView>>()>;
  MetricFollower(MetricPlan& plan, const MetricReader& reader, store::Database& database, Clock& clock,
                 Views views, MetricFollowerOptions options = {})
      : plan_(plan),
        reader_(reader),
        database_(database),
        clock_(clock),
        views_(std::move(views)),
        options_(options) {}

  // Until `stop`. A scan by hand makes no metric due: they are read as often as may be paid for.
  void run(const std::stop_token& stop);

 private:
  struct Entry {
    Time look_at;
    int running = 0;      // tasks
    bool on = false;      // metrics are switched on, and the store says so
    std::string trouble;  // told once, until it changes
  };
  using Accounts = std::map<std::string, Entry>;
  void look(Lanes& lanes, const std::vector<std::shared_ptr<const AccountView>>& views);
  Status look_at(Lanes& lanes, const std::shared_ptr<const AccountView>& view, int64_t accounts);
  void add(Lanes& lanes, const std::shared_ptr<const AccountView>& view, const std::string& region,
           std::vector<series::Series> due, std::chrono::seconds interval);
  void tell(const std::string& account_id, const std::string& trouble);

  MetricPlan& plan_;
  const MetricReader& reader_;
  store::Database& database_;
  Clock& clock_;
  const Views views_;
  const MetricFollowerOptions options_;
  Synced<Accounts> accounts_;
};

}  // namespace hm::collect
