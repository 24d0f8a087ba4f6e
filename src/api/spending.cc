#include <algorithm>

#include "api/route.h"
#include "collect/spending_report.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_spending(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/spending", Access::viewer, get_spending},
};

Json setting_of(const Services& services, std::string_view name) {
  for (const Setting& setting : services.settings)
    if (setting.name == name && setting.value && !setting.value->empty()) return Json(*setting.value);
  return nullptr;
}

Json money_or_null(const std::optional<Money>& amount) {
  return amount ? Json(amount->text()) : Json(nullptr);
}

Json rows_json(const std::vector<collect::CallSpending>& rows) {
  JsonArray list;
  for (const auto& row : rows) {
    list.push_back(JsonObject{{"service", row.service},
                              {"operation", row.operation},
                              {"calls", row.calls},
                              {"cost_usd", row.cost_usd.text()}});
  }
  return list;
}

// `entry` is null where the account is in the books of the month alone.
Json account_json(const Services& services, const collect::AccountSpending& spent,
                  const AccountEntry* entry) {
  const bool own = entry != nullptr && entry->metrics_budget_usd.has_value();
  const bool metrics =
      entry != nullptr && entry->metrics ? *entry->metrics : setting_of(services, "metrics") != Json("false");
  return JsonObject{{"account_id", spent.account_id},
                    {"account_name", entry != nullptr ? text_or_null(entry->name) : Json(nullptr)},
                    {"calls", spent.calls},
                    {"cost_usd", spent.cost_usd.text()},
                    {"metrics_usd", spent.metrics_usd.text()},
                    {"projected_usd", money_or_null(spent.projected_usd)},
                    {"budget_usd", setting_of(services, "aws_budget_usd")},
                    {"metrics", metrics},
                    {"metrics_budget_usd", own ? Json(entry->metrics_budget_usd->text())
                                               : setting_of(services, "metrics_budget_usd")},
                    {"rows", rows_json(spent.rows)}};
}

Result<ServerResponse> get_spending(Services& services, const Request& request) {
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto report, collect::read_spending(services.database, [&](const std::string& id) {
           return scope.allows_account(id);
         }));
  HM_TRY(const auto entries, services.accounts.list());
  JsonArray accounts, months;
  Money total;
  std::optional<Money> projection;
  int64_t calls = 0;
  for (const auto& spent : report.accounts) {
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const AccountEntry& one) {
      return one.account_id == spent.account_id;
    });
    accounts.push_back(account_json(services, spent, entry == entries.end() ? nullptr : &*entry));
    total += spent.cost_usd;
    calls += spent.calls;
    if (spent.projected_usd) projection = projection.value_or(Money()) + *spent.projected_usd;
  }
  for (const auto& month : report.months)
    months.push_back(
        JsonObject{{"month", month.month}, {"calls", month.calls}, {"cost_usd", month.cost_usd.text()}});
  // They are the payer's: what others have used of them is told to whoever may see the others.
  const bool all = !scope.accounts.has_value();
  return json_answer(JsonObject{{"month", report.month},
                                {"as_of", time_or_null(report.as_of)},
                                {"since", time_or_null(report.since)},
                                {"calls", calls},
                                {"cost_usd", total.text()},
                                {"projected_usd", money_or_null(projection)},
                                {"free_requests_used", all ? Json(report.free_requests) : Json(nullptr)},
                                {"free_requests", setting_of(services, "metrics_free_requests")},
                                {"accounts", std::move(accounts)},
                                {"months", std::move(months)}});
}

}  // namespace

std::span<const Route> spending_routes() { return kRoutes; }

}  // namespace hm::api
