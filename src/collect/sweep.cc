#include "collect/sweep.h"

#include <algorithm>

#include "base/log.h"
#include "inventory/fresh.h"

namespace hm::collect {

using inventory::Observed;
using inventory::Outcome;
using inventory::Place;

namespace {

Place place_of(const catalog::ResourceType& type, const Origin& origin) {
  return {origin.account_id, origin.region, type.id};
}

std::string doing(const Place& place) {
  return "listing " + place.type + " of " + place.account_id + " in " + place.region;
}

std::vector<DetailGap> gaps_of(const std::vector<Observed>& items) {
  std::map<std::pair<std::string, std::string>, DetailGap> gaps;
  for (const auto& item : items) {
    for (const auto& [part, error] : item.unknown) {
      auto& gap = gaps[{part, error.code}];
      if (gap.items++ == 0) {
        gap.part = part;
        gap.error = error;
      }
    }
  }
  std::vector<DetailGap> out;
  for (auto& [key, gap] : gaps) out.push_back(std::move(gap));
  return out;
}

}  // namespace

Outcome outcome_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::denied:
      return Outcome::denied;
    case ErrorKind::throttled:
      return Outcome::throttled;
    case ErrorKind::cancelled:
      return Outcome::skipped;
    default:
      return Outcome::failed;
  }
}

Sweeper::Sweeper(const Tools& tools, inventory::Inventory& inventory, WorkerPool& pool,
                 size_t details_at_once)
    : tools_(tools), inventory_(inventory), pool_(pool), details_at_once_(details_at_once) {}

// Whether something is known to be there, or nobody can say.
bool Sweeper::holds_any(const Place& place) {
  const auto known = inventory_.parts_read(place, [](const Json&) { return std::string(); });
  return !known || !known->empty();
}

std::map<std::string, PartsRead> Sweeper::parts_of(const SweepContext& context, const Place& place) {
  if (!has_slow_details(context.type)) return {};
  auto known = read_before_.with([&](auto& all) -> std::optional<std::map<std::string, PartsRead>> {
    const auto found = all.find(place);
    if (found == all.end()) return std::nullopt;
    return found->second;
  });
  if (known) return std::move(*known);
  auto stored = inventory_.parts_read(
      place, [&](const Json& document) { return fingerprint_of(context.type, document); });
  // Not knowing when they were read means reading them again, which is never wrong.
  return stored ? std::move(*stored) : std::map<std::string, PartsRead>{};
}

void Sweeper::remember(const SweepContext& context, const Place& place,
                       std::map<std::string, PartsRead> parts) {
  if (!has_slow_details(context.type)) return;
  read_before_.with([&](auto& all) { all[place] = std::move(parts); });
}

void Sweeper::forget(const Place& place) {
  read_before_.with([&](auto& all) { all.erase(place); });
}

std::set<std::string> Sweeper::confirm(const SweepContext& context, const std::vector<std::string>& ids,
                                       std::atomic<int64_t>& calls) {
  const auto& type = context.type;
  const bool same_call = type.lookup->call.operation == type.list.operation;
  Synced<std::set<std::string>> gone;
  pool_.for_each(ids.size(), details_at_once_, [&](size_t i) {
    if (context.stop.stop_requested()) return;
    const auto answer = ask_by_id(tools_, context, ids[i], calls);
    if (!answer) return;
    const Json items = *answer && same_call ? type.items.eval(**answer) : Json();
    const bool absent = !*answer || (items.is_array() && items.get_array().empty());
    if (absent) gone.with([&](auto& set) { set.insert(ids[i]); });
  });
  return gone.with([](auto& set) { return std::move(set); });
}

inventory::RecordOptions Sweeper::options_for(const SweepContext& context, std::atomic<int64_t>& calls) {
  inventory::RecordOptions options;
  options.longest_pause = inventory::fresh_for(context.type);
  const auto* type = &context.type;
  options.derive = [type, origin = context.origin](Observed& item) { derive(*type, origin, item); };
  if (type->lookup) {
    options.confirm_gone = [this, &context, &calls](const std::vector<std::string>& ids) {
      return confirm(context, ids, calls);
    };
  }
  return options;
}

