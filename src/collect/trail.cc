#include "collect/trail.h"

#include <algorithm>

#include "base/log.h"
#include "collect/sweep.h"

namespace hm::collect {

using inventory::TrailEvent;
using inventory::TrailPosition;

namespace {

constexpr const char* kService = "cloudtrail";
constexpr const char* kOperation = "LookupEvents";

Error explained(Error error) {
  return explain(std::move(error), {kService, kOperation, JsonObject{}, {"cloudtrail:LookupEvents"}});
}

bool is_too_many(const Error& error) { return error.code == "too_many_pages"; }

}  // namespace

struct TrailReader::Slice {
  Time from, to;
  std::vector<TrailEvent> events;
  int64_t calls = 0;
};

TrailReader::TrailReader(const Tools& tools, const catalog::Catalog& catalog, store::Database& database,
                         TrailOptions options)
    : tools_(tools), database_(database), options_(options) {
  for (const auto& type : catalog.resources())
    for (const std::string& call : type.events) calls_.emplace(inventory::call_without_version(call));
}

std::set<std::string> TrailReader::regions_of(const AccountView& view) {
  std::set<std::string> regions(view.regions.begin(), view.regions.end());
  regions.insert(inventory::home_region_of(view.partition));
  return regions;
}

// Pages come newest first, so a slice is known only when it has been read to its end.
Status TrailReader::read_slice(const AccountView& view, const std::string& region, Slice& slice,
                               const std::stop_token& stop) const {
  slice.events.clear();
  aws::Target target = view.account.target;
  target.region = region;
  const Json params = JsonObject{
      {"LookupAttributes", JsonArray{JsonObject{{"AttributeKey", "ReadOnly"}, {"AttributeValue", "false"}}}},
      {"StartTime", format_iso(slice.from)},
      {"EndTime", format_iso(slice.to)},
      {"MaxResults", 50}};
  int pages = 0;
  const auto take = [&](const Json& page) -> Status {
    ++slice.calls;
    if (++pages > options_.most_pages)
      return make_error(ErrorKind::exhausted, "too_many_pages", "more events than are read at once");
    const Json* events = member(page, "Events");
    if (events == nullptr || !events->is_array()) return ok();
    for (const Json& one : events->get_array())
      if (auto event = trail_event(view.id, one);
          event && calls_.contains(inventory::call_without_version(event->call)))
        slice.events.push_back(std::move(*event));
    return ok();
  };
  const auto permit = tools_.limits.acquire(view.id, region, kService, stop);
  auto status = tools_.reachability.call(
      region, kService, false, call_options(stop), [&](const aws::CallOptions& options) {
        return tools_.client.pages(kService, kOperation, params, target, take, options);
      });
  if (status) return ok();
  if (pages == 0) ++slice.calls;  // one that failed was a call too
  return is_too_many(status.error()) ? std::move(status)
                                     : Status(tl::unexpected(explained(std::move(status.error()))));
}

Status TrailReader::follow(const AccountView& view, const std::string& region, TrailRead& result,
                           const std::stop_token& stop) const {
  const Time now = tools_.clock.now();
  TrailPosition next = result.position;
  next.outcome = inventory::Outcome::ok;
  // What was read while the clock was ahead was not there yet: it is read again.
  const bool ahead = next.read_to && *next.read_to > now;
  if (!next.read_to || ahead || now - *next.read_to > options_.most_behind) {
    next.read_from = now - (next.read_to ? options_.most_behind : options_.first_look);
    next.read_to = next.read_from;
  }
  Time at = *next.read_to;
  std::chrono::minutes length = options_.slice;
  while (at < now && !stop.stop_requested()) {
    Slice slice{.from = at, .to = std::min<Time>(at + length, now), .events = {}, .calls = 0};
    auto status = read_slice(view, region, slice, stop);
    result.calls += slice.calls;
    const bool too_many = !status && is_too_many(status.error());
    if (too_many && length > options_.least_slice) {
      length = std::max(length / 2, options_.least_slice);
      continue;
    }
    if (!status && !too_many) return status;
    // More calls in a minute than can be read: that minute and what is before it is not known whole.
    if (too_many) next.read_from = slice.to;
    next.read_to = std::max(*next.read_to, std::min<Time>(slice.to, now - options_.lateness));
    HM_TRY(const int64_t fresh, inventory::record_trail(database_, next, slice.events));
    result.events += fresh;
    result.position = next;
    at = slice.to;
  }
  return ok();
}

TrailRead TrailReader::read(const AccountView& view, const std::string& region,
                            const std::stop_token& stop) const {
  TrailRead result;
  auto known = inventory::trail_position(database_, view.id, region);
  if (!known) {
    result.error = std::move(known.error());
    return result;
  }
  if (*known) {
    result.position = std::move(**known);
  } else {
    result.position.account_id = view.id;
    result.position.region = region;
  }
  result.position.looked_at = tools_.clock.now();
  Status status = view.failure ? Status(tl::unexpected(*view.failure)) : follow(view, region, result, stop);
  if (status) return result;
  result.error = std::move(status.error());
  if (stop.stop_requested()) return result;
  // A failure moves nothing, but says why nothing more is known.
  result.position.outcome = outcome_of(*result.error);
  result.position.code = result.error->code;
  result.position.message = result.error->message;
  if (auto kept = inventory::record_trail(database_, result.position, {}); !kept)
    result.error = std::move(kept.error());
  return result;
}

void TrailFollower::read_now(const std::vector<std::string>& account_ids) {
  const Time now = clock_.now();
  places_.with([&](Places& places) {
    for (auto& [place, entry] : places) {
      const bool wanted = account_ids.empty() ||
                          std::find(account_ids.begin(), account_ids.end(), place.first) != account_ids.end();
      if (wanted) entry.due = now;
    }
  });
}

void TrailFollower::add_due(Lanes& lanes) {
  const Time now = clock_.now();
  std::set<std::pair<std::string, std::string>> alive;
  for (const auto& view : views_()) {
    if (view->id.empty()) continue;
    for (const std::string& region : TrailReader::regions_of(*view)) {
      alive.emplace(view->id, region);
      const bool due = places_.with([&](Places& places) {
        Entry& entry = places.try_emplace({view->id, region}, Entry{.due = now}).first->second;
        if (entry.running || entry.due > now) return false;
        return entry.running = true;
      });
      if (due) add(lanes, view, region);
    }
  }
  places_.with([&](Places& places) {
    std::erase_if(places, [&](const auto& one) { return !alive.contains(one.first) && !one.second.running; });
  });
}

void TrailFollower::add(Lanes& lanes, const std::shared_ptr<const AccountView>& view,
                        const std::string& region) {
  const auto added =
      lanes.add({view->id + "/" + region, [this, view, region](const std::stop_token& stop) {
                   const TrailRead read = reader_.read(*view, region, stop);
                   const bool tell = places_.with([&](Places& places) {
                     Entry& entry = places[{view->id, region}];
                     entry.due = clock_.now() + options_.every;
                     entry.running = false;
                     const bool was = std::exchange(entry.failed, read.error.has_value());
                     return read.error && !was;
                   });
                   // Said once, not every two minutes: the changes say it where it matters.
                   if (tell && !stop.stop_requested())
                     log_warning("collect", "who changes things in account " + view->id + ", " + region +
                                                ", is not known: " + read.error->text());
                   const bool reached = !read.error || !is_unreachable(*read.error);
                   return reached ? Reached::yes : Reached::no;
                 }});
  if (added) return;
  places_.with([&](Places& places) { places[{view->id, region}].running = false; });
}

void TrailFollower::run(const std::stop_token& stop) {
  Lanes lanes(options_.lanes);
  while (!stop.stop_requested()) {
    add_due(lanes);
    clock_.sleep_for(options_.tick, stop);
  }
  lanes.wait_idle(stop);
}

}  // namespace hm::collect
