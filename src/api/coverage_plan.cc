// The refresh planner's view: when what comes next, how late it is, what it takes and how fast AWS may be
// asked.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "api/coverage_numbers.h"
#include "api/route.h"
#include "aws/rate_limit.h"
#include "catalog/call_check.h"
#include "collect/scheduler.h"
#include "collect/spending_report.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_plan(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/coverage/plan", Access::viewer, get_plan},
};

// The scheduler looks twice a second: what has waited less is not late.
constexpr std::chrono::seconds kOnTime{1};

struct Turns {
  int64_t places = 0, ok = 0, not_ok = 0, throttled = 0, running = 0, overdue = 0;
  Micros lag{0};
  std::optional<Time> next_due, last_ok;

  void add(const inventory::TypeSweeps& sweeps) {
    places += sweeps.places;
    if (sweeps.outcome == inventory::Outcome::ok) ok += sweeps.places;
    if (sweeps.outcome == inventory::Outcome::throttled) throttled += sweeps.places;
    const bool asked = sweeps.outcome != inventory::Outcome::pending;
    if (asked && sweeps.outcome != inventory::Outcome::ok) not_ok += sweeps.places;
    take_older(sweeps.oldest_ok);
  }
  void add(const collect::PlannedPlace& place, Time now) {
    if (place.running) {
      ++running;
      return;
    }
    if (!next_due || place.due < *next_due) next_due = place.due;
    if (now - place.due < kOnTime) return;
    ++overdue;
    lag = std::max<Micros>(lag, now - place.due);
  }
  void add(const Turns& other) {
    places += other.places;
    ok += other.ok;
    not_ok += other.not_ok;
    throttled += other.throttled;
    running += other.running;
    overdue += other.overdue;
    lag = std::max(lag, other.lag);
    if (other.next_due && (!next_due || *other.next_due < *next_due)) next_due = other.next_due;
    take_older(other.last_ok);
  }
  void take_older(const std::optional<Time>& at) {
    if (at && (!last_ok || *at < *last_ok)) last_ok = at;
  }
  // `collects`: whether anything is known of the turns.
  void write(JsonObject& json, bool collects) const {
    const auto known = [&](int64_t number) { return collects ? Json(number) : Json(nullptr); };
    json["places"] = places;
    json["ok"] = ok;
    json["not_ok"] = not_ok;
    json["throttled"] = throttled;
    json["running"] = known(running);
    json["overdue"] = known(overdue);
    json["lag_seconds"] = known(std::chrono::duration_cast<std::chrono::seconds>(lag).count());
    json["next_due"] = time_or_null(next_due);
    json["last_ok"] = time_or_null(last_ok);
  }
};

// 0: no limit of ours.
double rate_share(const Services& services) {
  for (const Setting& setting : services.settings)
    if (setting.name == "aws_rate_share" && setting.value)
      return std::strtod(setting.value->c_str(), nullptr);
  return 0;
}

Result<Json> rate_json(const catalog::Call& call, double share) {
  HM_TRY(const auto operation, catalog::find_operation(call.service, call.operation));
  const auto rate = aws::published_rate(call.service, call.operation, aws::class_of(operation), call.params);
  return JsonObject{{"call", call.service + ":" + call.operation},
                    {"per_second", rate.per_second * (share > 0 ? share : 1)},
                    {"burst", std::max(1.0, rate.burst * (share > 0 ? share : 1))},
                    {"published", rate.published}};
}

Result<Json> type_json(const catalog::ResourceType& type, const Turns& turns, bool collects, double share) {
  JsonArray details;
  for (const auto& detail : type.details) {
    const auto every = std::max(detail.refresh, type.refresh);
    details.push_back(JsonObject{{"call", detail.call.service + ":" + detail.call.operation},
                                 {"refresh_seconds", every.count()}});
  }
  JsonObject json{{"type", type.id},
                  {"type_title", type.title},
                  {"refresh_seconds", type.refresh.count()},
                  {"details", std::move(details)}};
  turns.write(json, collects);
  HM_TRY(json["rate"], rate_json(type.list, share));
  return json;
}

// What calls have taken, by AWS's service.
struct Taken {
  int64_t day = 0, month = 0;
  Money cost_usd;
};
using Calls = std::map<std::string, Taken>;

struct Spent {
  std::optional<Time> as_of, since_day;
  Calls services;
  std::map<std::string, Calls> accounts;
};

