#include <algorithm>
#include <charconv>

#include "api/route.h"
#include "inventory/read.h"
#include "series/read.h"

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

Json chart_json(const series::Chart& chart) {
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

// What the catalog names first is looked at first; what it names no more comes last.
void sort_as_declared(std::vector<series::Chart>& charts, const catalog::ResourceType* type) {
  if (type == nullptr) return;
  const auto rank = [&](const series::Chart& chart) {
    const auto& declared = chart.series.declared;
    const auto found = std::find_if(type->metrics.begin(), type->metrics.end(), [&](const auto& metric) {
      return metric.name == declared.name && metric.metric_namespace == declared.metric_namespace &&
             metric.statistic == declared.statistic;
    });
    return found - type->metrics.begin();
  };
  std::stable_sort(charts.begin(), charts.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

Result<ServerResponse> get_series(Services& services, const Request& request) {
  HM_TRY(const auto detail, inventory::get_resource(services.database, scope_of(request), request.path[0]));
  HM_TRY(const auto range, range_of(request, services.clock.now()));
  const int64_t number = inventory::resource_number(std::string_view(detail.resource.id)).value_or(0);
  auto charts = series::read_charts(services.database, number, range);
  if (!charts && charts.error().code == "range") return invalid("step", charts.error().message);
  if (!charts) return std::move(charts.error());
  const auto* type = services.catalog->find(detail.resource.place.type);
  sort_as_declared(*charts, type);
  JsonArray items;
  for (const auto& chart : *charts) items.push_back(chart_json(chart));
  return json_answer(
      JsonObject{{"from", format_iso(range.from)},
                 {"to", format_iso(range.to)},
                 {"declared", type == nullptr ? 0 : static_cast<int64_t>(type->metrics.size())},
                 {"items", std::move(items)}});
}

}  // namespace

std::span<const Route> series_routes() { return kRoutes; }

}  // namespace hm::api
