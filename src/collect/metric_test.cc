// Metrics read from the simulator, in this process: what is free first, whole windows, never beyond the
// budget.
#include <gtest/gtest.h>

#include "collect/collector.h"
#include "collect/metric_follower.h"
#include "collect/spending.h"
#include "series/read.h"
#include "sim/server/simulator.h"
#include "store/test_database.h"

namespace hm::collect {
namespace {

using series::Series;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Calls the simulator as a function; counts by operation.
class SimulatedAws final : public HttpTransport {
 public:
  explicit SimulatedAws(sim::Simulator& simulator) : simulator_(simulator) {}

  void start(HttpRequest request, Done done) override {
    const size_t host = request.url.find("://") + 3;
    const size_t path = request.url.find('/', host);
    ServerRequest received;
    received.method = request.method;
    received.target = path == std::string::npos ? "/" : request.url.substr(path);
    received.headers = request.headers;
    if (received.headers.find("Host") == nullptr)
      received.headers.set("Host", request.url.substr(host, path - host));
    received.body = request.body;
    received.peer = "127.0.0.1";
    const ServerResponse answer = simulator_.handle(received);
    done(HttpResponse{answer.status, answer.headers, std::get<std::string>(answer.body)});
  }

 private:
  sim::Simulator& simulator_;
};

std::chrono::seconds interval(const MetricOptions& options, int64_t free, std::optional<Money> usd,
                              int64_t count, const char* now, int64_t accounts = 1) {
  return interval_of({free, usd}, count, accounts, *parse_iso(now), options);
}

TEST(MetricInterval, MakesWhatMayBeSpentLastUntilTheMonthEnds) {
  const MetricOptions options;
  // A whole month of 30 days: 100,000 reads of 1,000 series are 100 each.
  EXPECT_EQ(interval(options, 100'000, Money(), 1000, "2026-11-01T00:00:00Z"), seconds(30 * 86'400 / 100));
  EXPECT_EQ(interval(options, 100'000, Money(), 1000, "2026-11-16T00:00:00Z"), seconds(15 * 86'400 / 100));
  EXPECT_EQ(interval(options, 100'000, Money(), 1000, "2026-11-01T00:00:00Z", 4),
            seconds(4 * 30 * 86'400 / 100));
  // A dollar is 100,000 more.
  EXPECT_EQ(interval(options, 100'000, Money::of(1), 1000, "2026-11-01T00:00:00Z"),
            seconds(30 * 86'400 / 200));
  // Beyond five days a read takes two free requests; what is paid for stays one.
  EXPECT_EQ(interval(options, 6'000, Money(), 1000, "2026-11-01T00:00:00Z"), seconds(5 * 86'400));
  EXPECT_EQ(interval(options, 5'000, Money(), 1000, "2026-11-01T00:00:00Z"), options.most_interval);
  EXPECT_EQ(interval(options, 0, Money::of(5, 2), 1000, "2026-11-01T00:00:00Z"), seconds(6 * 86'400));
  EXPECT_EQ(interval(options, 1'000'000, Money(), 10, "2026-11-01T00:00:00Z"), options.least_interval);
  EXPECT_EQ(interval(options, 0, Money(), 10, "2026-11-01T00:00:00Z"), options.most_interval);
  EXPECT_EQ(interval(options, 0, std::nullopt, 1'000'000, "2026-11-01T00:00:00Z"), options.least_interval);
}

class MetricTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    sim::SimulatorOptions options;
    options.estate.resources = 400;
    options.estate.accounts = 2;
    options.estate.regions = {"eu-west-1"};
    simulator_ = std::move(*sim::Simulator::make(options, clock_));
    transport_ = std::make_unique<SimulatedAws>(*simulator_);
    types_ = catalog::load_catalog(catalog::embedded_files()).value();
    open({});
  }

  void open(const SpendingLimits& limits) {
    book_ = std::move(*SpendingBook::open(database(), clock_, limits));
    aws::ClientOptions options;
    options.rate_share = 0;
    client_ = std::make_unique<aws::Client>(*transport_, clock_, &book_->meter(), options);
    inventory_ = std::make_unique<inventory::Inventory>(database(), clock_);
    collector_ = std::make_unique<Collector>(*types_, *client_, *inventory_, redactor_, clock_);
    reader_ = std::make_unique<MetricReader>(collector_->tools(), database(), book_->meter());
  }

  AccountView view() {
    const Json credentials = simulator_->credentials().at("accounts").at(0);
    AccountView view;
    view.id = member_text(credentials, "account_id");
    view.account.id = view.id;
    view.account.target.credentials =
        aws::static_credentials({std::string(member_text(credentials, "access_key_id")),
                                 std::string(member_text(credentials, "secret_access_key")),
                                 "",
                                 {},
                                 "",
                                 "test"});
    view.account.target.region = "eu-west-1";
    view.account.target.account_id = view.id;
    view.account.target.endpoint_url = "http://127.0.0.1:1";
    view.regions = {"eu-west-1"};
    return view;
  }

  // The instances of the account, and what of them is due.
  std::vector<Series> plan() {
    Account account = view().account;
    account.regions = {"eu-west-1"};
    const auto report = collector_->scan(
        {account}, {.types = {"ec2/instance", "ec2/volume"}, .regions = {"eu-west-1"}}, {}, {});
    EXPECT_TRUE(report.complete());
    MetricPlan plan(*types_, database());
    EXPECT_TRUE(plan.follow({}).has_value());
    return due();
  }
  // The catalog with fewer metrics: of instances one, of volumes none.
  static std::shared_ptr<const catalog::Catalog> poorer_catalog() {
    auto files = catalog::embedded_files();
    for (auto& file : files) {
      const bool instance = file.path == "resources/ec2/instance.yaml";
      if (!instance && file.path != "resources/ec2/volume.yaml") continue;
      Json json = parse_json(file.text).value();
      if (instance) {
        json.as_object()["metrics"].as_array().resize(1);
      } else {
        json.as_object().erase("metrics");
      }
      file.text = to_json(json);
    }
    return catalog::load_catalog(files).value();
  }
  std::vector<Series> due() { return *series::list_due(database(), view().id, clock_.now(), 10'000); }
  MetricsRead read(const std::vector<Series>& all) {
    return reader_->read(view(), "eu-west-1", all, hours(1), {});
  }

  int64_t called(const std::string& operation) {
    const auto rows = book_->meter().rows_of_account(view().id);
    const auto row = rows.find("cloudwatch:" + operation);
    return row == rows.end() ? 0 : row->second.calls;
  }
  Money spent() { return book_->of_account(view().id).cost_usd; }
  std::vector<Series> all_series() {
    return *series::list_due(database(), view().id, clock_.now() + days(4000), 10'000);
  }
  std::map<series::Outcome, int> outcomes() {
    std::map<series::Outcome, int> counts;
    const auto all = all_series();
    for (const auto& one : all) ++counts[one.outcome];
    return counts;
  }

  void wait_for(series::Outcome outcome, size_t count) {
    const auto limit = std::chrono::steady_clock::now() + seconds(60);
    while (outcomes()[outcome] < static_cast<int>(count)) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit)
          << to_string(outcome) << ": " << outcomes()[outcome] << " of " << count;
      std::this_thread::yield();
    }
  }

  std::unique_ptr<sim::Simulator> simulator_;
  std::unique_ptr<SimulatedAws> transport_;
  std::shared_ptr<const catalog::Catalog> types_;
  std::unique_ptr<SpendingBook> book_;
  std::unique_ptr<aws::Client> client_;
  Redactor redactor_{std::string(32, 'k')};
  std::unique_ptr<inventory::Inventory> inventory_;
  std::unique_ptr<Collector> collector_;
  std::unique_ptr<MetricReader> reader_;
};

TEST_P(MetricTest, WhatIsFreeIsReadFirstWithWholeWindows) {
  open({.budget_usd = {}, .metrics_budget_usd = Money(), .free_requests = 500'000});
  auto all = plan();
  ASSERT_GT(all.size(), 20U);
  all.resize(20);
  const auto result = read(all);
  EXPECT_FALSE(result.error.has_value()) << result.error->text();
  // Two weeks of five minutes are three requests of at most 1,440 points.
  EXPECT_EQ(called("GetMetricStatistics"), 60);
  EXPECT_EQ(called("GetMetricData"), 0);
  EXPECT_EQ(spent(), Money());
  EXPECT_GT(result.points, 0);
  EXPECT_EQ(outcomes()[series::Outcome::ok], 20);
}

TEST_P(MetricTest, BeyondWhatIsFreeManyAreReadAtOnceAndCostThePriceOfEach) {
  open({.budget_usd = {}, .metrics_budget_usd = Money::of(1), .free_requests = 0});
  const auto all = plan();
  const auto result = read(all);
  EXPECT_FALSE(result.error.has_value()) << result.error->text();
  EXPECT_EQ(called("GetMetricStatistics"), 0);
  // Twenty-five windows of two weeks fill a request.
  EXPECT_EQ(called("GetMetricData"), static_cast<int64_t>((all.size() + 23) / 24));
  EXPECT_EQ(spent(), Money::of(static_cast<int64_t>(all.size()), 5));
  EXPECT_EQ(outcomes()[series::Outcome::ok], static_cast<int>(all.size()));
  // An hour later a whole hour of all of them is one request.
  clock_.advance(hours(1) + minutes(1));
  const auto before = called("GetMetricData");
  const auto later = due();
  read(later);
  EXPECT_EQ(called("GetMetricData") - before, static_cast<int64_t>((later.size() + 499) / 500));
}

TEST_P(MetricTest, BothWaysTellTheSame) {
  open({.budget_usd = {}, .metrics_budget_usd = Money::of(1), .free_requests = 500'000});
  auto all = plan();
  all.resize(10);
  read(all);
  const auto points = [&](const Series& one) {
    return *database().read("reading", [&](store::Reader& reader) {
      return series::read_points(reader, one.id, clock_.now() - days(20), clock_.now());
    });
  };
  std::vector<std::vector<series::Point>> free;
  free.reserve(all.size());
  for (const auto& one : all) free.push_back(points(one));
  book_->meter().set_free_requests(0);
  read(all);
  for (size_t i = 0; i < all.size(); ++i) {
    const auto paid = points(all[i]);
    ASSERT_EQ(paid.size(), free[i].size());
    for (size_t k = 0; k < paid.size(); ++k) {
      EXPECT_EQ(paid[k].at, free[i][k].at);
      EXPECT_EQ(paid[k].value, free[i][k].value);
    }
  }
  EXPECT_GT(called("GetMetricData"), 0);
}

// Forty metrics may be paid for: these are read, the others are unknown, and say why.
TEST_P(MetricTest, NothingIsAskedBeyondTheBudget) {
  open({.budget_usd = {}, .metrics_budget_usd = Money::of(40, 5), .free_requests = 0});
  const auto all = plan();
  ASSERT_GT(all.size(), 50U);
  const auto result = read(all);
  ASSERT_TRUE(result.error.has_value());
  EXPECT_EQ(result.error->code, "budget_exceeded");
  EXPECT_EQ(spent(), Money::of(40, 5));
  EXPECT_EQ(outcomes()[series::Outcome::ok], 40);
  EXPECT_EQ(outcomes()[series::Outcome::budget], static_cast<int>(all.size()) - 40);
  const auto known = all_series();
  for (const auto& one : known) {
    if (one.outcome != series::Outcome::budget) continue;
    EXPECT_FALSE(one.read_to.has_value());
    EXPECT_NE(one.message.find("reading metrics"), std::string::npos) << one.message;
    const auto charts =
        series::read_charts(database(), one.resource_id, {clock_.now() - hours(1), clock_.now(), {}});
    ASSERT_OK(charts);
    const auto& chart = charts->at(0);
    if (chart.series.id != one.id) continue;
    EXPECT_TRUE(chart.points.empty()) << "never zero";
    EXPECT_EQ(chart.gaps.at(0).reason, series::Absent::not_read);
  }
  // A new month has a new budget.
  clock_.set(*parse_iso("2026-12-01T00:10:00Z"));
  EXPECT_EQ(due().size(), all.size());
  read(due());
  EXPECT_EQ(outcomes()[series::Outcome::budget], static_cast<int>(all.size()) - 80 + 40);
}

// A budget that was used up for weeks leaves no hole: AWS has still got it.
TEST_P(MetricTest, WhatWasNotReadForWeeksIsReadWhole) {
  open({.budget_usd = {}, .metrics_budget_usd = {}, .free_requests = 500'000});
  auto all = plan();
  all.resize(5);
  read(all);
  std::map<int64_t, Time> since;
  for (const auto& one : all_series())
    if (one.read_from) since[one.id] = *one.read_from;
  clock_.advance(days(60));
  const auto before = called("GetMetricStatistics");
  std::vector<Series> again;
  for (const auto& one : due())
    if (one.read_to) again.push_back(one);
  ASSERT_EQ(again.size(), 5U);
  EXPECT_FALSE(read(again).error.has_value());
  EXPECT_EQ(called("GetMetricStatistics") - before, 5 * 13);
  for (const auto& one : all_series()) {
    const auto begun = since.find(one.id);
    if (begun == since.end()) continue;
    EXPECT_EQ(*one.read_from, begun->second);
  }
}

// A clock that ran a month ahead and is right again: what it took for read is read.
TEST_P(MetricTest, AClockThatWasAheadLosesNothing) {
  open({.budget_usd = {}, .metrics_budget_usd = {}, .free_requests = 500'000});
  auto all = plan();
  all.resize(5);
  const Time right = clock_.now();
  clock_.advance(days(30));
  EXPECT_FALSE(read(all).error.has_value());
  clock_.set(right + hours(2));
  EXPECT_EQ(due().size(), all_series().size()) << "also what is planned for a month later";
  std::vector<Series> again;
  for (const auto& one : due())
    if (one.read_to) again.push_back(one);
  ASSERT_EQ(again.size(), 5U);
  EXPECT_FALSE(read(again).error.has_value());
  for (const auto& one : all_series()) {
    if (!one.read_to) continue;
    EXPECT_LE(*one.read_to, clock_.now());
    EXPECT_EQ(*one.read_from, *one.read_to - days(14) + minutes(15));
  }
}

TEST_P(MetricTest, WhatIsGoneIsAskedForNoMore) {
  open({.budget_usd = {}, .metrics_budget_usd = {}, .free_requests = 500'000});
  const auto all = plan();
  const auto alive = *series::count_read(database(), view().id);
  EXPECT_EQ(alive, static_cast<int64_t>(all.size()));
  ASSERT_OK(database().write("taking away", [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("update resource set gone_at = $1 where id = $2",
                          {clock_.now(), all[0].resource_id}));
    transaction.changed("resource", inventory::resource_id(all[0].resource_id));
    return ok();
  }));
  MetricPlan plan(*types_, database());
  ASSERT_OK(plan.follow({}));
  EXPECT_LT(*series::count_read(database(), view().id), alive);
  const auto left = due();
  for (const auto& one : left) EXPECT_NE(one.resource_id, all[0].resource_id);
}

// The size of a bucket is told by storage type: each that CloudWatch lists is read, whichever it is.
TEST_P(MetricTest, EachStorageTypeOfABucketIsRead) {
  open({.budget_usd = {}, .metrics_budget_usd = {}, .free_requests = 500'000});
  Account account = view().account;
  account.regions = {"eu-west-1"};
  const auto report = collector_->scan({account}, {.types = {"s3/bucket"}, .regions = {"eu-west-1"}}, {}, {});
  EXPECT_TRUE(report.complete());
  EXPECT_GT(called("ListMetrics"), 0);
  MetricPlan plan(*types_, database());
  ASSERT_OK(plan.follow({}));
  const auto all = due();
  std::map<int64_t, std::set<std::string>> parts;
  int64_t counted = 0;
  for (const auto& one : all) {
    if (one.declared.name == "NumberOfObjects") ++counted;
    if (one.declared.name != "BucketSizeBytes") continue;
    EXPECT_FALSE(one.declared.part.empty());
    EXPECT_NE(one.declared.dimensions.find(one.declared.part), std::string::npos);
    EXPECT_TRUE(parts[one.resource_id].insert(one.declared.part).second);
  }
  EXPECT_EQ(static_cast<int64_t>(parts.size()), counted) << "every bucket has one";
  EXPECT_EQ(called("ListMetrics"), counted) << "one a bucket";
  std::set<std::string> types;
  for (const auto& [id, some] : parts) types.insert(some.begin(), some.end());
  EXPECT_TRUE(types.contains("StandardStorage"));
  EXPECT_GT(types.size(), 1U) << "not Standard storage alone";
  EXPECT_FALSE(read(all).error.has_value());
  for (const auto& one : all_series()) EXPECT_TRUE(one.last_point_at.has_value()) << one.declared.dimensions;
}

// A new version of the program has another catalog: what it drops is not paid for, what it adds is read.
TEST_P(MetricTest, AnotherCatalogReachesResourcesThatDoNotChange) {
  open({.budget_usd = {}, .metrics_budget_usd = {}, .free_requests = 500'000});
  const auto all = plan();
  const auto poorer = poorer_catalog();
  ASSERT_OK(MetricPlan(*poorer, database()).follow({}));
  const auto left = due();
  ASSERT_FALSE(left.empty());
  for (const auto& one : left) EXPECT_EQ(one.declared.name, "CPUUtilization");
  ASSERT_OK(MetricPlan(*types_, database()).follow({}));
  EXPECT_EQ(due().size(), all.size());
  // And where a resource went without a word of the log, looking at all of them ends it.
  ASSERT_OK(database().write("taking away", [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("delete from resource where id = $1", {all[0].resource_id}));
    return transaction.run("update series_position set declared = null");
  }));
  ASSERT_OK(MetricPlan(*types_, database()).follow({}));
  const auto rest = due();
  EXPECT_LT(rest.size(), all.size());
  for (const auto& one : rest) EXPECT_NE(one.resource_id, all[0].resource_id);
}

TEST_P(MetricTest, TheFollowerReadsWhatIsDueAndSaysWhatIsSwitchedOff) {
  open({.budget_usd = {}, .metrics_budget_usd = Money::of(1), .free_requests = 0});
  const auto all = plan();
  const auto shared = std::make_shared<AccountView>(view());
  MetricPlan plan(*types_, database());
  // A clock of its own, since waiting on it moves it.
  FakeClock clock(clock_.now());
  MetricFollower follower(plan, *reader_, database(), clock,
                          [&] { return std::vector<std::shared_ptr<const AccountView>>{shared}; },
                          {.look_every = seconds(0), .tick = std::chrono::milliseconds(5)});
  std::jthread thread([&](const std::stop_token& stop) { follower.run(stop); });
  wait_for(series::Outcome::ok, all.size());
  thread.request_stop();
  thread.join();
  EXPECT_EQ(outcomes()[series::Outcome::pending], 0);
  shared->account.metrics = false;
  std::jthread again([&](const std::stop_token& stop) { follower.run(stop); });
  wait_for(series::Outcome::off, all.size());
  again.request_stop();
  again.join();
  // Switched on, with nothing left to spend: that is what is said, not that they are off.
  shared->account.metrics = true;
  book_->meter().set_metrics_budget(view().id, Money());
  std::jthread on([&](const std::stop_token& stop) { follower.run(stop); });
  wait_for(series::Outcome::budget, all.size());
  EXPECT_EQ(outcomes()[series::Outcome::off], 0);
}

HM_ON_BOTH_STORES(MetricTest);

}  // namespace
}  // namespace hm::collect