Result<Spent> read_spent(Services& services, const identity::Scope& scope) {
  const auto sees = [&](const std::string& id) { return scope.allows_account(id); };
  HM_TRY(const auto month, collect::read_spending(services.database, sees));
  HM_TRY(const auto day, collect::read_day_spending(services.database, sees));
  Spent spent;
  spent.as_of = month.as_of;
  spent.since_day = day.since;
  for (const auto& account : month.accounts) {
    for (const auto& row : account.rows) {
      for (Taken* taken : {&spent.services[row.service], &spent.accounts[account.account_id][row.service]}) {
        taken->month += row.calls;
        taken->cost_usd += row.cost_usd;
      }
    }
  }
  for (const auto& [of, calls] : day.calls) {
    spent.services[of.second].day += calls;
    spent.accounts[of.first][of.second].day += calls;
  }
  return spent;
}

void write_taken(JsonObject& json, const Taken& taken, const Spent& spent) {
  json["calls_24h"] = spent.since_day ? Json(taken.day) : Json(nullptr);
  json["calls"] = spent.as_of ? Json(taken.month) : Json(nullptr);
  json["cost_usd"] = spent.as_of ? Json(taken.cost_usd.text()) : Json(nullptr);
}

// The types of one service, with the services of AWS's that list them: each is told of once.
struct Service {
  std::vector<const catalog::ResourceType*> types;
  std::set<std::string> asked;
};

std::map<std::string, Service> services_of(const catalog::Catalog& catalog, const Spent& spent) {
  std::map<std::string, Service> all;
  std::set<std::string> taken;
  for (const auto& type : catalog.resources()) {
    Service& service = all[type.id.substr(0, type.id.find('/'))];
    service.types.push_back(&type);
    if (taken.insert(type.list.service).second) service.asked.insert(type.list.service);
  }
  for (const auto& [name, calls] : spent.services)
    if (taken.insert(name).second) all[name].asked.insert(name);
  return all;
}

JsonArray accounts_json(const std::map<std::string, std::string>& names, const Spent& spent) {
  JsonArray accounts;
  for (const auto& [id, services] : spent.accounts) {
    JsonArray items;
    for (const auto& [name, taken] : services)
      items.push_back(JsonObject{{"service", name},
                                 {"calls_24h", spent.since_day ? Json(taken.day) : Json(nullptr)},
                                 {"calls", taken.month},
                                 {"cost_usd", taken.cost_usd.text()}});
    accounts.push_back(
        JsonObject{{"account_id", id}, {"account_name", name_of(names, id)}, {"services", std::move(items)}});
  }
  return accounts;
}

Result<std::map<std::string, Turns>> turns_of(Services& services, const identity::Scope& scope) {
  std::map<std::string, Turns> turns;
  HM_TRY(const auto sweeps, inventory::tally_types(services.database, scope));
  for (const auto& one : sweeps) turns[one.type].add(one);
  if (!services.planned) return turns;
  const Time now = services.clock.now();
  for (const auto& place : services.planned(scope)) turns[place.place.type].add(place, now);
  return turns;
}

Result<ServerResponse> get_plan(Services& services, const Request& request) {
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto turns, turns_of(services, scope));
  HM_TRY(const Spent spent, read_spent(services, scope));
  HM_TRY(const auto names, services.accounts.names());
  const bool collects = static_cast<bool>(services.planned);
  const double share = rate_share(services);
  JsonArray items;
  for (const auto& [name, service] : services_of(*services.catalog, spent)) {
    Turns all;
    JsonArray types;
    for (const auto* type : service.types) {
      const auto found = turns.find(type->id);
      const Turns here = found == turns.end() ? Turns() : found->second;
      all.add(here);
      HM_TRY(Json item, type_json(*type, here, collects, share));
      types.push_back(std::move(item));
    }
    Taken taken;
    for (const std::string& asked : service.asked) {
      const auto found = spent.services.find(asked);
      if (found == spent.services.end()) continue;
      taken.day += found->second.day;
      taken.month += found->second.month;
      taken.cost_usd += found->second.cost_usd;
    }
    JsonObject item{{"service", name}};
    all.write(item, collects);
    write_taken(item, taken, spent);
    item["types"] = std::move(types);
    items.push_back(std::move(item));
  }
  return json_answer(JsonObject{{"as_of", format_iso(services.clock.now())},
                                {"collects", collects},
                                {"rate_share", share > 0 ? Json(share) : Json(nullptr)},
                                {"counted_since", time_or_null(spent.since_day)},
                                {"calls_as_of", time_or_null(spent.as_of)},
                                {"services", std::move(items)},
                                {"accounts", accounts_json(*names, spent)}});
}

}  // namespace

std::span<const Route> coverage_plan_routes() { return kRoutes; }

}  // namespace hm::api
