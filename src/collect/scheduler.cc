#include "collect/scheduler.h"

#include <algorithm>

#include "base/log.h"

namespace hm::collect {

using inventory::Place;

namespace {

// Which account an entry of the list is, also before AWS has said its id.
std::string key_of(const Account& account) { return account.id + "\n" + account.name; }

// Between 0 and 1, always the same for a place.
double share_of(const Place& place) {
  const size_t hash = std::hash<std::string>{}(inventory::place_id(place));
  return static_cast<double>(hash % 1000) / 1000.0;
}

}  // namespace

Scheduler::Scheduler(Collector& collector, Accounts accounts, OnChange changed, SchedulerOptions options)
    : collector_(collector),
      accounts_(std::move(accounts)),
      changed_(std::move(changed)),
      options_(options) {}

Scheduler::~Scheduler() = default;

void Scheduler::run(std::stop_token stop) {
  Lanes lanes(collector_.options().lanes);
  while (!stop.stop_requested()) {
    update_views(lanes);
    add_due(lanes);
    collector_.clock().sleep_for(options_.tick, stop);
  }
  lanes.wait_idle(stop);
}

void Scheduler::refresh_now(const std::vector<std::string>& account_ids) {
  state_.with([&](State& state) {
    state.all_due = state.all_due || account_ids.empty();
    state.due_accounts.insert(account_ids.begin(), account_ids.end());
  });
}

RoundProgress Scheduler::progress() const {
  return state_.with([](const State& state) { return state.round; });
}

int64_t Scheduler::places(const identity::Scope& scope) const {
  return state_.with([&](const State& state) {
    return std::count_if(state.places.begin(), state.places.end(), [&](const auto& one) {
      return scope.allows(one.first.account_id, one.first.region);
    });
  });
}

void Scheduler::update_views(Lanes& lanes) {
  const auto accounts = accounts_();
  const Time now = collector_.clock().now();
  std::set<std::string> keys;
  for (const auto& account : accounts) {
    const std::string key = key_of(account);
    keys.insert(key);
    const bool wanted = state_.with([&](State& state) {
      auto& viewed = state.views[key];
      const bool failed = viewed.view && (viewed.view->failure || viewed.view->region_failure);
      const auto age = failed ? options_.retry_view_every : options_.view_every;
      const bool fresh = viewed.view && viewed.regions == account.regions && now - viewed.at < age;
      if (fresh || viewed.running) return false;
      viewed.regions = account.regions;
      return viewed.running = true;
    });
    if (wanted) view(lanes, key, account);
  }
  state_.with([&](State& state) {
    std::erase_if(state.views,
                  [&](const auto& one) { return !keys.contains(one.first) && !one.second.running; });
  });
}

void Scheduler::view(Lanes& lanes, const std::string& key, const Account& account) {
  const auto ended = [this, key](std::shared_ptr<AccountView> view) {
    state_.with([&](State& state) {
      auto& viewed = state.views[key];
      // The regions that it had before are still its own, as far as anybody knows.
      if (view && viewed.view && (view->failure || view->region_failure) && !viewed.view->regions.empty())
        view->regions = viewed.view->regions;
      if (view) viewed.view = std::move(view);
      viewed.at = collector_.clock().now();
      viewed.running = false;
    });
  };
  auto added = lanes.add({"view " + key, [this, account, ended](std::stop_token stop) {
                            auto view = std::make_shared<AccountView>(
                                view_account(collector_.client(), account, stop));
                            const bool reached = !view->failure || !is_unreachable(*view->failure);
                            ended(stop.stop_requested() ? nullptr : view);
                            return reached ? Reached::yes : Reached::no;
                          }});
  if (!added) ended(nullptr);
}

std::vector<std::shared_ptr<const AccountView>> Scheduler::views() const {
  std::vector<AccountView> views;
  state_.with([&](const State& state) {
    for (const auto& [key, viewed] : state.views) {
      if (viewed.view && !viewed.view->id.empty()) views.push_back(*viewed.view);
    }
  });
  guess_regions(views);
  std::vector<std::shared_ptr<const AccountView>> shared;
  for (auto& view : views) shared.push_back(std::make_shared<const AccountView>(std::move(view)));
  return shared;
}

void Scheduler::add_due(Lanes& lanes) {
  const Time now = collector_.clock().now();
  std::set<Place> alive;
  for (const auto& view : views()) {
    for (const auto& type : collector_.catalog().resources()) {
      for (const auto& region : Collector::places_of(type, *view)) {
        const Place place{view->id, region, type.id};
        alive.insert(place);
        const bool due = state_.with([&](State& state) {
          auto& entry = state.places.try_emplace(place, Entry{now}).first->second;
          if (state.all_due || state.due_accounts.contains(place.account_id))
            entry.due = std::min(entry.due, now);
          if (entry.running || entry.due > now) return false;
          return entry.running = true;
        });
        if (due) add(lanes, type, view, place);
      }
    }
  }
  state_.with([&](State& state) {
    state.all_due = false;
    state.due_accounts.clear();
    std::erase_if(state.places,
                  [&](const auto& one) { return !alive.contains(one.first) && !one.second.running; });
    std::optional<Time> next;
    for (const auto& [place, entry] : state.places) {
      if (!entry.running && (!next || entry.due < *next)) next = entry.due;
    }
    state.round.next_at = next;
  });
}

void Scheduler::add(Lanes& lanes, const catalog::ResourceType& type,
                    const std::shared_ptr<const AccountView>& view, const Place& place) {
  state_.with([&](State& state) {
    if (state.running++ == 0) {
      state.round = RoundProgress{};
      state.round.running = true;
      state.round.started_at = collector_.clock().now();
    }
    ++state.round.total;
  });
  auto added = lanes.add({view->id + "/" + place.region, [this, &type, view, place](std::stop_token stop) {
                            const Time started = collector_.clock().now();
                            const auto result =
                                view->failure
                                    ? collector_.record_failure(type, *view, place.region, *view->failure)
                                    : collector_.sweep(type, *view, place.region, stop);
                            ended(type, result, started);
                            return is_unreachable(result.sweep.error) ? Reached::no : Reached::yes;
                          }});
  if (added) return;
  // The lanes are full: it stays due and is tried with the next tick.
  state_.with([&](State& state) {
    state.places[place].running = false;
    --state.running;
    --state.round.total;
  });
}

void Scheduler::ended(const catalog::ResourceType& type, const SweepResult& result, Time started) {
  const auto round = state_.with([&](State& state) {
    auto& entry = state.places[result.sweep.place];
    // All places become due together at the start; from then on each has a turn of its own.
    const double share = entry.spread ? 1.0 : 0.5 + share_of(result.sweep.place) / 2;
    entry.due = started + std::chrono::duration_cast<Micros>(type.refresh * share);
    entry.spread = true;
    entry.running = false;
    auto& numbers = state.round;
    ++numbers.done;
    if (result.not_recorded) {
      entry.due = collector_.clock().now() + options_.retry_record;
      // A store that is away is away for all of them: said once a round.
      if (numbers.unrecorded++ == 0) log_warning("collect", result.not_recorded->text());
    }
    const bool ok = result.sweep.outcome == inventory::Outcome::ok && !result.not_recorded;
    ++(ok ? numbers.ok : numbers.not_ok);
    numbers.calls += result.sweep.calls;
    numbers.resources += result.counts.seen;
    if (--state.running == 0) {
      numbers.running = false;
      numbers.ended_at = collector_.clock().now();
    }
    return numbers;
  });
  if (!changed_) return;
  const std::lock_guard one_at_a_time(telling_);
  changed_(round);
}

}  // namespace hm::collect
