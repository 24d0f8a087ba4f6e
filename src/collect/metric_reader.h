// Reads metrics from CloudWatch: whole windows at once, what is free first, never beyond the budget.
//
// GetMetricStatistics gives one metric a request, at most 1,440 points, and is among the million requests
// that are free a month. GetMetricData gives up to 500 metrics and 100,800 points a request and is never
// free. Both cost $0.01 for 1,000 metrics beyond that, and a window of five days costs as much as one of five
// minutes: so metrics are read seldom and whole, and how often follows from what may be spent (interval_of).
//
// CloudWatch's values settle within minutes: what is younger than `lateness` is read again.
#pragma once

#include <string>
#include <vector>

#include "aws/priced_meter.h"
#include "collect/accounts.h"
#include "collect/details.h"
#include "series/series.h"

namespace hm::collect {

struct MetricOptions {
  std::chrono::days first_look{14};  // so far back a new series begins
  // What is further back is given up, and is unknown for good: AWS keeps five minutes for 63 days.
  std::chrono::days most_behind{series::kFine - std::chrono::days(1)};
  std::chrono::minutes lateness{15};
  std::chrono::hours daily_lateness{48};  // of what is told once a day: S3's sizes come a day late
  std::chrono::seconds least_interval{3600};
  std::chrono::seconds most_interval{series::kLongestWait};
  std::chrono::seconds quiet_interval{86'400};  // of what has told nothing for `quiet_after`
  std::chrono::hours quiet_after{72};
  std::chrono::seconds retry{900};           // after a failure by chance
  std::chrono::seconds retry_later{21'600};  // after a refusal: of AWS, or of the budget
};

inline constexpr size_t kMostQueries = 500;
inline constexpr int64_t kMostPoints = 100'800;
inline constexpr int64_t kMostStatisticsPoints = 1'440;

// How often each of `count` series can be read until the month ends: so often that what may be spent lasts.
std::chrono::seconds interval_of(const aws::PricedMeter::MetricsRoom& room, int64_t count, int64_t accounts,
                                 Time now, const MetricOptions& options);

struct MetricsRead {
  int64_t series = 0, points = 0, calls = 0;
  std::optional<Error> error;  // the first, of AWS or of the store
};

// Thread-safe.
class MetricReader {
 public:
  // All outlive it.
  MetricReader(const Tools& tools, store::Database& database, aws::PricedMeter& meter,
               MetricOptions options = {})
      : tools_(tools), database_(database), meter_(meter), options_(options) {}

  // Reads these series of one account and region (the declared one), and keeps what they tell. `interval`:
  // when they are due again.
  MetricsRead read(const AccountView& view, const std::string& region, const std::vector<series::Series>& due,
                   std::chrono::seconds interval, const std::stop_token& stop) const;
  const MetricOptions& options() const { return options_; }
  aws::PricedMeter& meter() const { return meter_; }

 private:
  struct Job;
  struct Asking;
  Job job_of(const series::Series& series, Time now) const;
  void ask_one(Asking& asking, Job& job) const;
  void ask_many(Asking& asking, std::vector<Job*> jobs) const;
  Status get_statistics(Asking& asking, const Job& job, Time from, Time to,
                        std::vector<series::Point>& points) const;
  Status get_data(Asking& asking, const std::vector<Job*>& jobs) const;
  series::Reading reading_of(const Job& job, std::chrono::seconds interval) const;
  Time due_of(const Job& job, std::chrono::seconds interval) const;

  const Tools& tools_;
  store::Database& database_;
  aws::PricedMeter& meter_;
  const MetricOptions options_;
};

}  // namespace hm::collect
