// What HostMaster's own calls to AWS have cost, as it is kept: for `hostmaster cost self` and the dashboard.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "store/database.h"

namespace hm::collect {

struct CallSpending {
  std::string service, operation;
  int64_t calls = 0;
  Money cost_usd;
};

struct AccountSpending {
  std::string account_id;
  int64_t calls = 0;
  Money cost_usd;
  Money metrics_usd;  // of it, for reading metrics
  // At the end of the month, when it goes on as since it was counted first; nothing where an hour of it is
  // not known yet.
  std::optional<Money> projected_usd;
  std::vector<CallSpending> rows;  // the dearest first, then the most frequent
};

struct MonthSpending {
  std::string month;  // "2026-11"
  int64_t calls = 0;
  Money cost_usd;
};

struct SpendingReport {
  std::string month;                      // the current one, UTC
  std::optional<Time> as_of;              // when it was saved last; nothing: nothing was counted
  std::optional<Time> since;              // from when on it was counted
  int64_t free_requests = 0;              // of CloudWatch's, of all accounts
  std::vector<AccountSpending> accounts;  // the dearest first
  std::vector<MonthSpending> months;      // earlier ones, the latest first, at most kMostMonths
};
inline constexpr int kMostMonths = 24;

// `sees`: the accounts that are told of.
Result<SpendingReport> read_spending(store::Database& database,
                                     const std::function<bool(const std::string& account_id)>& sees);

// Calls of the last 24 hours, whole hours: by account and service. `since` is the first hour that is counted
// at all; nothing: none is.
struct DaySpending {
  std::optional<Time> since;
  std::map<std::pair<std::string, std::string>, int64_t> calls;
};
Result<DaySpending> read_day_spending(store::Database& database,
                                      const std::function<bool(const std::string& account_id)>& sees);

// `cost` since `since`, as of `now`, to the end of the calendar month.
std::optional<Money> projected(Money cost, const std::optional<Time>& since, Time now);

}  // namespace hm::collect
