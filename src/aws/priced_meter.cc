#include "aws/priced_meter.h"

#include <algorithm>
#include <utility>

namespace hm::aws {

namespace {

// What one request is billed by.
enum class Unit { request, query, widget_metric };

// A price is `count` ten-thousandths of a millionth of a dollar (10^-10) for each unit.
struct Price {
  std::string_view service;
  std::string_view operation;  // its name or the beginning of it; empty: all others of the service
  Unit unit;
  int64_t count;
};

// From AWS's pricing pages, us-east-1, as of November 2026. The first row that fits counts.
//
// Cost Explorer ("API"): $0.01 a request, and each page is one.
// CloudWatch ("API requests"): GetMetricData and GetInsightRuleReport $0.01 and GetMetricWidgetImage $0.02
// per
//   1,000 metrics requested, other requests $0.01 per 1,000. Every query of a GetMetricData counts as a
//   metric; how many a search finds, only its answer says.
// S3 Standard ("Requests & data retrievals"): PUT, COPY, POST, LIST $0.005 per 1,000, DELETE and CANCEL free,
//   all others $0.0004 per 1,000. RestoreObject at the dearest tier, expedited: $10 per 1,000.
// KMS ("Requests"): $0.03 per 10,000. Secrets Manager ("API calls"): $0.05 per 10,000.
// SQS: $0.50 per million, the price of FIFO queues, and SNS: $0.50 per million, for each 64 KB.
// Lambda ("Requests"): $0.20 per million; the time that the function runs comes on top.
// DynamoDB on demand: $0.125 per million read units and $0.625 per million write units. A page of Query or
//   Scan (1 MB, 256 units) is counted in full, other calls as one unit.
constexpr Price kPrices[] = {
    {"ce", "", Unit::request, 100'000'000},
    {"cloudwatch", "GetMetricData", Unit::query, 100'000},
    {"cloudwatch", "GetMetricWidgetImage", Unit::widget_metric, 200'000},
    {"cloudwatch", "", Unit::request, 100'000},
    {"s3", "Delete", Unit::request, 0},
    {"s3", "Abort", Unit::request, 0},
    {"s3", "List", Unit::request, 50'000},
    {"s3", "Put", Unit::request, 50'000},
    {"s3", "Copy", Unit::request, 50'000},
    {"s3", "Create", Unit::request, 50'000},
    {"s3", "Upload", Unit::request, 50'000},
    {"s3", "Complete", Unit::request, 50'000},
    {"s3", "Restore", Unit::request, 100'000'000},
    {"s3", "", Unit::request, 4'000},
    {"kms", "", Unit::request, 30'000},
    {"secretsmanager", "", Unit::request, 50'000},
    {"sqs", "", Unit::request, 5'000},
    {"sns", "Publish", Unit::request, 5'000},
    {"lambda", "Invoke", Unit::request, 2'000},
    {"dynamodb", "GetItem", Unit::request, 1'250},
    {"dynamodb", "Query", Unit::request, 320'000},
    {"dynamodb", "Scan", Unit::request, 320'000},
    {"dynamodb", "BatchGet", Unit::request, 1'250},
    {"dynamodb", "TransactGet", Unit::request, 2'500},
    {"dynamodb", "PutItem", Unit::request, 6'250},
    {"dynamodb", "UpdateItem", Unit::request, 6'250},
    {"dynamodb", "DeleteItem", Unit::request, 6'250},
    {"dynamodb", "BatchWrite", Unit::request, 6'250},
    {"dynamodb", "TransactWrite", Unit::request, 12'500},
    {"dynamodb", "Execute", Unit::request, 12'500},
    {"dynamodb", "BatchExecute", Unit::request, 12'500},
};
constexpr int kPricePlaces = 10;

int64_t items_of(const Json* list) {
  const auto* items = list ? list->if_array() : nullptr;
  return items ? std::max<int64_t>(1, static_cast<int64_t>(items->size())) : 1;
}

int64_t units_of(Unit unit, const Json& params) {
  if (unit == Unit::query) return items_of(member(params, "MetricDataQueries"));
  if (unit == Unit::request) return 1;
  // The widget is JSON in a text.
  const auto widget = parse_json(member_text(params, "MetricWidget"));
  return widget ? items_of(member(*widget, "metrics")) : 1;
}

// "Requests": what the million free ones are good for.
bool is_free_request(std::string_view call) {
  return call.starts_with("cloudwatch:") && call != "cloudwatch:GetMetricData" &&
         call != "cloudwatch:GetMetricWidgetImage" && call != "cloudwatch:GetInsightRuleReport";
}

bool reads_metrics(std::string_view call) {
  return call.starts_with("cloudwatch:GetMetric") || call == "cloudwatch:ListMetrics";
}

void add_to(Spending& sum, const Spending& spending) {
  sum.calls += spending.calls;
  sum.cost_usd += spending.cost_usd;
}

Status within(const std::optional<Money>& budget, Money spent, Money price, const std::string& account_id,
              std::string_view what) {
  if (!budget || spent + price <= *budget) return ok();
  return make_error(ErrorKind::exhausted, "budget_exceeded",
                    "the monthly budget of $" + budget->text() + " for " + std::string(what) +
                        "calls to AWS in account " + account_id + " is used up ($" + spent.text() +
                        " spent)");
}

}  // namespace

Money price_of(std::string_view service, std::string_view operation, const Json& params) {
  for (const Price& price : kPrices) {
    if (price.service != service || !operation.starts_with(price.operation)) continue;
    return Money::of(price.count, kPricePlaces) * units_of(price.unit, params);
  }
  return Money();
}

void PricedMeter::set_default_budget(std::optional<Money> monthly_usd) {
  books_.with([&](Books& books) { books.default_budget = monthly_usd; });
}

void PricedMeter::set_budget(const std::string& account_id, Money monthly_usd) {
  books_.with([&](Books& books) { books.budgets[account_id] = monthly_usd; });
}

void PricedMeter::set_metrics_budget(std::optional<Money> monthly_usd) {
  books_.with([&](Books& books) { books.default_metrics_budget = monthly_usd; });
}

void PricedMeter::set_metrics_budget(const std::string& account_id, std::optional<Money> monthly_usd) {
  books_.with([&](Books& books) { books.metrics_budgets[account_id] = monthly_usd; });
}

std::optional<Money> PricedMeter::budget_of(const Books& books, const std::string& account_id) {
  const auto own = books.budgets.find(account_id);
  return own != books.budgets.end() ? own->second : books.default_budget;
}

std::optional<Money> PricedMeter::metrics_budget_of(const Books& books, const std::string& account_id) {
  const auto own = books.metrics_budgets.find(account_id);
  return own != books.metrics_budgets.end() ? own->second : books.default_metrics_budget;
}

PricedMeter::MetricsRoom PricedMeter::metrics_room(const std::string& account_id) const {
  return books_.with([&](const Books& books) {
    const bool fresh = books.month != month();
    const auto found = books.accounts.find(account_id);
    const Account spent = fresh || found == books.accounts.end() ? Account() : found->second;
    MetricsRoom room;
    room.free_requests = std::max<int64_t>(0, free_requests_ - (fresh ? 0 : books.free_used));
    for (const auto& [budget, cost] : {std::pair(budget_of(books, account_id), spent.total.cost_usd),
                                       std::pair(metrics_budget_of(books, account_id), spent.metrics_usd)}) {
      if (!budget) continue;
      const Money left = std::max(Money(), *budget - cost);
      room.usd = room.usd ? std::min(*room.usd, left) : left;
    }
    return room;
  });
}

void PricedMeter::clear(Books& books) {
  books.accounts.clear();
  books.free_used = 0;
  books.rows = 0;
}

void PricedMeter::turn_month(Books& books) const {
  std::string now = month();
  if (books.month == now) return;
  books.month = std::move(now);
  clear(books);
}

void PricedMeter::add(Books& books, const std::string& account_id, const std::string& call,
                      const Spending& spending) {
  Account& account = books.accounts[account_id];
  const size_t before = account.rows.size();
  add_to(account.rows[call], spending);
  books.rows += account.rows.size() - before;
  add_to(account.total, spending);
  if (reads_metrics(call)) account.metrics_usd += spending.cost_usd;
  if (is_free_request(call)) books.free_used += spending.calls;
}

Status PricedMeter::before(const MeteredCall& call) {
  const Money listed = price_of(call.service, call.operation, call.params);
  std::string key = std::string(call.service) + ":" + std::string(call.operation);
  return books_.with([&](Books& books) -> Status {
    turn_month(books);
    const std::string id(call.account_id);
    Account& account = books.accounts[id];
    const bool free = is_free_request(key) && books.free_used < free_requests_;
    const Money price = free ? Money() : listed;
    if (price > Money()) {
      HM_DO(within(budget_of(books, id), account.total.cost_usd, price, id, ""));
      if (reads_metrics(key))
        HM_DO(within(metrics_budget_of(books, id), account.metrics_usd, price, id, "reading metrics with "));
    }
    if (books.rows >= kMaxRows && !account.rows.contains(key)) key = "other";
    const Spending one{1, price};
    add(books, id, key, one);
    add_to(books.fresh[{books.month, id, key}], one);
    return ok();
  });
}

Spending PricedMeter::of_account(const std::string& account_id) const {
  return books_.with([&](const Books& books) {
    const auto found = books.accounts.find(account_id);
    return found == books.accounts.end() || books.month != month() ? Spending() : found->second.total;
  });
}

std::map<std::string, Spending> PricedMeter::rows_of_account(const std::string& account_id) const {
  return books_.with([&](const Books& books) {
    const auto found = books.accounts.find(account_id);
    const bool none = found == books.accounts.end() || books.month != month();
    return none ? std::map<std::string, Spending>() : found->second.rows;
  });
}

PricedMeter::Months PricedMeter::take_new() {
  const auto fresh = books_.with([](Books& books) { return std::exchange(books.fresh, {}); });
  Months months;
  for (const auto& [key, spending] : fresh) {
    const auto& [month, account_id, call] = key;
    months[month].push_back({account_id, call, spending});
  }
  return months;
}

void PricedMeter::give_back(const Months& months) {
  books_.with([&](Books& books) {
    for (const auto& [month, rows] : months)
      for (const Row& row : rows) add_to(books.fresh[{month, row.account_id, row.call}], row.spending);
  });
}

void PricedMeter::set_kept(const std::string& month, const std::vector<Row>& rows) {
  books_.with([&](Books& books) {
    turn_month(books);
    if (books.month != month) return;
    clear(books);
    for (const Row& row : rows) add(books, row.account_id, row.call, row.spending);
    // Counted while the others were being kept.
    for (const auto& [key, spending] : books.fresh)
      if (std::get<0>(key) == month) add(books, std::get<1>(key), std::get<2>(key), spending);
  });
}

}  // namespace hm::aws
