// CloudWatch's two ways to ask for numbers, with their limits.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/crypto.h"
#include "base/encoding.h"
#include "sim/state/handlers.h"
#include "sim/state/metric_values.h"

namespace hm::sim {

namespace {

constexpr size_t kMostQueries = 500;
constexpr int64_t kMostPoints = 100'800;
constexpr int64_t kMostStatisticsPoints = 1'440;
constexpr int64_t kMostPeriod = 86'400;
constexpr std::array<std::string_view, 5> kStatistics = {"Average", "Sum", "Maximum", "Minimum",
                                                         "SampleCount"};

struct Range {
  Time from, to;
};

Error invalid(std::string message) { return refusal(400, "ValidationError", std::move(message)); }

// Start times are rounded down: to the minute, and for what is older to five minutes and the hour.
Time rounded(Time time, Time now) {
  const auto age = now - time;
  if (age < std::chrono::hours(24 * 15)) return std::chrono::floor<std::chrono::minutes>(time);
  if (age >= std::chrono::hours(24 * 63)) return std::chrono::floor<std::chrono::hours>(time);
  return from_micros(to_micros(time) / 300'000'000 * 300'000'000);
}

Result<Range> range_of(const Call& call) {
  auto from = parse_iso(call.text("StartTime")), to = parse_iso(call.text("EndTime"));
  if (!from || !to) return invalid("StartTime and EndTime must be timestamps.");
  if (*from >= *to) return invalid("The parameter StartTime must be less than the parameter EndTime.");
  return Range{rounded(*from, call.now), *to};
}

Result<std::chrono::seconds> period_of(const Json& stat) {
  const auto* period = member(stat, "Period");
  const int64_t seconds = period != nullptr && period->is_number() ? period->to_number<int64_t>() : 0;
  const bool high = seconds == 1 || seconds == 5 || seconds == 10 || seconds == 20 || seconds == 30;
  if (!high && (seconds < 60 || seconds % 60 != 0 || seconds > kMostPeriod))
    return refusal(400, "InvalidParameterValue",
                   "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
  return std::chrono::seconds(seconds);
}

// What is older than it is kept in that resolution has no points.
bool is_kept(Time at, std::chrono::seconds period, Time now) {
  const auto age = now - at;
  if (period.count() < 60) return age < std::chrono::hours(3);
  if (period.count() % 300 != 0) return age < std::chrono::hours(24 * 15);
  if (period.count() % 3600 != 0) return age < std::chrono::hours(24 * 63);
  return age < std::chrono::hours(24 * 455);
}

Dimensions dimensions_of(const Json& metric) {
  Dimensions dimensions;
  const auto* list = member(metric, "Dimensions");
  if (list == nullptr || !list->is_array()) return dimensions;
  for (const auto& one : list->get_array())
    dimensions[std::string(member_text(one, "Name"))] = member_text(one, "Value");
  return dimensions;
}

struct Point {
  Time at;
  double value;
};

std::vector<Point> points_of(const std::optional<MetricValues>& values, std::string_view statistic,
                             const Range& range, std::chrono::seconds period, Time now) {
  std::vector<Point> points;
  if (!values) return points;
  const int64_t step = period.count() * 1'000'000;
  const int64_t first = (to_micros(range.from) + step - 1) / step * step;
  for (Time at = from_micros(first); at < range.to && at < now; at += period) {
    if (!is_kept(at, period, now)) continue;
    if (const auto value = values->value(statistic, at, period, now)) points.push_back({at, *value});
  }
  return points;
}

struct Query {
  std::string id, label, statistic;
  std::chrono::seconds period{0};
  std::optional<MetricValues> values;
};

bool is_query_id(std::string_view id) {
  if (id.empty() || id.size() > 255 || id[0] < 'a' || id[0] > 'z') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_statistic(std::string_view name) {
  if (std::find(kStatistics.begin(), kStatistics.end(), name) != kStatistics.end()) return true;
  double percent = 0;
  const auto [end, error] =
      std::from_chars(name.data() + (name.empty() ? 0 : 1), name.data() + name.size(), percent);
  return name.starts_with('p') && error == std::errc() && end == name.data() + name.size() && percent > 0 &&
         percent <= 100;
}

Result<std::vector<Query>> queries_of(const Call& call) {
  const auto* list = call.find("MetricDataQueries");
  if (list == nullptr || !list->is_array() || list->get_array().empty())
    return invalid("The parameter MetricDataQueries is required.");
  if (list->get_array().size() > kMostQueries)
    return invalid("The collection MetricDataQueries must not have a size greater than 500.");
  std::vector<Query> queries;
  for (const auto& one : list->get_array()) {
    Query query;
    query.id = member_text(one, "Id");
    if (!is_query_id(query.id))
      return invalid("The value '" + query.id + "' is not a valid id of a MetricDataQuery.");
    const bool twice =
        std::any_of(queries.begin(), queries.end(), [&](const Query& other) { return other.id == query.id; });
    if (twice) return invalid("Two or more MetricDataQueries have the same id '" + query.id + "'.");
    const auto* stat = member(one, "MetricStat");
    if (stat == nullptr) return invalid("Expressions are not simulated: give a MetricStat.");
    HM_TRY(query.period, period_of(*stat));
    query.statistic = member_text(*stat, "Stat");
    if (!is_statistic(query.statistic))
      return invalid("The value '" + query.statistic + "' is not a valid Stat.");
    const auto* metric = member(*stat, "Metric");
    if (metric == nullptr) return invalid("The parameter MetricStat.Metric is required.");
    const auto name = member_text(*metric, "MetricName");
    query.label = member_text(one, "Label", name);
    query.values = MetricValues::find(call, member_text(*metric, "Namespace"), name, dimensions_of(*metric));
    queries.push_back(std::move(query));
  }
  return queries;
}

// Where a page begins: behind so many points. A token belongs to the request that it was given for.
struct Token {
  std::string form;
  int64_t behind = 0;
};

Result<Token> token_of(const Call& call) {
  Json rest = call.params;
  rest.get_object().erase("NextToken");
  Token token{sha256_hex(to_json(sorted(rest))).substr(0, 16), 0};
  const auto given = call.text("NextToken");
  if (given.empty()) return token;
  const auto text = unbase64(given).value_or(std::string());
  const auto* end = text.data() + text.size();
  const bool ours = text.starts_with(token.form + ".");
  if (!ours || std::from_chars(text.data() + token.form.size() + 1, end, token.behind).ptr != end)
    return refusal(400, "InvalidNextToken", "The next token specified is invalid.");
  return token;
}

Result<int64_t> most_points(const Call& call) {
  const auto* given = call.find("MaxDatapoints");
  if (given == nullptr || !given->is_number()) return kMostPoints;
  const auto most = given->to_number<int64_t>();
  if (most < 1 || most > kMostPoints)
    return invalid("The parameter MaxDatapoints must be between 1 and 100800.");
  return most;
}

}  // namespace

Result<Json> get_metric_data(const Call& call) {
  HM_TRY(const Range range, range_of(call));
  HM_TRY(const auto queries, queries_of(call));
  HM_TRY(const Token token, token_of(call));
  HM_TRY(const int64_t most, most_points(call));
  const bool ascending = call.text("ScanBy") == "TimestampAscending";
  JsonArray results;
  int64_t before = 0;
  bool more = false;
  for (const auto& query : queries) {
    auto points = points_of(query.values, query.statistic, range, query.period, call.now);
    if (!ascending) std::reverse(points.begin(), points.end());
    const auto count = static_cast<int64_t>(points.size());
    const int64_t from = std::clamp<int64_t>(token.behind - before, 0, count);
    const int64_t to = std::clamp<int64_t>(token.behind + most - before, 0, count);
    before += count;
    if (to < count) more = true;
    // What has no point at all stands on the first page.
    if (from == to && (count > 0 || token.behind > 0)) continue;
    JsonArray times, values;
    for (int64_t i = from; i < to; ++i) {
      times.push_back(Json(format_iso(points[static_cast<size_t>(i)].at)));
      values.push_back(points[static_cast<size_t>(i)].value);
    }
    results.push_back(JsonObject{{"Id", query.id},
                                 {"Label", query.label},
                                 {"Timestamps", std::move(times)},
                                 {"Values", std::move(values)},
                                 {"StatusCode", to < count ? "PartialData" : "Complete"}});
  }
  JsonObject answer{{"MetricDataResults", std::move(results)}, {"Messages", JsonArray{}}};
  if (more) answer["NextToken"] = base64(token.form + "." + std::to_string(token.behind + most));
  return Json(std::move(answer));
}

Result<Json> get_metric_statistics(const Call& call) {
  HM_TRY(const Range range, range_of(call));
  HM_TRY(const auto period, period_of(call.params));
  const int64_t wanted = (range.to - range.from + period - Micros(1)) / std::chrono::microseconds(period);
  if (wanted > kMostStatisticsPoints) {
    return refusal(400, "InvalidParameterCombination",
                   "You have requested up to " + std::to_string(wanted) +
                       " datapoints, which exceeds the limit of 1,440. You may reduce the datapoints "
                       "requested by increasing Period, or decreasing the time range.");
  }
  const auto names = [&](const char* parameter) {
    std::vector<std::string> found;
    if (const auto* list = call.find(parameter); list != nullptr && list->is_array())
      for (const auto& one : list->get_array()) found.emplace_back(as_text(one));
    return found;
  };
  const auto plain = names("Statistics"), extended = names("ExtendedStatistics");
  if (plain.empty() == extended.empty()) {
    return refusal(400, "InvalidParameterCombination",
                   "Exactly one of Statistics and ExtendedStatistics must be given.");
  }
  const auto values =
      MetricValues::find(call, call.text("Namespace"), call.text("MetricName"), dimensions_of(call.params));
  JsonArray rows;
  for (const auto& name : plain.empty() ? extended : plain) {
    if (!is_statistic(name)) return invalid("The value '" + name + "' is not a valid statistic.");
    const auto points = points_of(values, name, range, period, call.now);
    rows.resize(std::max(rows.size(), points.size()), JsonObject{});
    for (size_t i = 0; i < points.size(); ++i) {
      auto& row = rows[i].get_object();
      row["Timestamp"] = format_iso(points[i].at);
      row["Unit"] = values->unit();
      if (plain.empty()) {
        row.emplace("ExtendedStatistics", JsonObject{});
        row.at("ExtendedStatistics").get_object()[name] = points[i].value;
      } else {
        row[name] = points[i].value;
      }
    }
  }
  // AWS gives them in no order.
  std::rotate(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2), rows.end());
  return Json(JsonObject{{"Label", call.text("MetricName")}, {"Datapoints", std::move(rows)}});
}

}  // namespace hm::sim
