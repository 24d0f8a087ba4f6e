#include "series/series.h"

#include <cmath>

#include <gtest/gtest.h>

#include "series/read.h"
#include "store/test_database.h"

namespace hm::series {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const char* const kAccount = "111111111111";

Declared cpu() {
  return {"AWS/EC2",   "CPUUtilization", "Average", R"([{"Name":"InstanceId","Value":"i-1"}])",
          "eu-west-1", seconds(300),     true};
}

// 2026-11-23T12:00:00Z is now.
class SeriesTest : public store::DatabaseTest {
 protected:
  void declare_all(const std::vector<Declared>& metrics, int64_t resource = 1) {
    const auto done = database().write("declaring", [&](store::Transaction& transaction) {
      return declare(transaction, kAccount, resource, metrics, clock_.now());
    });
    ASSERT_OK(done);
  }
  std::vector<Series> due() {
    auto found = list_due(database(), kAccount, clock_.now(), 100);
    EXPECT_TRUE(found.has_value()) << found.error().text();
    return found ? std::move(*found) : std::vector<Series>{};
  }
  // Everything from `from` to `to`, a value each five minutes.
  Reading look(const Series& series, Time from, Time to,
               const std::function<std::optional<double>(int64_t)>& value) {
    Reading reading;
    reading.series = &series;
    reading.looked_at = clock_.now();
    reading.due_at = clock_.now() + hours(1);
    reading.read_from = series.read_from.value_or(from);
    reading.read_to = to;
    for (Time at = from; at < to; at += series.declared.period) {
      const auto one = value((at - from) / Micros(series.declared.period));
      if (one) reading.points.push_back({at, *one});
    }
    return reading;
  }
  std::vector<Chart> charts(Time from, Time to, seconds step = seconds(0), int64_t resource = 1) {
    auto read = read_charts(database(), resource, {from, to, step});
    EXPECT_TRUE(read.has_value()) << read.error().text();
    return read ? std::move(*read) : std::vector<Chart>{};
  }
  Size size() { return *measure(database()); }
  Time now() const { return clock_.now(); }
};

TEST_P(SeriesTest, WhatIsDeclaredIsDueAndUnknown) {
  declare_all({cpu()});
  ASSERT_EQ(due().size(), 1U);
  EXPECT_EQ(due()[0].outcome, Outcome::pending);
  EXPECT_EQ(due()[0].declared.dimensions, cpu().dimensions);
  const auto chart = charts(now() - hours(1), now()).at(0);
  EXPECT_TRUE(chart.points.empty());
  ASSERT_EQ(chart.gaps.size(), 1U);
  EXPECT_EQ(chart.gaps[0].reason, Absent::not_read);
}

TEST_P(SeriesTest, PointsOfTodayAreRowsAndOfEarlierDaysChunks) {
  declare_all({cpu()});
  const auto series = due().at(0);
  const Time from = now() - days(2);
  ASSERT_OK(record(database(), {look(series, from, now(), [](int64_t i) { return i % 90 + 0.5; })}));
  EXPECT_EQ(size().points_in_rows, 144);
  EXPECT_EQ(size().chunks, 2);
  EXPECT_EQ(size().points_in_chunks, 432);
  const auto chart = charts(from, now(), seconds(300)).at(0);
  ASSERT_EQ(chart.points.size(), 576U);
  EXPECT_TRUE(chart.gaps.empty());
  for (size_t i = 0; i < chart.points.size(); ++i)
    EXPECT_EQ(chart.points[i].value, static_cast<double>(i % 90) + 0.5);
  EXPECT_TRUE(due().empty());
}

// The same window comes again, with other values at its end: they take the places of the first ones.
TEST_P(SeriesTest, ADayIsSealedOnceItIsKnownAndLateValuesWin) {
  declare_all({cpu()});
  auto series = due().at(0);
  clock_.set(*parse_iso("2026-11-23T23:50:00Z"));
  const Time morning = *parse_iso("2026-11-23T08:00:00Z"), midnight = *parse_iso("2026-11-24T00:00:00Z");
  ASSERT_OK(record(database(), {look(series, morning, now(), [](int64_t) { return 1.0; })}));
  EXPECT_EQ(size().chunks, 0);
  clock_.set(midnight + minutes(20));
  series = list_due(database(), kAccount, now() + hours(2), 10)->at(0);
  ASSERT_OK(
      record(database(), {look(series, midnight - minutes(30), midnight, [](int64_t) { return 2.0; })}));
  EXPECT_EQ(size().chunks, 1);
  EXPECT_EQ(size().points_in_rows, 0);
  const auto chart = charts(morning, midnight, seconds(300)).at(0);
  ASSERT_EQ(chart.points.size(), 192U);
  EXPECT_EQ(chart.points[185].value, 1);
  EXPECT_EQ(chart.points[186].value, 2);
}

TEST_P(SeriesTest, AFailureKeepsWhatIsKnownAndSaysWhyNotMore) {
  declare_all({cpu()});
  auto series = due().at(0);
  ASSERT_OK(
      record(database(), {look(series, now() - hours(2), now() - hours(1), [](int64_t) { return 5.0; })}));
  series = list_due(database(), kAccount, now() + hours(2), 10)->at(0);
  Reading refused;
  refused.series = &series;
  refused.outcome = Outcome::budget;
  refused.code = "budget_exceeded";
  refused.message = "the budget is used up";
  refused.looked_at = now();
  refused.due_at = now() + hours(1);
  refused.read_from = series.read_from;
  refused.read_to = series.read_to;
  ASSERT_OK(record(database(), {refused}));
  const auto chart = charts(now() - hours(2), now(), seconds(300)).at(0);
  EXPECT_EQ(chart.series.outcome, Outcome::budget);
  EXPECT_EQ(chart.series.code, "budget_exceeded");
  EXPECT_EQ(chart.points.size(), 12U);
  ASSERT_EQ(chart.gaps.size(), 1U);
  EXPECT_EQ(chart.gaps[0].from, now() - hours(1));
  EXPECT_EQ(chart.gaps[0].reason, Absent::not_read);
}

TEST_P(SeriesTest, NothingThereIsNoDataForWhatIsAlwaysToldAndZeroForSumsOfEvents) {
  auto errors = cpu();
  errors.name = "Errors";
  errors.statistic = "Sum";
  errors.continuous = false;
  auto duration = errors;
  duration.name = "Duration";
  duration.statistic = "Average";
  declare_all({cpu(), errors, duration});
  std::vector<Reading> readings;
  const auto all = due();
  for (const auto& one : all)
    readings.push_back(look(one, now() - hours(1), now(),
                            [](int64_t i) { return i < 6 ? std::optional<double>(3) : std::nullopt; }));
  ASSERT_OK(record(database(), readings));
  const auto found = charts(now() - hours(1), now(), seconds(300));
  ASSERT_EQ(found.size(), 3U);
  const auto& [cpu_chart, duration_chart, errors_chart] = std::tie(found[0], found[1], found[2]);
  EXPECT_EQ(cpu_chart.points.size(), 6U);
  ASSERT_EQ(cpu_chart.gaps.size(), 1U);
  EXPECT_EQ(cpu_chart.gaps[0].reason, Absent::no_data);
  ASSERT_EQ(duration_chart.gaps.size(), 1U);
  EXPECT_EQ(duration_chart.gaps[0].reason, Absent::no_events);
  EXPECT_TRUE(errors_chart.gaps.empty());
  ASSERT_EQ(errors_chart.points.size(), 12U);
  EXPECT_EQ(errors_chart.points[11].value, 0);
}

// A private zone, or a wrong dimension: nobody knows whether anything happened.
TEST_P(SeriesTest, WhatHasNeverToldAnythingIsNoDataAndNeverZero) {
  auto queries = cpu();
  queries.statistic = "Sum";
  queries.continuous = false;
  auto latency = queries;
  latency.statistic = "Average";
  declare_all({queries, latency});
  const auto all = due();
  const auto nothing = [](int64_t) { return std::optional<double>(); };
  for (const auto& one : all) ASSERT_OK(record(database(), {look(one, now() - hours(1), now(), nothing)}));
  const auto found = charts(now() - hours(1), now(), seconds(300));
  ASSERT_EQ(found.size(), 2U);
  for (const auto& chart : found) {
    EXPECT_TRUE(chart.points.empty());
    ASSERT_EQ(chart.gaps.size(), 1U);
    EXPECT_EQ(chart.gaps[0].reason, Absent::no_data);
  }
}

TEST_P(SeriesTest, StepsAreMadeByTheStatistic) {
  std::vector<Declared> metrics;
  for (const char* statistic : {"Average", "Maximum", "Minimum", "Sum"}) {
    metrics.push_back(cpu());
    metrics.back().statistic = statistic;
  }
  declare_all(metrics);
  std::vector<Reading> readings;
  const auto all = due();
  for (const auto& one : all)
    readings.push_back(look(one, now() - hours(2), now(), [](int64_t i) { return i % 12 + 1.0; }));
  ASSERT_OK(record(database(), readings));
  const auto found = charts(now() - hours(2), now(), seconds(3600));
  std::map<std::string, double> first;
  for (const auto& chart : found) {
    EXPECT_EQ(chart.points.size(), 2U);
    first[chart.series.declared.statistic] = chart.points.at(0).value;
  }
  EXPECT_EQ(first,
            (std::map<std::string, double>{{"Average", 6.5}, {"Maximum", 12}, {"Minimum", 1}, {"Sum", 78}}));
}

// An hour that has not ended yet would look like a fall.
TEST_P(SeriesTest, AStepThatIsNotKnownWholeIsNoValue) {
  declare_all({cpu()});
  const auto series = due().at(0);
  ASSERT_OK(
      record(database(), {look(series, now() - hours(3), now() - minutes(30), [](int64_t) { return 1.0; })}));
  const auto chart = charts(now() - hours(3), now(), seconds(3600)).at(0);
  EXPECT_EQ(chart.points.size(), 2U);
  ASSERT_EQ(chart.gaps.size(), 1U);
  EXPECT_EQ(chart.gaps[0].from, now() - hours(1));
}

TEST_P(SeriesTest, WhatIsNotDeclaredAnyMoreIsKeptAndNotRead) {
  auto other = cpu();
  other.name = "NetworkIn";
  declare_all({cpu(), other});
  const auto all = due();
  ASSERT_OK(record(database(), {look(all[0], now() - hours(1), now(), [](int64_t) { return 1.0; })}));
  EXPECT_EQ(*count_read(database(), kAccount), 2);
  declare_all({});
  EXPECT_EQ(*count_read(database(), kAccount), 0);
  EXPECT_EQ(size().points_in_rows, 0) << "sealed, as nothing comes any more";
  EXPECT_EQ(charts(now() - hours(1), now(), seconds(300)).at(0).points.size(), 12U);
  declare_all({cpu(), other});
  EXPECT_EQ(*count_read(database(), kAccount), 2) << "and read again when it is back";
}

TEST_P(SeriesTest, WhatEndsAndComesBackTheSameDayCountsEachPointOnce) {
  auto sum = cpu();
  sum.statistic = "Sum";
  declare_all({sum});
  const auto series = due().at(0);
  const auto reading = [&](double value) {
    return look(series, now() - hours(1), now(), [=](int64_t) { return value; });
  };
  ASSERT_OK(record(database(), {reading(1)}));
  declare_all({});
  EXPECT_EQ(size().points_in_rows, 0);
  ASSERT_OK(record(database(), {reading(2)}));  // it was under way
  EXPECT_EQ(size().points_in_rows, 0) << "sealed, as nothing comes any more";
  EXPECT_EQ(charts(now() - hours(1), now(), seconds(3600)).at(0).points.at(0).value, 24);
  declare_all({sum});
  ASSERT_OK(record(database(), {reading(3)}));
  EXPECT_EQ(size().points_in_rows, 12);
  const auto chart = charts(now() - hours(1), now(), seconds(3600)).at(0);
  ASSERT_EQ(chart.points.size(), 1U);
  EXPECT_EQ(chart.points[0].value, 36) << "what came later wins";
}

TEST_P(SeriesTest, OldDaysBecomeHoursAndAreForgotten) {
  auto sum = cpu();
  sum.statistic = "Sum";
  declare_all({cpu(), sum});
  const auto all = due();
  const Time old = std::chrono::floor<days>(now() - days(100));
  std::vector<Reading> readings;
  for (const auto& one : all) {
    readings.push_back(look(one, old, old + days(1), [](int64_t i) { return i % 12 + 1.0; }));
    readings.back().read_to = now();
  }
  ASSERT_OK(record(database(), readings));
  EXPECT_EQ(size().points_in_chunks, 576);
  auto aged = age(database(), now(), days(395), {});
  ASSERT_OK(aged);
  EXPECT_EQ(aged->thinned, 2);
  EXPECT_EQ(size().points_in_chunks, 48);
  const auto charts_then = charts(old, old + days(1), seconds(3600));
  EXPECT_EQ(charts_then.at(0).points.at(5).value, 6.5);
  EXPECT_EQ(charts_then.at(1).points.at(5).value, 78);
  EXPECT_EQ(age(database(), now(), days(395), {})->thinned, 0);
  EXPECT_EQ(age(database(), now() + days(300), days(395), {})->forgotten, 2);
  EXPECT_EQ(size().chunks, 0);
  for (const auto& chart : charts(old, old + days(1), seconds(3600))) {
    EXPECT_TRUE(chart.points.empty());
    ASSERT_EQ(chart.gaps.size(), 1U);
    EXPECT_EQ(chart.gaps[0].reason, Absent::not_read);
  }
}

// Five minutes stay for 63 days, unless the user keeps metrics for less.
TEST_P(SeriesTest, WhatIsKeptForAShortTimeIsForgottenBeforeItIsThinned) {
  auto errors = cpu();
  errors.statistic = "Sum";
  errors.continuous = false;
  declare_all({errors});
  const auto all = due();
  const Time today = std::chrono::floor<days>(now());
  ASSERT_OK(record(database(), {look(all[0], today - days(20), now(), [](int64_t) { return 1.0; })}));
  EXPECT_EQ(size().chunks, 20);
  EXPECT_EQ(age(database(), now(), days(7), {})->forgotten, 13);
  EXPECT_EQ(size().chunks, 7);
  const auto chart = charts(today - days(20), today, seconds(3600)).at(0);
  EXPECT_EQ(chart.points.size(), 7U * 24);
  ASSERT_EQ(chart.gaps.size(), 1U);
  EXPECT_EQ(chart.gaps[0].to, today - days(7));
  EXPECT_EQ(chart.gaps[0].reason, Absent::not_read);
  // A day later a new day's rows are old too, though nothing has sealed them.
  ASSERT_OK(age(database(), now() + days(8), days(7), {}));
  EXPECT_EQ(size().points_in_rows, 0);
}

TEST_P(SeriesTest, OnePointADayIsARow) {
  auto objects = cpu();
  objects.name = "NumberOfObjects";
  objects.period = days(1);
  declare_all({objects});
  const auto series = due().at(0);
  const Time from = std::chrono::floor<days>(now()) - days(20);
  ASSERT_OK(record(database(), {look(series, from, from + days(20),
                                     [](int64_t i) { return 100.0 + static_cast<double>(i); })}));
  EXPECT_EQ(size().chunks, 0);
  const auto chart = charts(from, from + days(20)).at(0);
  EXPECT_EQ(chart.step, seconds(86400));
  EXPECT_EQ(chart.points.size(), 20U);
  ASSERT_OK(age(database(), now() + days(386), days(395), {}));
  EXPECT_LT(size().points_in_rows, 20);
}

TEST_P(SeriesTest, AnImpossibleRangeIsRefused) {
  declare_all({cpu()});
  EXPECT_EQ(read_charts(database(), 1, {now(), now() - hours(1)}).error().code, "range");
  EXPECT_EQ(read_charts(database(), 1, {now() - days(60), now(), seconds(300)}).error().code, "range");
}

TEST(KeptValue, HasSixSignificantDigits) {
  EXPECT_EQ(kept_value(12), 12);
  EXPECT_EQ(kept_value(123456789012), 123456789012);
  EXPECT_EQ(kept_value(1.0 / 3), 0.333333);
  EXPECT_EQ(kept_value(-12.3456789), -12.3457);
  EXPECT_EQ(kept_value(1234567.89), 1234568);
  EXPECT_EQ(kept_value(0.000123456789), 0.000123457);
  EXPECT_TRUE(std::isnan(kept_value(NAN)));
}

HM_ON_BOTH_STORES(SeriesTest);

}  // namespace
}  // namespace hm::series
