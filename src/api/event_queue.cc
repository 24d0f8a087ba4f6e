#include "api/event_queue.h"

#include "api/coverage_numbers.h"
#include "api/route.h"
#include "inventory/event_queue.h"

namespace hm::api {

namespace {

// A queue that nobody has asked for so long is not known any more: a reader notes it at least each minute or
// so, also while it fails.
constexpr std::chrono::minutes kSilent{3};

Result<ServerResponse> list_queues(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/event-queues", Access::viewer, list_queues},
};

Json seconds_or_null(const std::optional<Micros>& duration) {
  return duration ? Json(static_cast<double>(duration->count()) / 1e6) : Json(nullptr);
}

// ok, pending, or why what comes through it is not known.
std::string state_of(const inventory::EventQueue& queue, Time now) {
  const bool asked = queue.outcome != inventory::Outcome::pending;
  if (asked && now - queue.asked_at > kSilent) return "silent";
  return std::string(to_string(queue.outcome));
}

Json queue_json(const inventory::EventQueue& queue, Time now,
                const std::map<std::string, std::string>& names) {
  const std::string state = state_of(queue, now);
  const auto& counts = queue.counts;
  const Time unknown_since = state == "silent" ? queue.asked_at : queue.since;
  return JsonObject{
      {"url", queue.url},
      {"account_id", queue.account_id},
      {"account_name", name_of(names, queue.account_id)},
      {"region", queue.region},
      {"state", state},
      {"not_known_since", state == "ok" ? Json(nullptr) : Json(format_iso(unknown_since))},
      {"code", queue.code},
      {"message", state == "silent" ? std::string("no collector has asked it since") : queue.message},
      {"asked_at", format_iso(queue.asked_at)},
      {"received_at", time_or_null(queue.received_at)},
      {"event_at", time_or_null(queue.event_at)},
      {"lag_s", seconds_or_null(queue.lag)},
      {"delay_s", seconds_or_null(queue.delay)},
      {"refusal", queue.refusal.empty() ? Json(nullptr) : Json(queue.refusal)},
      {"counts", JsonObject{{"received", counts.received},
                            {"looks", counts.looks},
                            {"coalesced", counts.coalesced},
                            {"places", counts.places},
                            {"nothing", counts.nothing},
                            {"malformed", counts.malformed},
                            {"unrecognized", counts.unrecognized},
                            {"elsewhere", counts.elsewhere},
                            {"kept", counts.kept}}}};
}

Result<ServerResponse> list_queues(Services& services, const Request& request) {
  HM_TRY(const auto queues, inventory::list_event_queues(services.database, scope_of(request)));
  HM_TRY(const auto names, services.accounts.names());
  const Time now = services.clock.now();
  JsonArray items;
  for (const auto& queue : queues) items.push_back(queue_json(queue, now, *names));
  return json_answer(JsonObject{{"items", std::move(items)}});
}

}  // namespace

void count_event_queues(Services& services) {
  const auto queues = inventory::list_event_queues(services.database, {});
  if (!queues) return;
  const Time now = services.clock.now();
  inventory::QueueCounts sum;
  int64_t not_read = 0;
  Micros delay{0};
  for (const auto& queue : *queues) {
    if (state_of(queue, now) != "ok") ++not_read;
    sum.received += queue.counts.received;
    sum.looks += queue.counts.looks;
    sum.malformed += queue.counts.malformed + queue.counts.unrecognized;
    sum.kept += queue.counts.kept;
    delay = std::max(delay, queue.delay.value_or(Micros(0)));
  }
  services.metrics.set("hostmaster_event_queues", static_cast<int64_t>(queues->size()));
  services.metrics.set("hostmaster_event_queues_not_read", not_read);
  services.metrics.set("hostmaster_event_messages_total", sum.received);
  services.metrics.set("hostmaster_event_looks_total", sum.looks);
  services.metrics.set("hostmaster_event_useless_total", sum.malformed);
  services.metrics.set("hostmaster_event_kept_total", sum.kept);
  services.metrics.set("hostmaster_event_delay_milliseconds", delay.count() / 1000);
}

std::span<const Route> event_queue_routes() { return kRoutes; }

}  // namespace hm::api
