#include "collect/spending.h"

namespace hm::collect {

namespace {

using Rows = std::vector<aws::PricedMeter::Row>;

constexpr std::chrono::hours kHoursKept{48};

std::string month_of(const Clock& clock) { return format_iso(clock.now()).substr(0, 7); }

Result<Rows> rows_of(store::Reader& reader, const std::string& month) {
  Rows rows;
  HM_DO(reader.each("select account_id, call, calls, cost_usd from spending where month = $1", {month},
                    [&](const store::Row& row) -> Status {
                      HM_TRY(const Money cost,
                             Money::parse(row.text(3)).context("reading what our calls cost"));
                      rows.push_back({row.string(0), row.string(1), {row.integer(2), cost}});
                      return ok();
                    }));
  return rows;
}

// The month's row first: its lock keeps whoever adds to the same counts waiting.
Status add_rows(store::Transaction& transaction, const std::string& month, const Rows& added, Time now) {
  HM_DO(
      transaction.run("insert into spending_month (month, saved_at, since) values ($1, $2, $2) "
                      "on conflict (month) do update set saved_at = excluded.saved_at",
                      {month, now}));
  HM_TRY(const Rows before, rows_of(transaction, month));
  std::map<std::pair<std::string, std::string>, aws::Spending> sums;
  for (const auto& row : before) sums[{row.account_id, row.call}] = row.spending;
  std::vector<store::Params> changed;
  for (const auto& row : added) {
    const aws::Spending& sum = sums[{row.account_id, row.call}];
    changed.push_back({month, row.account_id, row.call, sum.calls + row.spending.calls,
                       (sum.cost_usd + row.spending.cost_usd).text()});
  }
  HM_TRY([[maybe_unused]] const int64_t written,
         transaction.execute_many(
             "insert into spending (month, account_id, call, calls, cost_usd) values ($1, $2, $3, $4, $5) "
             "on conflict (month, account_id, call) do update set calls = excluded.calls, cost_usd = "
             "excluded.cost_usd",
             changed));
  return ok();
}

// Calls count in the hour in which they are saved, at most a minute late.
Status add_hours(store::Transaction& transaction, const aws::PricedMeter::Months& counted, Time now) {
  std::map<std::pair<std::string, std::string>, int64_t> calls;
  for (const auto& [month, rows] : counted)
    for (const auto& row : rows)
      calls[{row.account_id, row.call.substr(0, row.call.find(':'))}] += row.spending.calls;
  std::vector<store::Params> added;
  added.reserve(calls.size());
  const Time hour = std::chrono::floor<std::chrono::hours>(now);
  for (const auto& [of, number] : calls) added.push_back({hour, of.first, of.second, number});
  if (added.empty()) return ok();
  HM_TRY([[maybe_unused]] const int64_t written,
         transaction.execute_many(
             "insert into spending_hour (hour, account_id, service, calls) values ($1, $2, $3, $4) on "
             "conflict (hour, "
             "account_id, service) do update set calls = spending_hour.calls + excluded.calls",
             added));
  return transaction.run("delete from spending_hour where hour < $1", {hour - kHoursKept});
}

}  // namespace

Result<std::unique_ptr<SpendingBook>> SpendingBook::open(store::Database& database, const Clock& clock,
                                                         const SpendingLimits& limits) {
  std::unique_ptr<SpendingBook> book(new SpendingBook(database, clock));
  book->meter_.set_default_budget(limits.budget_usd);
  book->meter_.set_metrics_budget(limits.metrics_budget_usd);
  book->meter_.set_free_requests(limits.free_requests);
  HM_DO(book->save());
  return book;
}

Status SpendingBook::save() {
  const std::string month = month_of(clock_);
  const auto counted = meter_.take_new();
  auto kept =
      database_.write("keeping what our calls cost", [&](store::Transaction& transaction) -> Result<Rows> {
        for (const auto& [of, rows] : counted) HM_DO(add_rows(transaction, of, rows, clock_.now()));
        HM_DO(add_hours(transaction, counted, clock_.now()));
        return rows_of(transaction, month);
      });
  if (!kept) {
    // Where it is not known whether they were kept they count twice: rather too much than too little.
    meter_.give_back(counted);
    return std::move(kept.error());
  }
  meter_.set_kept(month, *kept);
  return ok();
}

}  // namespace hm::collect
