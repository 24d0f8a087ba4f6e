// The meter that HostMaster runs with: counts every request, prices it from a table, and holds a budget per
// account and calendar month (UTC), so that watching a company never costs it more than it agreed to.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "aws/meter.h"
#include "base/money.h"
#include "base/sync.h"
#include "base/time.h"

namespace hm::aws {

// What AWS charges for one request, in US dollars at the list price of us-east-1, free tiers not counted:
// rather too much than too little. Nothing for what is free, and for the many services that HostMaster does
// not call and that the table leaves out. The table, its sources and what it cannot foresee are in
// priced_meter.cc.
Money price_of(std::string_view service, std::string_view operation, const Json& params);

struct Spending {
  int64_t calls = 0;
  Money cost_usd;
};

// Thread-safe. Knows at most kMaxRows (account, service, operation); calls beyond count under "other".
class PricedMeter final : public Meter {
 public:
  static constexpr size_t kMaxRows = 100000;
  explicit PricedMeter(const Clock& clock) : clock_(clock) {}

  // For accounts without a budget of their own; none: no limit.
  void set_default_budget(std::optional<Money> monthly_usd);
  void set_budget(const std::string& account_id, Money monthly_usd);

  // AWS gives a payer a million requests of CloudWatch's a month for nothing, GetMetricData and its like left
  // out. So many of them, of all accounts together, are taken to be ours and cost nothing; 0: none.
  void set_free_requests(int64_t monthly) { free_requests_ = monthly; }
  // What reading metrics may cost of the budget; none: all of it.
  void set_metrics_budget(std::optional<Money> monthly_usd);
  void set_metrics_budget(const std::string& account_id, std::optional<Money> monthly_usd);
  // What is left of both for reading metrics of an account.
  struct MetricsRoom {
    int64_t free_requests = 0;
    std::optional<Money> usd;  // none: no limit
  };
  MetricsRoom metrics_room(const std::string& account_id) const;

  // Refuses what would go beyond the budget; what costs nothing is never refused.
  Status before(const MeteredCall& call) override;

  // Of this month.
  Spending of_account(const std::string& account_id) const;
  // By "service:operation".
  std::map<std::string, Spending> rows_of_account(const std::string& account_id) const;

  // Who keeps the counts over restarts, and adds up those of several processes, takes what was counted since
  // the last time, and says then what is kept of this month beside it. What could not be kept is given back.
  struct Row {
    std::string account_id;
    std::string call;  // "service:operation"
    Spending spending;
  };
  using Months = std::map<std::string, std::vector<Row>>;  // by "2026-11"
  Months take_new();
  void give_back(const Months& months);
  void set_kept(const std::string& month, const std::vector<Row>& rows);

 private:
  struct Account {
    Spending total;
    Money metrics_usd;  // of the total, for reading metrics
    std::map<std::string, Spending> rows;
  };
  using Key = std::tuple<std::string, std::string, std::string>;  // month, account, call
  struct Books {
    std::string month;              // "2026-11"
    std::map<Key, Spending> fresh;  // counted and not taken yet; of an earlier month too
    std::map<std::string, Account> accounts;
    std::map<std::string, Money> budgets;
    std::optional<Money> default_budget;
    std::map<std::string, std::optional<Money>> metrics_budgets;
    std::optional<Money> default_metrics_budget;
    int64_t free_used = 0;  // of CloudWatch's requests
    size_t rows = 0;
  };
  static std::optional<Money> metrics_budget_of(const Books& books, const std::string& account_id);
  static std::optional<Money> budget_of(const Books& books, const std::string& account_id);
  static void clear(Books& books);
  static void add(Books& books, const std::string& account_id, const std::string& call,
                  const Spending& spending);
  void turn_month(Books& books) const;
  std::string month() const { return format_iso(clock_.now()).substr(0, 7); }

  const Clock& clock_;
  std::atomic<int64_t> free_requests_{0};
  Synced<Books> books_;
};

}  // namespace hm::aws
