#include "collect/spending_report.h"

#include <algorithm>
#include <map>

namespace hm::collect {

namespace {

constexpr std::chrono::hours kLeastKnown{1};

std::chrono::sys_days start_of_month(Time now, int months) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  return std::chrono::sys_days((day.year() / day.month() + std::chrono::months(months)) / 1);
}

bool reads_metrics(const CallSpending& row) {
  return row.service == "cloudwatch" &&
         (row.operation.starts_with("GetMetric") || row.operation == "ListMetrics");
}

bool is_free_request(const CallSpending& row) {
  return row.service == "cloudwatch" && row.operation != "GetMetricData" &&
         row.operation != "GetMetricWidgetImage" && row.operation != "GetInsightRuleReport";
}

// The meter counts what is beyond its rows as "other".
CallSpending row_of(const std::string& call, int64_t calls, Money cost) {
  const auto colon = call.find(':');
  if (colon == std::string::npos) return {call, "", calls, cost};
  return {call.substr(0, colon), call.substr(colon + 1), calls, cost};
}

bool dearer(const auto& a, const auto& b) {
  if (a.cost_usd != b.cost_usd) return a.cost_usd > b.cost_usd;
  return a.calls > b.calls;
}

Result<Money> cost_of(const store::Row& row, size_t column) {
  return Money::parse(row.text(column)).context("reading what our calls cost");
}

// What each account spent in each of some months: month -> account -> sum.
using MonthSums = std::map<std::string, std::map<std::string, MonthSpending>>;

// Of the last months before this one; a row a call of each account and month would be read for two sums each
// time.
Result<MonthSums> sum_months(store::Database& database, const std::string& first, const std::string& before) {
  return database.read("reading what our calls cost", [&](store::Reader& reader) -> Result<MonthSums> {
    MonthSums months;
    HM_DO(reader.each(
        "select month, account_id, calls, cost_usd from spending where month >= $1 and month < $2",
        {first, before}, [&](const store::Row& row) -> Status {
          HM_TRY(const Money cost, cost_of(row, 3));
          auto& sum = months[row.string(0)][row.string(1)];
          sum.calls += row.integer(2);
          sum.cost_usd += cost;
          return ok();
        }));
    return months;
  });
}

// They are kept until one of the months is saved again, which the change log does not tell.
Status read_months(store::Database& database, SpendingReport& report,
                   const std::function<bool(const std::string&)>& sees) {
  const std::string first =
      format_iso(start_of_month(database.clock().now(), -kMostMonths)).substr(0, report.month.size());
  std::string saved;
  HM_DO(database.read("reading what our calls cost", [&](store::Reader& reader) {
    saved.clear();
    return reader.each(
        "select month, saved_at from spending_month where month >= $1 and month < $2 order by month",
        {first, report.month}, [&](const store::Row& row) {
          saved += row.string(0) + "@" + std::to_string(row.integer(1)) + " ";
          return ok();
        });
  }));
  HM_TRY(const auto months,
         database.memo().get<MonthSums>(database, {}, "spending of " + saved + "until " + report.month,
                                        [&] { return sum_months(database, first, report.month); }));
  for (auto month = months->rbegin(); month != months->rend(); ++month) {
    MonthSpending sum;
    bool seen = false;
    for (const auto& [account, spent] : month->second) {
      if (!sees(account)) continue;
      seen = true;
      sum.calls += spent.calls;
      sum.cost_usd += spent.cost_usd;
    }
    sum.month = month->first;
    if (seen) report.months.push_back(std::move(sum));
  }
  return ok();
}

Status read_this_month(store::Reader& reader, SpendingReport& report,
                       const std::function<bool(const std::string&)>& sees) {
  std::map<std::string, AccountSpending> accounts;
  HM_DO(reader.each("select account_id, call, calls, cost_usd from spending where month = $1", {report.month},
                    [&](const store::Row& row) -> Status {
                      HM_TRY(const Money cost, cost_of(row, 3));
                      const auto one = row_of(row.string(1), row.integer(2), cost);
                      const std::string id = row.string(0);
                      if (is_free_request(one)) report.free_requests += one.calls;
                      if (!sees(id)) return ok();
                      auto& account = accounts[id];
                      account.calls += one.calls;
                      account.cost_usd += cost;
                      if (reads_metrics(one)) account.metrics_usd += cost;
                      account.rows.push_back(one);
                      return ok();
                    }));
  for (auto& [id, account] : accounts) {
    account.account_id = id;
    std::sort(account.rows.begin(), account.rows.end(),
              [](const auto& a, const auto& b) { return dearer(a, b); });
    report.accounts.push_back(std::move(account));
  }
  std::stable_sort(report.accounts.begin(), report.accounts.end(),
                   [](const auto& a, const auto& b) { return dearer(a, b); });
  return ok();
}

}  // namespace

std::optional<Money> projected(Money cost, const std::optional<Time>& since, Time now) {
  const Time begin = std::max<Time>(since.value_or(start_of_month(now, 0)), start_of_month(now, 0));
  if (now - begin < kLeastKnown) return std::nullopt;
  const auto seconds = [](Micros micros) {
    return std::chrono::duration_cast<std::chrono::seconds>(micros).count();
  };
  const int64_t left = seconds(start_of_month(now, 1) - now);
  return cost + (cost * left).divided_by(seconds(now - begin));
}

Result<DaySpending> read_day_spending(store::Database& database,
                                      const std::function<bool(const std::string& account_id)>& sees) {
  const Time from = std::chrono::floor<std::chrono::hours>(database.clock().now()) - std::chrono::hours(23);
  DaySpending day;
  HM_DO(database.read("reading the calls of a day", [&](store::Reader& reader) -> Status {
    day = {};
    HM_TRY(const auto first, reader.one("select min(hour) from spending_hour", {},
                                        [](const store::Row& row) { return row.maybe_time(0); }));
    if (first && *first) day.since = std::max(**first, Time(from));
    return reader.each(
        "select account_id, service, cast(sum(calls) as bigint) from spending_hour where hour >= $1 group "
        "by account_id, service",
        {Time(from)}, [&](const store::Row& row) {
          if (sees(row.string(0))) day.calls[{row.string(0), row.string(1)}] = row.integer(2);
          return ok();
        });
  }));
  return day;
}

Result<SpendingReport> read_spending(store::Database& database,
                                     const std::function<bool(const std::string& account_id)>& sees) {
  const Time now = database.clock().now();
  SpendingReport report;
  report.month = format_iso(now).substr(0, 7);
  auto read = database.read("reading what our calls cost", [&](store::Reader& reader) -> Status {
    report.accounts.clear();
    report.free_requests = 0;
    HM_DO(reader.each("select saved_at, since from spending_month where month = $1", {report.month},
                      [&](const store::Row& row) -> Status {
                        report.as_of = row.maybe_time(0);
                        report.since = row.maybe_time(1);
                        return ok();
                      }));
    return read_this_month(reader, report, sees);
  });
  if (!read) return std::move(read.error());
  HM_DO(read_months(database, report, sees));
  for (auto& account : report.accounts)
    account.projected_usd = projected(account.cost_usd, report.since, report.as_of.value_or(now));
  return report;
}

}  // namespace hm::collect
