#include "collect/reachability.h"

namespace hm::collect {

namespace {

constexpr const char* kRegion = "region_unreachable";
constexpr const char* kService = "service_unreachable";

}  // namespace

bool is_unreachable(const Error& error) {
  if (error.kind != ErrorKind::unavailable && error.kind != ErrorKind::timeout) return false;
  // Who closes a connection has taken it: a hiccup, and no silence.
  if (error.code == "connection_closed") return false;
  return !error.notes.contains("http_status");
}

bool is_passed_by(const Error& error) { return error.code == kRegion || error.code == kService; }

bool Reachability::is_shut(const Gate& gate, bool visitor) const {
  if (!gate.closed) return false;
  return gate.probing ||
         clock_.now() < gate.until + (visitor ? options_.visitors_wait : std::chrono::seconds(0));
}

void Reachability::shut(Gate& gate) { gate = {true, false, clock_.now() + options_.closed_for}; }

Reachability::Way Reachability::enter(const std::string& region, const std::string& service, bool visitor) {
  std::lock_guard lock(mutex_);
  Region& place = regions_[region];
  Service& one = place.services[service];
  if (is_shut(place.gate, visitor) || is_shut(one.gate, visitor)) return Way::closed;
  if (place.gate.closed || one.gate.closed) {
    place.gate.probing = place.gate.closed;
    one.gate.probing = one.gate.closed;
    return Way::probe;
  }
  return one.reached ? Way::open : Way::untried;
}

void Reachability::leave(const std::string& region, const std::string& service, const Error* error) {
  std::lock_guard lock(mutex_);
  Region& place = regions_[region];
  Service& one = place.services[service];
  if (error == nullptr || error->notes.contains("http_status")) {
    // What was silent together with the region is worth a try of its own.
    if (place.gate.closed) {
      for (auto& [name, other] : place.services) other.gate = {};
    }
    place.gate = {};
    place.silent.clear();
    one = {{}, 0, true};
    return;
  }
  place.gate.probing = one.gate.probing = false;
  // Our own refusals and a stop say nothing about AWS.
  if (!is_unreachable(*error)) return;
  one.reached = false;
  // A service that a region does not have has no address there, which is no silence of the region's.
  if (error->code != "unresolved_host") place.silent.insert(service);
  if (++one.in_vain >= options_.tries) shut(one.gate);
  if (place.silent.size() >= options_.silent_services) shut(place.gate);
}

bool Reachability::is_reached(const std::string& region) const {
  std::lock_guard lock(mutex_);
  const auto place = regions_.find(region);
  return place != regions_.end() && !place->second.gate.closed && place->second.silent.empty();
}

Error Reachability::passed_by(const std::string& region, const std::string& service) const {
  std::lock_guard lock(mutex_);
  const auto place = regions_.find(region);
  const bool whole = place != regions_.end() && place->second.gate.closed;
  const std::string what = whole ? "AWS in " + region : service + " in " + region;
  auto error = make_error(ErrorKind::unavailable, whole ? kRegion : kService,
                          what + " could not be reached just now; it is tried again with the next sweep");
  return std::move(error).note("region", region).note("service", service);
}

}  // namespace hm::collect
