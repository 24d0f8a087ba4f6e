// The role collect: a scheduler on a thread of its own, over the accounts of the book.
#pragma once

#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "api/services.h"
#include "app/aws_stack.h"
#include "collect/collector.h"
#include "collect/event_follower.h"
#include "collect/metric_follower.h"
#include "collect/redact.h"
#include "collect/scheduler.h"
#include "collect/trail.h"
#include "inventory/inventory.h"

namespace hm::app {

class Collecting {
 public:
  // All outlive it.
  static Result<std::unique_ptr<Collecting>> start(const Config& config, const catalog::Catalog& catalog,
                                                   store::Database& database, api::AccountBook& accounts,
                                                   AwsStack& aws, aws::PricedMeter& meter, Clock& clock);
  ~Collecting();

  api::ScanProgress progress() const;
  int64_t places(const identity::Scope& scope) const { return scheduler_->places(scope); }
  std::vector<collect::PlannedPlace> planned(const identity::Scope& scope) const {
    return scheduler_->planned(scope);
  }
  std::vector<api::AccountTrouble> troubles() const;
  void refresh_now(const std::vector<std::string>& account_ids) {
    scheduler_->refresh_now(account_ids);
    follower_.read_now(account_ids);
  }

 private:
  Collecting(const catalog::Catalog& catalog, store::Database& database, api::AccountBook& accounts,
             AwsStack& aws, aws::PricedMeter& meter, collect::Redactor redactor, Clock& clock);
  // The accounts that are to be read now. Asked twice a second, so the answer is kept for a while.
  std::vector<collect::Account> current();
  // The queues of events of all accounts that are to be read, with whose each is.
  Result<std::map<std::string, std::string>> event_queues();

  api::AccountBook& accounts_;
  AwsStack& aws_;
  Clock& clock_;
  collect::Redactor redactor_;
  inventory::Inventory inventory_;
  collect::Collector collector_;
  Time asked_at_;  // of the scheduler's thread alone, as are the next two
  bool store_away_ = false;
  std::vector<collect::Account> known_;
  std::unique_ptr<collect::Scheduler> scheduler_;
  collect::TrailReader trail_;
  collect::TrailFollower follower_;
  collect::EventFollower event_follower_;
  collect::MetricPlan metric_plan_;
  collect::MetricReader metrics_;
  collect::MetricFollower metric_follower_;
  std::jthread thread_;
  std::jthread trail_thread_;
  std::jthread event_thread_;
  std::jthread metric_thread_;
};

}  // namespace hm::app
