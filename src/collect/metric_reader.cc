#include "collect/metric_reader.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "collect/sweep.h"

namespace hm::collect {

using series::Point;
using series::Series;

namespace {

constexpr const char* kService = "cloudwatch";
constexpr const char* kStatistics = "GetMetricStatistics";
constexpr const char* kData = "GetMetricData";
// Beyond what is free: $0.01 for 1,000 metrics.
constexpr int64_t kMetricsPerDollar = 100'000;

Time floor_to(Time time, std::chrono::seconds period) {
  const int64_t step = Micros(period).count();
  return from_micros(to_micros(time) / step * step);
}

// The end of the calendar month, UTC: when the meter turns.
Time end_of_month(Time now) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
  const auto next = day.year() / day.month() + std::chrono::months(1);
  return std::chrono::sys_days(next / 1);
}

// Between 0 and 1, always the same for a series.
double share_of(int64_t id) {
  return static_cast<double>((static_cast<uint64_t>(id) * 0x9e3779b97f4a7c15ULL) >> 40) /
         static_cast<double>(1 << 24);
}

series::Outcome outcome_of_metrics(const Error& error) {
  if (error.code == "budget_exceeded") return series::Outcome::budget;
  switch (outcome_of(error)) {
    case inventory::Outcome::denied:
      return series::Outcome::denied;
    case inventory::Outcome::throttled:
      return series::Outcome::throttled;
    default:
      return series::Outcome::failed;
  }
}

Json dimensions_of(const Series& series) {
  auto parsed = parse_json(series.declared.dimensions);
  return parsed ? std::move(*parsed) : Json(JsonArray{});
}

bool is_plain(const std::string& statistic) { return !statistic.starts_with('p'); }

void add_point(std::vector<Point>& points, std::string_view at, const Json& value) {
  const auto time = parse_iso(at);
  if (time && value.is_number()) points.push_back({*time, value.to_number<double>()});
}

}  // namespace

// One series and the window that is asked for.
struct MetricReader::Job {
  const Series* series = nullptr;
  Time now;
  Time from, to;    // of the window; empty where nothing is due
  Time settled;     // to here the window is final
  Time known_from;  // read_from of the series, once it was read
  Time known_to;    // and read_to
  std::vector<Point> points;
  std::optional<Error> error;

  int64_t periods() const { return (to - from) / Micros(series->declared.period); }
};

// As whom and where.
struct MetricReader::Asking {
  const AccountView& view;
  const std::string& region;
  aws::Target target;
  std::stop_token stop;
  int64_t calls = 0;
};

std::chrono::seconds interval_of(const aws::PricedMeter::MetricsRoom& room, int64_t count, int64_t accounts,
                                 Time now, const MetricOptions& options) {
  if (!room.usd || count <= 0) return options.least_interval;
  const double free =
      static_cast<double>(room.free_requests) / static_cast<double>(std::max<int64_t>(1, accounts));
  const double paid = room.usd->approximate() * kMetricsPerDollar;
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(end_of_month(now) - now);
  const auto lasting = [&](double requests_a_read) {
    return static_cast<double>(count) * static_cast<double>(left.count()) /
           std::max(1.0, free / requests_a_read + paid);
  };
  // A free request tells kMostStatisticsPoints at most: who reads seldom needs several for a read. What is
  // paid for is priced by the metric, however long the window.
  const double window = static_cast<double>(kMostStatisticsPoints * series::Declared{}.period.count());
  double seconds = lasting(1);
  if (seconds > window) seconds = lasting(std::ceil(seconds / window));
  if (seconds >= static_cast<double>(options.most_interval.count())) return options.most_interval;
  return std::max(options.least_interval, std::chrono::seconds(static_cast<int64_t>(seconds)));
}

MetricReader::Job MetricReader::job_of(const Series& series, Time now) const {
  Job job;
  job.series = &series;
  job.now = now;
  const auto period = series.declared.period;
  const bool daily = period >= std::chrono::days(1);
  const Micros lateness = daily ? Micros(options_.daily_lateness) : Micros(options_.lateness);
  // A series of one point a day begins with as many days as are worth a chart: they cost nothing more.
  const Micros first = daily ? Micros(options_.first_look) * 4 : Micros(options_.first_look);
  const Micros behind = daily ? Micros(options_.most_behind) * 4 : Micros(options_.most_behind);
  job.to = floor_to(now, period);
  job.settled = floor_to(now - lateness, period);
  // What was read by a clock that was ahead is not known: it was asked for before it was there.
  const bool goes_on = series.read_to && *series.read_to > now - behind && *series.read_to <= now;
  job.from = goes_on ? floor_to(*series.read_to, period) : floor_to(now - first, period);
  job.known_from = goes_on ? series.read_from.value_or(job.from) : job.from;
  job.known_to = goes_on ? std::max(job.settled, *series.read_to) : job.settled;
  if (job.from > job.to) job.from = job.to;
  return job;
}

