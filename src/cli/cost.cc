#include <algorithm>
#include <cstdio>

#include "cli/identity_store.h"
#include "cli/output.h"
#include "collect/spending_report.h"

namespace hm::cli {

namespace {

struct CostOptions {
  AppOptions app;
  std::string verb;
  std::string by = "call";
  std::string output = "table";
};

Status read_options(const Args& args, CostOptions& options) {
  auto known = options.app.place_options();
  known.insert(
      known.end(),
      {{"verb", "VERB", "self", &options.verb, true, {"self"}},
       {"--by", "WHAT", "a line for each", &options.by, false, {"account", "service", "call", "month"}},
       {"--output", "FORM", "how to print", &options.output, false, {"table", "json", "csv"}}});
  return parse_options("cost", args, known);
}

std::string dollars(const std::optional<Money>& amount) {
  return amount ? "$" + amount->rounded(2) : "unknown";
}

Json text_or_null(const std::optional<Money>& amount) {
  return amount ? Json(amount->text()) : Json(nullptr);
}

// One line for each (account, service) or for each call.
Table by_call(const collect::SpendingReport& report, bool services_alone) {
  Table table;
  table.columns = services_alone
                      ? std::vector<std::string>{"account_id", "service", "calls", "cost_usd"}
                      : std::vector<std::string>{"account_id", "service", "operation", "calls", "cost_usd"};
  for (const auto& account : report.accounts) {
    std::vector<collect::CallSpending> rows;
    for (const auto& row : account.rows) {
      auto same = std::find_if(rows.begin(), rows.end(), [&](const auto& one) {
        return one.service == row.service && (services_alone || one.operation == row.operation);
      });
      if (same == rows.end()) same = rows.insert(rows.end(), {row.service, row.operation, 0, Money()});
      same->calls += row.calls;
      same->cost_usd += row.cost_usd;
    }
    for (const auto& row : rows) {
      std::vector<Json> cells{Json(account.account_id), Json(row.service)};
      if (!services_alone) cells.emplace_back(row.operation);
      cells.emplace_back(row.calls);
      cells.emplace_back(row.cost_usd.text());
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

Table by_account(const collect::SpendingReport& report, const app::Config& config) {
  Table table;
  table.columns = {"account_id",    "calls",      "cost_usd",          "metrics_usd",
                   "projected_usd", "budget_usd", "metrics_budget_usd"};
  for (const auto& account : report.accounts) {
    Money metrics_budget = config.metrics_budget_usd;
    for (const auto& entry : config.accounts)
      if (entry.account_id == account.account_id && entry.metrics_budget_usd)
        metrics_budget = *entry.metrics_budget_usd;
    table.rows.push_back({Json(account.account_id), Json(account.calls), Json(account.cost_usd.text()),
                          Json(account.metrics_usd.text()), text_or_null(account.projected_usd),
                          text_or_null(config.aws_budget_usd), Json(metrics_budget.text())});
  }
  return table;
}

Table by_month(const collect::SpendingReport& report) {
  Table table;
  table.columns = {"month", "calls", "cost_usd"};
  collect::MonthSpending current{report.month, 0, Money()};
  for (const auto& account : report.accounts) {
    current.calls += account.calls;
    current.cost_usd += account.cost_usd;
  }
  table.rows.push_back({Json(current.month), Json(current.calls), Json(current.cost_usd.text())});
  for (const auto& month : report.months)
    table.rows.push_back({Json(month.month), Json(month.calls), Json(month.cost_usd.text())});
  return table;
}

// What a person wants to know before the lines.
void explain(const collect::SpendingReport& report, const app::Config& config) {
  if (!report.as_of) {
    std::fprintf(stderr,
                 "hostmaster: nothing has been saved yet in %s: what calls cost is saved every minute\n",
                 report.month.c_str());
    return;
  }
  Money total;
  std::optional<Money> projection;
  for (const auto& account : report.accounts) {
    total += account.cost_usd;
    if (account.projected_usd) projection = projection.value_or(Money()) + *account.projected_usd;
  }
  std::fprintf(stderr, "%s to %s: $%s spent by HostMaster's own calls, %s by the end of the month\n",
               report.month.c_str(), format_iso(*report.as_of).c_str(), total.rounded(2).c_str(),
               dollars(projection).c_str());
  std::fprintf(stderr,
               "budget of each account: %s, for metrics $%s; CloudWatch's free requests: %lld of %lld used\n",
               config.aws_budget_usd ? ("$" + config.aws_budget_usd->text()).c_str() : "no limit",
               config.metrics_budget_usd.text().c_str(), static_cast<long long>(report.free_requests),
               static_cast<long long>(config.metrics_free_requests));
}

Status show(const CostOptions& options) {
  HM_TRY(const auto config, options.app.load());
  SystemClock clock;
  HM_TRY(const auto database, open_store(config, clock));
  HM_TRY(const auto report, collect::read_spending(*database, [](const std::string&) { return true; }));
  Table table;
  if (options.by == "account") {
    table = by_account(report, config);
  } else if (options.by == "month") {
    table = by_month(report);
  } else {
    table = by_call(report, options.by == "service");
  }
  explain(report, config);
  std::fputs(render(table, form_of(options.output)).c_str(), stdout);
  return ok();
}

}  // namespace

int run_cost(const Args& args) {
  CostOptions options;
  if (auto read = read_options(args, options); !read) return report(read.error());
  if (auto shown = show(options); !shown) return report(shown.error());
  return kExitOk;
}

}  // namespace hm::cli
