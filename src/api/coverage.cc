#include <set>

#include "api/coverage_numbers.h"
#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_coverage(Services& services, const Request& request);
Result<ServerResponse> list_sweeps(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/coverage", Access::viewer, get_coverage},
    {"GET", "/api/v1/sweeps", Access::viewer, list_sweeps},
};

Json account_json(const KnownAccount& account) {
  JsonArray regions;
  for (const auto& [region, counts] : account.regions) {
    regions.push_back(JsonObject{{"region", region}, {"counts", counts.json()}});
  }
  return JsonObject{
      {"account_id", account.entry.account_id},
      {"account_name", account.entry.name.empty() ? account.entry.account_id : account.entry.name},
      {"counts", account.counts.json()},
      {"regions", std::move(regions)}};
}

struct Missing {
  std::set<std::string> accounts, types;
  std::string message;
};

template <class Items>
JsonArray texts(const Items& items) {
  JsonArray array;
  for (const auto& item : items) array.emplace_back(item);
  return array;
}

JsonArray missing_permissions(const Services& services, const std::vector<inventory::SweepState>& denied) {
  std::map<std::string, Missing> missing;
  for (const auto& sweep : denied) {
    std::string permission = note_of(sweep, "missing_permission");
    if (permission.empty()) {
      // AWS did not say which; the list call is what was denied, and its action leads the type's permissions.
      const auto* type = services.catalog->find(sweep.place.type);
      permission = type && type->permissions.size() == 1
                       ? type->permissions.front()
                       : note_of(sweep, "service") + ":" + note_of(sweep, "operation");
    }
    Missing& one = missing[permission];
    one.accounts.insert(sweep.place.account_id);
    one.types.insert(sweep.place.type);
    if (one.message.empty()) one.message = std::string(member_text(sweep.error, "message"));
  }
  JsonArray items;
  for (const auto& [permission, one] : missing) {
    items.push_back(JsonObject{{"permission", permission},
                               {"accounts", texts(one.accounts)},
                               {"types", texts(one.types)},
                               {"message", one.message}});
  }
  return items;
}

// What is off is not looked at, which is another thing than nothing being there.
JsonArray not_asked(Services& services) {
  return services.unasked.with([&](auto& known) {
    if (!known) known = catalog::unasked(*services.catalog);
    JsonArray items;
    for (const auto& one : *known)
      items.push_back(
          JsonObject{{"service", one.service}, {"title", one.title}, {"tables", one.tables.size()}});
    return items;
  });
}

Result<ServerResponse> get_coverage(Services& services, const Request& request) {
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto accounts, known_accounts(services, scope));
  HM_TRY(const auto unknown, inventory::list_unknown(services.database, scope));
  HM_TRY(const auto denied, inventory::list_sweeps(services.database, scope, inventory::Outcome::denied));
  SweepTally counts;
  JsonArray account_items;
  for (const auto& account : accounts) {
    counts.add(account.counts);
    account_items.push_back(account_json(account));
  }
  counts.pending += still_to_come(services, scope, counts);
  JsonArray fields;
  for (const auto& field : unknown) {
    fields.push_back(JsonObject{{"type", field.type},
                                {"what", field.what},
                                {"code", field.code},
                                {"reason", field.reason},
                                {"resources", field.resources},
                                {"example_id", field.example_id}});
  }
  return json_answer(JsonObject{{"as_of", time_or_null(counts.oldest)},
                                {"counts", counts.json()},
                                {"accounts", std::move(account_items)},
                                {"missing_permissions", missing_permissions(services, denied)},
                                {"unknown_fields", std::move(fields)},
                                {"not_asked", not_asked(services)}});
}

Json sweep_json(const Services& services, const inventory::SweepState& sweep,
                const std::map<std::string, std::string>& names) {
  return JsonObject{{"account_id", sweep.place.account_id},
                    {"account_name", name_of(names, sweep.place.account_id)},
                    {"region", sweep.place.region},
                    {"type", sweep.place.type},
                    {"type_title", type_title(services, sweep.place.type)},
                    {"outcome", to_string(sweep.outcome)},
                    {"started_at", format_iso(sweep.started_at)},
                    {"swept_at", time_or_null(sweep.ok_at)},
                    {"duration_ms", static_cast<double>(sweep.duration.count()) / 1000},
                    {"calls", sweep.calls},
                    {"resources", sweep.ok_count ? Json(*sweep.ok_count) : Json(nullptr)},
                    {"problem", problem_json(sweep)}};
}

// Of what was never asked there is nothing to tell: it is counted, and listed where it is asked for.
std::vector<inventory::Outcome> outcomes_of(std::string_view wanted) {
  using inventory::Outcome;
  if (wanted.empty()) return {};
  if (wanted == "not_ok") return {Outcome::denied, Outcome::throttled, Outcome::failed, Outcome::skipped};
  return {*inventory::outcome_from(wanted)};
}

Result<ServerResponse> list_sweeps(Services& services, const Request& request) {
  inventory::SweepQuery query;
  HM_TRY(query.limit, limit_of(request));
  HM_TRY(query.start, position_of(request));
  const std::string_view wanted = request.param("outcome");
  if (!wanted.empty() && wanted != "not_ok" && !inventory::outcome_from(wanted)) {
    return invalid("outcome", "outcome is ok, denied, throttled, failed, skipped, pending or not_ok");
  }
  query.outcomes = outcomes_of(wanted);
  query.type = request.param("type");
  HM_TRY(const auto names, services.accounts.names());
  HM_TRY(const auto page, inventory::page_sweeps(services.database, scope_of(request), query));
  JsonArray items;
  for (const auto& sweep : page.sweeps) items.push_back(sweep_json(services, sweep, *names));
  const int64_t next = query.start + query.limit;
  return json_answer(JsonObject{
      {"items", std::move(items)},
      {"total", page.total},
      {"next_cursor", next < page.total ? Json(make_cursor(std::to_string(next))) : Json(nullptr)}});
}

}  // namespace

std::span<const Route> coverage_routes() { return kRoutes; }

}  // namespace hm::api