Status MetricReader::get_statistics(Asking& asking, const Job& job, Time from, Time to,
                                    std::vector<Point>& points) const {
  const auto& declared = job.series->declared;
  JsonObject params{{"Namespace", declared.metric_namespace},
                    {"MetricName", declared.name},
                    {"Dimensions", dimensions_of(*job.series)},
                    {"StartTime", format_iso(from)},
                    {"EndTime", format_iso(to)},
                    {"Period", declared.period.count()}};
  params[is_plain(declared.statistic) ? "Statistics" : "ExtendedStatistics"] =
      JsonArray{Json(declared.statistic)};
  const auto permit = tools_.limits.acquire(asking.view.id, asking.region, kService, asking.stop);
  if (!permit) return make_error(ErrorKind::cancelled, "stopped", "the program is stopping");
  ++asking.calls;
  auto answer = tools_.reachability.call(
      asking.region, kService, false, call_options(asking.stop), [&](const aws::CallOptions& options) {
        return tools_.client.call(kService, kStatistics, Json(params), asking.target, options);
      });
  if (!answer)
    return explain(std::move(answer.error()),
                   {kService, kStatistics, JsonObject{}, {"cloudwatch:GetMetricStatistics"}});
  const Json* rows = member(*answer, "Datapoints");
  if (rows == nullptr || !rows->is_array()) return ok();
  for (const Json& row : rows->get_array()) {
    const Json* extended = member(row, "ExtendedStatistics");
    const Json* value = member(extended != nullptr ? *extended : row, declared.statistic);
    if (value != nullptr) add_point(points, member_text(row, "Timestamp"), *value);
  }
  return ok();
}

void MetricReader::ask_one(Asking& asking, Job& job) const {
  const Micros most = Micros(job.series->declared.period) * kMostStatisticsPoints;
  for (Time at = job.from; at < job.to && !job.error; at += most) {
    auto status = get_statistics(asking, job, at, std::min(at + most, job.to), job.points);
    if (!status) job.error = std::move(status.error());
  }
}

Status MetricReader::get_data(Asking& asking, const std::vector<Job*>& jobs) const {
  JsonArray queries;
  Time from = jobs.front()->from, to = jobs.front()->to;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const auto& declared = jobs[i]->series->declared;
    from = std::min(from, jobs[i]->from);
    to = std::max(to, jobs[i]->to);
    queries.push_back(JsonObject{
        {"Id", "m" + std::to_string(i)},
        {"MetricStat", JsonObject{{"Metric", JsonObject{{"Namespace", declared.metric_namespace},
                                                        {"MetricName", declared.name},
                                                        {"Dimensions", dimensions_of(*jobs[i]->series)}}},
                                  {"Period", declared.period.count()},
                                  {"Stat", declared.statistic}}}});
  }
  const Json params = JsonObject{{"MetricDataQueries", std::move(queries)},
                                 {"StartTime", format_iso(from)},
                                 {"EndTime", format_iso(to)},
                                 {"ScanBy", "TimestampAscending"}};
  std::map<std::string, std::string, std::less<>> status_of;
  const auto take = [&](const Json& page) -> Status {
    ++asking.calls;
    const Json* results = member(page, "MetricDataResults");
    if (results == nullptr || !results->is_array()) return ok();
    for (const Json& result : results->get_array()) {
      const auto id = member_text(result, "Id");
      const size_t number =
          id.starts_with('m') ? std::strtoul(std::string(id.substr(1)).c_str(), nullptr, 10) : jobs.size();
      const Json* times = member(result, "Timestamps");
      const Json* values = member(result, "Values");
      if (number >= jobs.size() || times == nullptr || values == nullptr) continue;
      status_of[std::string(id)] = member_text(result, "StatusCode");
      const size_t count = std::min(times->as_array().size(), values->as_array().size());
      for (size_t k = 0; k < count; ++k)
        add_point(jobs[number]->points, as_text(times->as_array()[k]), values->as_array()[k]);
    }
    return ok();
  };
  const auto permit = tools_.limits.acquire(asking.view.id, asking.region, kService, asking.stop);
  if (!permit) return make_error(ErrorKind::cancelled, "stopped", "the program is stopping");
  auto status = tools_.reachability.call(
      asking.region, kService, false, call_options(asking.stop), [&](const aws::CallOptions& options) {
        return tools_.client.pages(kService, kData, params, asking.target, take, options);
      });
  if (!status) {
    ++asking.calls;  // one that failed was a call too
    return explain(std::move(status.error()), {kService, kData, JsonObject{}, {"cloudwatch:GetMetricData"}});
  }
  for (size_t i = 0; i < jobs.size(); ++i) {
    const auto told = status_of.find("m" + std::to_string(i));
    if (told != status_of.end() && told->second == "Complete") continue;
    jobs[i]->error = make_error(ErrorKind::unavailable, told == status_of.end() ? "no_answer" : told->second,
                                "CloudWatch has not told all that was asked for");
  }
  return ok();
}

