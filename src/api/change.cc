#include "api/coverage_numbers.h"
#include "api/resource_json.h"
#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_changes(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/changes", Access::viewer, list_changes},
};

Result<ServerResponse> list_changes(Services& services, const Request& request) {
  HM_TRY(const int limit, limit_of(request));
  HM_TRY(const int64_t before, position_of(request));
  std::optional<Time> since;
  if (const auto text = request.param("since"); !text.empty()) {
    auto time = parse_iso(text);
    if (!time) return invalid("since", "since is a time such as 2026-01-31T12:00:00Z");
    since = *time;
  }
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto events, inventory::list_events(services.database, scope, before, limit, since));
  HM_TRY(const SweepTally counts, sweep_tally(services, scope));
  JsonArray items;
  for (const auto& event : events) items.push_back(change_json(event));
  const bool more = events.size() == static_cast<size_t>(limit);
  return json_answer(
      JsonObject{{"items", std::move(items)},
                 {"next_cursor", more ? Json(make_cursor(std::to_string(events.back().seq))) : Json(nullptr)},
                 {"as_of", time_or_null(counts.oldest)}});
}

}  // namespace

std::span<const Route> change_routes() { return kRoutes; }

}  // namespace hm::api
