// The meter that counts and prices HostMaster's own calls, kept in the store over restarts, so that a monthly
// budget holds whoever makes the calls: the server, or a scan by hand.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aws/priced_meter.h"
#include "base/money.h"
#include "store/database.h"

namespace hm::collect {

// Thread-safe. Several processes keep theirs in one store: each adds what it has counted and takes up what
// the others have, so a budget is over by at most what all of them spend between two saves. Counts that were
// made since the last save() are lost by a crash, so save() is called every minute and at the end.
struct SpendingLimits {
  std::optional<Money> budget_usd{};          // of each account a calendar month; none: no limit
  std::optional<Money> metrics_budget_usd{};  // of it, for reading metrics; none: all of it
  int64_t free_requests = 0;                  // of CloudWatch's that are free, of all accounts together
};

class SpendingBook {
 public:
  // Takes up this month's counts.
  static Result<std::unique_ptr<SpendingBook>> open(store::Database& database, const Clock& clock,
                                                    const SpendingLimits& limits);
  aws::PricedMeter& meter() { return meter_; }
  aws::Spending of_account(const std::string& account_id) const { return meter_.of_account(account_id); }
  Status save();

 private:
  SpendingBook(store::Database& database, const Clock& clock)
      : database_(database), clock_(clock), meter_(clock) {}

  store::Database& database_;
  const Clock& clock_;
  aws::PricedMeter meter_;
};

}  // namespace hm::collect