// As many at once as a request may hold, longest windows together.
void MetricReader::ask_many(Asking& asking, std::vector<Job*> jobs) const {
  std::sort(jobs.begin(), jobs.end(), [](const Job* a, const Job* b) { return a->from < b->from; });
  size_t at = 0;
  while (at < jobs.size() && !asking.stop.stop_requested()) {
    const auto room = meter_.metrics_room(asking.view.id);
    const auto affordable =
        room.usd ? static_cast<size_t>(std::max(1.0, room.usd->approximate() * kMetricsPerDollar + 1e-6))
                 : kMostQueries;
    const Time from = jobs[at]->from;
    std::vector<Job*> batch;
    int64_t points = 0;
    for (; at < jobs.size() && batch.size() < std::min(kMostQueries, affordable); ++at) {
      const int64_t more = (jobs[at]->to - from) / Micros(jobs[at]->series->declared.period) + 1;
      if (!batch.empty() && points + more > kMostPoints) break;
      points += more;
      batch.push_back(jobs[at]);
    }
    auto status = get_data(asking, batch);
    if (status) continue;
    for (Job* job : batch) job->error = status.error();
    // What could not be paid for now cannot be paid for in the next request either.
    if (status.error().code != "budget_exceeded") continue;
    for (; at < jobs.size(); ++at) jobs[at]->error = status.error();
  }
}

Time MetricReader::due_of(const Job& job, std::chrono::seconds interval) const {
  if (job.error) {
    if (is_by_chance(*job.error) || is_unreachable(*job.error)) return job.now + options_.retry;
    const Time later = job.now + options_.retry_later;
    // A new month has a new budget.
    return job.error->code == "budget_exceeded" ? std::min(later, end_of_month(job.now)) : later;
  }
  const auto last = job.points.empty() ? job.series->last_point_at : std::optional(job.points.back().at);
  const bool quiet = !last || job.now - *last > options_.quiet_after;
  auto next = quiet ? std::max(interval, options_.quiet_interval) : interval;
  if (job.series->declared.period >= std::chrono::days(1)) next = std::max(next, options_.quiet_interval / 2);
  // All begin together; from then on each has a turn of its own.
  const double share = job.series->looked_at ? 1.0 : 0.5 + share_of(job.series->id) / 2;
  return job.now + std::chrono::duration_cast<Micros>(next * share);
}

series::Reading MetricReader::reading_of(const Job& job, std::chrono::seconds interval) const {
  series::Reading reading;
  reading.series = job.series;
  reading.looked_at = job.now;
  reading.due_at = due_of(job, interval);
  if (job.error) {
    reading.outcome = outcome_of_metrics(*job.error);
    reading.code = job.error->code;
    reading.message = job.error->message;
    const auto permission = job.error->notes.find("missing_permission");
    if (permission != job.error->notes.end()) reading.message += " (needs " + permission->second + ")";
    reading.read_from = job.series->read_from;
    reading.read_to = job.series->read_to;
    return reading;
  }
  reading.read_from = job.known_from;
  reading.read_to = job.known_to;
  reading.points = job.points;
  std::sort(reading.points.begin(), reading.points.end(),
            [](const Point& a, const Point& b) { return a.at < b.at; });
  return reading;
}

MetricsRead MetricReader::read(const AccountView& view, const std::string& region,
                               const std::vector<Series>& due, std::chrono::seconds interval,
                               const std::stop_token& stop) const {
  MetricsRead result;
  const Time now = tools_.clock.now();
  Asking asking{view, region, view.account.target, stop};
  asking.target.region = region;
  asking.target.account_id = view.id;
  std::vector<Job> jobs;
  jobs.reserve(due.size());
  for (const Series& one : due) jobs.push_back(job_of(one, now));
  std::vector<Job*> paid;
  for (Job& job : jobs) {
    if (view.failure) {
      job.error = *view.failure;
    } else if (job.from >= job.to) {
      continue;
    } else if (meter_.metrics_room(view.id).free_requests > 0) {
      ask_one(asking, job);
    } else {
      paid.push_back(&job);
    }
    if (stop.stop_requested()) return result;
  }
  ask_many(asking, paid);
  result.calls = asking.calls;
  // What was given up half-way says nothing.
  if (stop.stop_requested()) return result;
  std::vector<series::Reading> readings;
  for (const Job& job : jobs) {
    readings.push_back(reading_of(job, interval));
    ++result.series;
    result.points += static_cast<int64_t>(job.points.size());
    if (job.error && !result.error) result.error = job.error;
  }
  if (auto kept = series::record(database_, readings); !kept) result.error = std::move(kept.error());
  return result;
}

}  // namespace hm::collect
