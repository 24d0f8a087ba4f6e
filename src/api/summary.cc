#include "api/change_json.h"
#include "api/coverage_numbers.h"
#include "api/resource_json.h"
#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_summary(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/summary", Access::viewer, get_summary},
};

constexpr int kTop = 50;
constexpr int kRecent = 20;

template <class Title>
JsonArray counts_json(const inventory::Counts& counts, Title title) {
  JsonArray items;
  for (const auto& count : counts.values) {
    items.push_back(
        JsonObject{{"value", count.value}, {"title", title(count.value)}, {"count", count.count}});
  }
  return items;
}

Json unknown_item(std::string_view what, std::string_view reason, std::string_view code) {
  return JsonObject{{"what", what}, {"reason", reason}, {"code", code}, {"since", nullptr}};
}

// What these numbers leave out, in words.
JsonArray gaps_of(const SweepTally& counts, const inventory::Untagged& untagged) {
  JsonArray unknown;
  if (counts.ok == 0 && !counts.oldest) {
    unknown.push_back(unknown_item("resources", "no account has been read successfully so far", "not_swept"));
  }
  const auto add = [&](int64_t count, std::string_view code, std::string_view why) {
    if (count == 0) return;
    unknown.push_back(unknown_item("resources", std::to_string(count) + " sweeps " + std::string(why), code));
  };
  add(counts.denied, "denied", "were denied: permissions are missing");
  add(counts.throttled, "throttled", "were throttled by AWS");
  add(counts.failed, "failed", "failed");
  add(counts.pending, "not_swept", "or more are still to come");
  if (untagged.undecided > 0) {
    unknown.push_back(unknown_item("resources without tags",
                                   "no tag is known of " + std::to_string(untagged.undecided) +
                                       " more, of which something could not be read",
                                   "unknown"));
  }
  return unknown;
}

Result<ServerResponse> get_summary(Services& services, const Request& request) {
  const identity::Scope scope = scope_of(request);
  store::Database& database = services.database;
  HM_TRY(const auto names, resource_names(services));
  HM_TRY(const auto accounts, known_accounts(services, scope));
  SweepTally counts;
  for (const auto& account : accounts) {
    counts.add(account.counts);
  }
  counts.pending += still_to_come(services, scope, counts);
  HM_TRY(const auto facets, inventory::count_facets(database, scope, {}, kTop));
  HM_TRY(const auto untagged,
         inventory::count_untagged(database, scope, services.catalog->types_with_tags()));
  // To the minute, so that the count holds for all who ask within it.
  const Time day_ago =
      std::chrono::floor<std::chrono::minutes>(services.clock.now()) - std::chrono::hours(24);
  HM_TRY(const auto changes, inventory::count_events(database, scope, {.from = day_ago}));
  HM_TRY(const auto recent, inventory::list_events(database, scope, {.from = day_ago}, "", kRecent));
  // Before anything was read well, there may be anything: no number says so, least of all 0.
  const bool known = counts.oldest.has_value();
  const auto number = [&](int64_t value) { return known ? Json(value) : Json(nullptr); };
  JsonArray recent_changes;
  HM_TRY(const auto who, who_made(services, recent.events));
  for (size_t i = 0; i < recent.events.size(); ++i)
    recent_changes.push_back(change_json(recent.events[i], who[i], names));
  const auto itself = [](const std::string& value) { return value; };
  return json_answer(JsonObject{
      {"as_of", time_or_null(counts.oldest)},
      {"resources", number(facets.total)},
      {"untagged", number(untagged.count)},
      {"accounts", static_cast<int64_t>(accounts.size())},
      {"regions", static_cast<int64_t>(facets.region.values.size()) + facets.region.more},
      {"by_type", counts_json(facets.type, [&](const auto& type) { return type_title(services, type); })},
      {"by_account",
       counts_json(facets.account, [&](const auto& id) { return name_of(names.accounts, id); })},
      {"by_region", counts_json(facets.region, itself)},
      {"changes_24h", JsonObject{{"created", number(changes.created)},
                                 {"found", number(changes.found)},
                                 {"changed", number(changes.changed)},
                                 {"gone", number(changes.gone)}}},
      {"coverage", counts.json()},
      {"recent_changes", std::move(recent_changes)},
      {"unknown", gaps_of(counts, untagged)}});
}

}  // namespace

std::span<const Route> summary_routes() { return kRoutes; }

}  // namespace hm::api
