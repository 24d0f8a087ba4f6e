#include "api/metrics.h"

#include <array>

namespace hm::api {

namespace {

struct Known {
  std::string_view name, type, help;
};
constexpr std::array kKnown = {
    Known{"hostmaster_live_sockets", "gauge", "Open WebSockets."},
    Known{"hostmaster_live_messages_total", "counter", "Messages sent over WebSockets."},
    Known{"hostmaster_query_running", "gauge", "SQL statements of users that run now."},
    Known{"hostmaster_query_refused_total", "counter", "SQL statements refused because too many ran."},
    Known{"hostmaster_event_queues", "gauge", "Queues that events come through."},
    Known{"hostmaster_event_queues_not_read", "gauge", "Queues whose events are not known now."},
    Known{"hostmaster_event_messages_total", "counter", "Messages received from queues of events."},
    Known{"hostmaster_event_looks_total", "counter", "Resources looked at because of an event."},
    Known{"hostmaster_event_useless_total", "counter",
          "Messages that were no events, or of an unknown kind."},
    Known{"hostmaster_event_kept_total", "counter",
          "Messages left in the queue because they could not be acted on."},
    Known{"hostmaster_event_delay_milliseconds", "gauge",
          "From the arrival of the latest messages to their recorded looks, of the slowest queue."},
    Known{"hostmaster_change_log_position", "gauge", "Last change that was sent to live pages."},
};

}  // namespace

void Metrics::request(std::string_view method, std::string_view route, int status,
                      std::chrono::microseconds took) {
  const std::string key = std::string(method) + " " + std::string(route);
  numbers_.with([&](Numbers& numbers) {
    Route& one = numbers.routes[key];
    ++one.by_status[status];
    ++one.count;
    one.seconds += std::chrono::duration<double>(took).count();
  });
}

void Metrics::add(std::string_view name, int64_t by) {
  numbers_.with([&](Numbers& numbers) { numbers.values[std::string(name)] += by; });
}

void Metrics::set(std::string_view name, int64_t value) {
  numbers_.with([&](Numbers& numbers) { numbers.values[std::string(name)] = value; });
}

std::string Metrics::text() const {
  return numbers_.with([](const Numbers& numbers) {
    std::string requests =
        "# HELP hostmaster_http_requests_total Requests by route and status.\n"
        "# TYPE hostmaster_http_requests_total counter\n";
    std::string seconds =
        "# HELP hostmaster_http_request_seconds Time that handlers took.\n"
        "# TYPE hostmaster_http_request_seconds summary\n";
    for (const auto& [key, route] : numbers.routes) {
      const size_t space = key.find(' ');
      const std::string labels =
          "method=\"" + key.substr(0, space) + "\",route=\"" + key.substr(space + 1) + "\"";
      for (const auto& [status, count] : route.by_status) {
        requests += "hostmaster_http_requests_total{" + labels + ",status=\"" + std::to_string(status) +
                    "\"} " + std::to_string(count) + "\n";
      }
      seconds += "hostmaster_http_request_seconds_sum{" + labels + "} " + std::to_string(route.seconds) +
                 "\n" + "hostmaster_http_request_seconds_count{" + labels + "} " +
                 std::to_string(route.count) + "\n";
    }
    std::string all = requests + seconds;
    for (const Known& known : kKnown) {
      const auto found = numbers.values.find(std::string(known.name));
      const int64_t value = found == numbers.values.end() ? 0 : found->second;
      all += "# HELP " + std::string(known.name) + " " + std::string(known.help) + "\n# TYPE " +
             std::string(known.name) + " " + std::string(known.type) + "\n" + std::string(known.name) + " " +
             std::to_string(value) + "\n";
    }
    return all;
  });
}

}  // namespace hm::api
