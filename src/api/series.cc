#include <algorithm>
#include <charconv>
#include <set>

#include "api/route.h"
#include "inventory/payload.h"
#include "inventory/read.h"
#include "series/read.h"
#include "series/total.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_series(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/resources/{id}/series", Access::viewer, get_series},
};

Result<Time> time_of(const Request& request, std::string_view name, Time otherwise) {
  const auto text = request.param(name);
  if (text.empty()) return otherwise;
  auto time = parse_iso(text);
  if (!time) return invalid(name, std::string(name) + " is a time such as 2026-11-23T12:00:00Z");
  return *time;
}

Result<series::Range> range_of(const Request& request, Time now) {
  series::Range range;
  HM_TRY(range.to, time_of(request, "to", now));
  HM_TRY(range.from, time_of(request, "from", range.to - std::chrono::hours(24)));
  if (range.from >= range.to) return invalid("from", "from must be earlier than to");
  const auto step = request.param("step");
  if (step.empty()) return range;
  int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(step.data(), step.data() + step.size(), seconds);
  if (failed != std::errc() || end != step.data() + step.size() || seconds < 60 || seconds > 7 * 86'400)
    return invalid("step", "step is a number of seconds from 60 to 604800");
  range.step = std::chrono::seconds(seconds);
  return range;
}

// `parts`: of how many series it is the sum; nothing: it is none.
Json chart_json(const series::Chart& chart, std::optional<int64_t> parts) {
  const series::Series& one = chart.series;
  JsonArray points, gaps;
  points.reserve(chart.points.size());
  for (const auto& point : chart.points)
    points.push_back(JsonArray{Json(to_micros(point.at) / 1'000'000), Json(point.value)});
  for (const auto& gap : chart.gaps)
    gaps.push_back(JsonObject{
        {"from", format_iso(gap.from)}, {"to", format_iso(gap.to)}, {"reason", to_string(gap.reason)}});
  return JsonObject{{"namespace", one.declared.metric_namespace},
                    {"name", one.declared.name},
                    {"statistic", one.declared.statistic},
                    {"part", text_or_null(one.declared.part)},
                    {"parts", parts ? Json(*parts) : Json()},
                    {"continuous", one.declared.continuous},
                    {"period_seconds", one.declared.period.count()},
                    {"step_seconds", chart.step.count()},
                    {"outcome", to_string(one.outcome)},
                    {"code", text_or_null(one.code)},
                    {"reason", text_or_null(one.message)},
                    {"read_from", time_or_null(one.read_from)},
                    {"read_to", time_or_null(one.read_to)},
                    {"looked_at", time_or_null(one.looked_at)},
                    {"due_at", time_or_null(one.due_at)},
                    {"points", std::move(points)},
                    {"gaps", std::move(gaps)}};
}

bool is_of(const series::Declared& declared, const catalog::Metric& metric) {
  return metric.name == declared.name && metric.metric_namespace == declared.metric_namespace &&
         metric.statistic == declared.statistic;
}

// Nothing of the range is known, so far.
series::Chart unknown_chart(const catalog::Metric& metric, const series::Range& range) {
  series::Chart chart;
  chart.series.declared.metric_namespace = metric.metric_namespace;
  chart.series.declared.name = metric.name;
  chart.series.declared.statistic = metric.statistic;
  chart.series.declared.period = metric.period;
  chart.series.declared.continuous = metric.continuous;
  chart.step = std::max(range.step, metric.period);
  chart.gaps = {{range.from, range.to, series::Absent::not_read}};
  return chart;
}

// Why it is not known which parts there are; nothing: it is.
const inventory::UnknownPart* why_unknown(const catalog::Metric& metric, const inventory::State& state) {
  for (const auto& [name, why] : state.unknown)
    if (inventory::reads_unknown(metric.parts.second, {{name, why}})) return &why;
  return nullptr;
}

series::Outcome outcome_of(std::string_view code) {
  if (code == "budget_exceeded") return series::Outcome::budget;
  return code.find("Denied") != std::string_view::npos ? series::Outcome::denied : series::Outcome::failed;
}

// The sum of a metric that is kept in parts. Where it could not be asked which there are, more may have come:
// the sum of the known ones is none then.
series::Chart total_chart(const catalog::Metric& metric, const std::vector<const series::Chart*>& parts,
                          const inventory::State& state, const series::Range& range) {
  series::Chart total = parts.empty() ? unknown_chart(metric, range) : series::total_of(parts);
  if (const auto* why = why_unknown(metric, state)) {
    total.points.clear();
    total.gaps = {{range.from, range.to, series::Absent::not_read}};
    total.series.outcome = outcome_of(why->code);
    total.series.code = why->code;
    total.series.message = why->message;
  } else if (parts.empty() && metric.parts.second.eval(state.document).is_array()) {
    // CloudWatch lists none: of what is empty it tells nothing.
    total.series.outcome = series::Outcome::ok;
    total.gaps.front().reason = series::Absent::no_data;
  }
  return total;
}

// What the catalog names first comes first, a sum before its parts; what it names no more comes last.
JsonArray items_of(const std::vector<series::Chart>& charts, const catalog::ResourceType* type,
                   const inventory::State& state, const series::Range& range) {
  JsonArray items;
  std::set<const series::Chart*> told;
  if (type != nullptr && !charts.empty()) {
    for (const auto& metric : type->metrics) {
      std::vector<const series::Chart*> own;
      for (const auto& chart : charts)
        if (is_of(chart.series.declared, metric)) own.push_back(&chart);
      if (!metric.parts.first.empty()) {
        const auto read = std::count_if(own.begin(), own.end(),
                                        [](const auto* part) { return part->series.due_at.has_value(); });
        items.push_back(chart_json(total_chart(metric, own, state, range), read));
      }
      for (const auto* chart : own)
        if (told.insert(chart).second) items.push_back(chart_json(*chart, std::nullopt));
    }
  }
  for (const auto& chart : charts)
    if (told.insert(&chart).second) items.push_back(chart_json(chart, std::nullopt));
  return items;
}

Result<ServerResponse> get_series(Services& services, const Request& request) {
  HM_TRY(const auto detail, inventory::get_resource(services.database, scope_of(request), request.path[0]));
  HM_TRY(const auto range, range_of(request, services.clock.now()));
  const int64_t number = inventory::resource_number(std::string_view(detail.resource.id)).value_or(0);
  auto charts = series::read_charts(services.database, number, range);
  if (!charts && charts.error().code == "range") return invalid("step", charts.error().message);
  if (!charts) return std::move(charts.error());
  const auto* type = services.catalog->find(detail.resource.place.type);
  return json_answer(
      JsonObject{{"from", format_iso(range.from)},
                 {"to", format_iso(range.to)},
                 {"declared", type == nullptr ? 0 : static_cast<int64_t>(type->metrics.size())},
                 {"items", items_of(*charts, type, detail.state, range)}});
}

}  // namespace

std::span<const Route> series_routes() { return kRoutes; }

}  // namespace hm::api
