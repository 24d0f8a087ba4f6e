// The sum of a metric that is kept in parts: known only where all of them are.
#include "series/total.h"

#include <gtest/gtest.h>

#include "store/test_database.h"

namespace hm::series {
namespace {

using std::chrono::days;
using std::chrono::hours;

const char* const kAccount = "111111111111";

// 2026-11-23T12:00:00Z is now; `day(0)` is the midnight before it.
class TotalTest : public store::DatabaseTest {
 protected:
  static Declared size_of(const std::string& part) {
    return {"AWS/S3", "BucketSizeBytes", "Average", "[]", "eu-west-1", days(1), true, part};
  }
  Time day(int number) const { return *parse_iso("2026-11-23T00:00:00Z") + days(number); }

  void declare_all(const std::vector<std::string>& parts) {
    std::vector<Declared> metrics;
    metrics.reserve(parts.size());
    for (const auto& part : parts) metrics.push_back(size_of(part));
    ASSERT_OK(database().write("declaring", [&](store::Transaction& transaction) {
      return declare(transaction, kAccount, 1, metrics, clock_.now());
    }));
  }
  Series series_of(const std::string& part) {
    const auto all = *list_series(database(), 1);
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Series& one) { return one.declared.part == part; });
    EXPECT_NE(found, all.end()) << part;
    return *found;
  }
  // Read from `from` to `to`, with these values of days.
  void look(const std::string& part, int from, int to, const std::map<int, double>& values) {
    const Series series = series_of(part);
    Reading reading;
    reading.series = &series;
    reading.looked_at = clock_.now();
    reading.due_at = clock_.now() + hours(12);
    reading.read_from = day(from);
    reading.read_to = day(to);
    for (const auto& [at, value] : values) reading.points.push_back({day(at), value});
    ASSERT_OK(record(database(), {reading}));
  }
  Chart total(int from, int to) {
    const auto charts = *read_charts(database(), 1, {day(from), day(to), {}});
    std::vector<const Chart*> parts;
    for (const auto& chart : charts) parts.push_back(&chart);
    return total_of(parts);
  }
  // "3 ? -": a value, CloudWatch has none, not read.
  std::string told(int from, int to) {
    const auto chart = total(from, to);
    std::string text;
    for (int at = from; at < to; ++at) {
      for (const auto& point : chart.points)
        if (point.at == day(at)) text += std::to_string(static_cast<int64_t>(point.value)) + " ";
      for (const auto& gap : chart.gaps)
        if (gap.from <= day(at) && day(at) < gap.to) text += gap.reason == Absent::not_read ? "- " : "? ";
    }
    return text;
  }
};

TEST_P(TotalTest, IsTheSumWhereAllPartsAreKnown) {
  declare_all({"GlacierStorage", "StandardStorage"});
  look("StandardStorage", -5, 0, {{-5, 1}, {-4, 1}, {-3, 1}, {-2, 2}, {-1, 2}});
  EXPECT_EQ(told(-5, 0), "- - - - - ") << "nothing is known of the other";
  look("GlacierStorage", -5, 0, {{-5, 10}, {-4, 10}, {-3, 10}, {-2, 10}, {-1, 10}});
  EXPECT_EQ(told(-5, 0), "11 11 11 12 12 ");
  EXPECT_EQ(told(-7, -4), "- - 11 ") << "before they were read";
  EXPECT_EQ(total(-5, 0).series.outcome, Outcome::ok);
  EXPECT_TRUE(total(-5, 0).series.declared.part.empty());
}

TEST_P(TotalTest, ADayThatOnePartWasNotToldOfIsUnknown) {
  declare_all({"GlacierStorage", "StandardStorage"});
  look("StandardStorage", -5, 0, {{-5, 1}, {-4, 1}, {-3, 1}, {-2, 1}, {-1, 1}});
  look("GlacierStorage", -5, 0, {{-5, 10}, {-3, 10}, {-2, 10}});
  EXPECT_EQ(told(-5, 0), "11 ? 11 11 ? ");
}

TEST_P(TotalTest, WhatHadNotBegunAndWhatHasGoneCountsForNothing) {
  declare_all({"GlacierStorage", "StandardStorage"});
  look("StandardStorage", -9, 0,
       {{-9, 1}, {-8, 1}, {-7, 1}, {-6, 1}, {-5, 1}, {-4, 1}, {-3, 1}, {-2, 1}, {-1, 1}});
  look("GlacierStorage", -9, 0, {{-8, 10}, {-7, 10}});
  // Three days it may just not have been told.
  EXPECT_EQ(told(-9, 0), "1 11 11 ? ? ? 1 1 1 ");
  // Read no more, since it is listed no more: then it is gone from where it was read to.
  declare_all({"StandardStorage"});
  clock_.advance(days(2));
  look("StandardStorage", -9, 2, {{0, 1}, {1, 1}});
  EXPECT_EQ(told(-2, 2), "1 1 1 1 ");
  declare_all({});
  EXPECT_EQ(told(0, 4), "1 1 - - ") << "of a bucket that is gone nothing is known";
}

TEST_P(TotalTest, SaysWhyAPartIsNotKnown) {
  declare_all({"GlacierStorage", "StandardStorage"});
  look("StandardStorage", -2, 0, {{-2, 1}, {-1, 1}});
  const Series refused = series_of("GlacierStorage");
  Reading reading;
  reading.series = &refused;
  reading.outcome = Outcome::budget;
  reading.code = "budget_exceeded";
  reading.message = "the budget is used up";
  reading.looked_at = clock_.now();
  reading.due_at = clock_.now() + hours(12);
  ASSERT_OK(record(database(), {reading}));
  EXPECT_EQ(told(-2, 0), "- - ");
  EXPECT_EQ(total(-2, 0).series.outcome, Outcome::budget);
  EXPECT_EQ(total(-2, 0).series.message, "the budget is used up");
  EXPECT_FALSE(total(-2, 0).series.read_to.has_value());
}

HM_ON_BOTH_STORES(TotalTest);

}  // namespace
}  // namespace hm::series