void Sweeper::record(SweepResult& result, std::vector<Observed> items,
                     const inventory::RecordOptions& options) {
  auto counts = inventory_.record(result.sweep, std::move(items), options);
  if (counts) {
    result.counts = std::move(*counts);
    for (const auto& [part, count] : result.counts.lost)
      result.detail_gaps.push_back({part, inventory::not_stored(), count});
  } else {
    result.not_recorded = std::move(counts.error());
  }
}

SweepResult Sweeper::run(const SweepContext& context) {
  SweepResult result;
  auto& sweep = result.sweep;
  sweep.place = place_of(context.type, context.origin);
  sweep.started_at = context.started;
  std::atomic<int64_t> calls{0};
  Observation listing =
      observe(tools_, pool_, details_at_once_, context, parts_of(context, sweep.place), calls);
  if (listing.status && listing.not_offered && holds_any(sweep.place))
    listing.status = std::move(*listing.not_offered);
  if (context.stop.stop_requested())
    listing.status =
        make_error(ErrorKind::cancelled, "stopped", "the program stopped before the sweep ended");
  if (listing.status) {
    sweep.outcome = Outcome::ok;
  } else {
    sweep.error = std::move(listing.status.error());
    sweep.error.trace.push_back(doing(sweep.place));
    sweep.outcome = outcome_of(sweep.error);
  }
  sweep.duration =
      std::chrono::duration_cast<std::chrono::microseconds>(tools_.clock.now() - sweep.started_at);
  sweep.calls = calls;
  // A stopped sweep leaves no trace: the one before it still says what is known.
  if (sweep.outcome == Outcome::skipped) return result;
  result.detail_gaps = gaps_of(listing.items);
  std::map<std::string, PartsRead> parts;
  for (size_t i = 0; i < listing.parts.size(); ++i)
    parts.emplace(listing.items[i].id, std::move(listing.parts[i]));
  record(result, std::move(listing.items), options_for(context, calls));
  // Only what is stored has been read: the next sweep skips what is remembered here.
  if (result.not_recorded || !result.counts.lost.empty()) {
    forget(sweep.place);
  } else {
    remember(context, sweep.place, std::move(parts));
  }
  return result;
}

LookResult Sweeper::look(const SweepContext& context, const std::string& key) {
  LookResult result;
  const Place place = place_of(context.type, context.origin);
  std::atomic<int64_t> calls{0};
  Observation seen = observe_one(tools_, pool_, details_at_once_, context, key, calls);
  result.calls = calls;
  if (context.stop.stop_requested())
    seen.status = make_error(ErrorKind::cancelled, "stopped", "the program stopped before the look ended");
  if (!seen.status) {
    result.error = std::move(seen.status.error());
    return result;
  }
  inventory::Look look{.place = place, .key = key, .started_at = context.started};
  if (!seen.items.empty()) look.item = std::move(seen.items.front());
  auto looked = inventory_.record(std::move(look), options_for(context, calls));
  // Who was quicker began later, and so has seen what the event told of.
  const bool late = !looked && looked.error().code == "stale_sweep";
  // Nobody knows now whether what is remembered of it is what is stored.
  read_before_.with([&](auto& all) {
    const auto known = all.find(place);
    if (known == all.end()) return;
    known->second.erase(key);
    if (looked && !seen.parts.empty()) known->second.emplace(key, std::move(seen.parts.front()));
  });
  if (looked) {
    result.looked = *looked;
  } else if (late) {
    result.looked = inventory::Looked::unchanged;
  } else {
    result.error = std::move(looked.error());
    result.not_recorded = true;
  }
  return result;
}

SweepResult Sweeper::record_failure(const catalog::ResourceType& type, const Origin& origin, Error error) {
  SweepResult result;
  auto& sweep = result.sweep;
  sweep.place = place_of(type, origin);
  sweep.started_at = tools_.clock.now();
  sweep.outcome = outcome_of(error);
  error.trace.push_back(doing(sweep.place));
  sweep.error = std::move(error);
  record(result, {}, {});
  return result;
}

}  // namespace hm::collect
