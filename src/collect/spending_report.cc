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

Status read_rows(store::Reader& reader, SpendingReport& report,
                 const std::function<bool(const std::string&)>& sees) {
  std::map<std::string, AccountSpending> accounts;
  std::map<std::string, MonthSpending> months;
  HM_DO(reader.each("select month, account_id, call, calls, cost_usd from spending", {},
                    [&](const store::Row& row) -> Status {
                      HM_TRY(const Money cost,
                             Money::parse(row.text(4)).context("reading what our calls cost"));
                      const auto one = row_of(row.string(2), row.integer(3), cost);
                      const std::string month = row.string(0), id = row.string(1);
                      if (month == report.month && is_free_request(one)) report.free_requests += one.calls;
                      if (!sees(id)) return ok();
                      if (month != report.month) {
                        auto& sum = months[month];
                        sum.calls += one.calls;
                        sum.cost_usd += cost;
                        return ok();
                      }
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
  for (auto month = months.rbegin(); month != months.rend() && report.months.size() < kMostMonths; ++month) {
    month->second.month = month->first;
    report.months.push_back(month->second);
  }
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

Result<SpendingReport> read_spending(store::Database& database,
                                     const std::function<bool(const std::string& account_id)>& sees) {
  const Time now = database.clock().now();
  SpendingReport report;
  report.month = format_iso(now).substr(0, 7);
  auto read = database.read("reading what our calls cost", [&](store::Reader& reader) -> Status {
    HM_DO(reader.each("select saved_at, since from spending_month where month = $1", {report.month},
                      [&](const store::Row& row) -> Status {
                        report.as_of = row.maybe_time(0);
                        report.since = row.maybe_time(1);
                        return ok();
                      }));
    return read_rows(reader, report, sees);
  });
  if (!read) return std::move(read.error());
  for (auto& account : report.accounts)
    account.projected_usd = projected(account.cost_usd, report.since, report.as_of.value_or(now));
  return report;
}

}  // namespace hm::collect
