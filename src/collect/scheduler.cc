#include "collect/scheduler.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/log.h"

namespace hm::collect {

using inventory::Place;

namespace {

// Which account an entry of the list is, also before AWS has said its id.
std::string key_of(const Account& account) { return account.id + "\n" + account.name; }

size_t hash_of_place(const Place& place) { return std::hash<std::string>{}(inventory::place_id(place)); }

// Between 0 and 1, always the same for a place.
double share_of(const Place& place) { return static_cast<double>(hash_of_place(place) % 1000) / 1000.0; }

// What sweeps are planned from.
bool same(const AccountView& a, const AccountView& b) {
  const auto text = [](const std::optional<Error>& error) { return error ? error->text() : std::string(); };
  return a.id == b.id && a.partition == b.partition && a.regions == b.regions &&
         a.account.target.region == b.account.target.region &&
         a.account.event_queues == b.account.event_queues &&
         a.account.target.credentials == b.account.target.credentials && text(a.failure) == text(b.failure) &&
         text(a.region_failure) == text(b.region_failure);
}

}  // namespace

Scheduler::Scheduler(Collector& collector, Accounts accounts, OnChange changed, SchedulerOptions options)
    : collector_(collector),
      accounts_(std::move(accounts)),
      changed_(std::move(changed)),
      options_(options) {}

Scheduler::~Scheduler() = default;

bool Scheduler::Turn::operator<(const Turn& other) const {
  return std::tie(due, order, *place) < std::tie(other.due, other.order, *other.place);
}

void Scheduler::State::wait(const Place& place, Time due) {
  places.at(place).due = due;
  turns.insert({due, hash_of_place(place), &place});
}

void Scheduler::State::give_back(const Place& place, Time due) {
  const auto at = places.find(place);
  at->second.running = false;
  if (at->second.plan == plan) {
    wait(at->first, due);
  } else {
    dropped.push_back(at->first);
    places.erase(at);
  }
}

void Scheduler::State::leave(const Place& place) {
  turns.erase({places.at(place).due, hash_of_place(place), &place});
}

void Scheduler::run(const std::stop_token& stop) {
  Lanes lanes(collector_.options().lanes);
  while (!stop.stop_requested()) {
    if (store_answers()) {
      update_views(lanes);
      plan();
      note_places();
      add_due(lanes);
    }
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

bool Scheduler::due_now(const Place& place) {
  const Time now = collector_.clock().now();
  return state_.with([&](State& state) {
    const auto at = state.places.find(place);
    if (at == state.places.end()) return false;
    Entry& entry = at->second;
    if (entry.running) {
      entry.told = true;
      return true;
    }
    // One that began later than now was begun before the clock was put back.
    const bool paused = entry.started && *entry.started <= now;
    const Time due = paused ? std::max(now, *entry.started + options_.event_pause) : now;
    if (entry.due <= due) return true;
    state.leave(at->first);
    state.wait(at->first, due);
    return true;
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

std::vector<PlannedPlace> Scheduler::planned(const identity::Scope& scope) const {
  return state_.with([&](const State& state) {
    std::vector<PlannedPlace> planned;
    planned.reserve(state.places.size());
    for (const auto& [place, entry] : state.places)
      if (scope.allows(place.account_id, place.region)) planned.push_back({place, entry.due, entry.running});
    return planned;
  });
}

std::vector<AccountView> Scheduler::failed_views() const {
  return state_.with([](const State& state) {
    std::vector<AccountView> failed;
    for (const auto& [key, viewed] : state.views)
      if (viewed.view && viewed.view->failure) failed.push_back(*viewed.view);
    return failed;
  });
}

// The store is asked before AWS is: as long as it is away, nothing that AWS says would be kept.
bool Scheduler::store_answers() {
  const Time now = collector_.clock().now();
  const auto ask_at = state_.with([](const State& state) { return state.ask_store_at; });
  if (!ask_at) return true;
  if (now < *ask_at) return false;
  const bool answers = collector_.ping_store().has_value();
  state_.with([&](State& state) {
    state.ask_store_at = answers ? std::nullopt : std::optional(now + options_.retry_record);
  });
  return answers;
}

void Scheduler::lose_store(const Error& error) {
  const bool first = state_.with([&](State& state) {
    return !std::exchange(state.ask_store_at, collector_.clock().now() + options_.retry_record).has_value();
  });
  if (first) log_warning("collect", error.text());
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
      const bool failed =
          !viewed.noted || (viewed.view && (viewed.view->failure || viewed.view->region_failure));
      const auto age = failed ? options_.retry_view_every : options_.view_every;
      const bool as_asked = viewed.regions == account.regions &&
                            viewed.event_queues == account.event_queues && viewed.set_up == !account.failure;
      const bool fresh = viewed.view && as_asked && now - viewed.at < age;
      if (fresh || viewed.running) return false;
      viewed.regions = account.regions;
      viewed.event_queues = account.event_queues;
      viewed.set_up = !account.failure;
      return viewed.running = true;
    });
    if (wanted) view(lanes, key, account);
  }
  state_.with([&](State& state) {
    const auto dropped = std::erase_if(
        state.views, [&](const auto& one) { return !keys.contains(one.first) && !one.second.running; });
    state.replan = state.replan || dropped > 0;
  });
}

void Scheduler::view(Lanes& lanes, const std::string& key, const Account& account) {
  auto added = lanes.add({"view " + key, [this, key, account](const std::stop_token& stop) {
                            auto view = std::make_shared<AccountView>(
                                view_account(collector_.client(), account, stop));
                            const bool reached = !view->failure || !is_unreachable(*view->failure);
                            if (stop.stop_requested()) {
                              viewed(key, nullptr, ok());
                            } else {
                              const Status noted = collector_.note_regions(*view);
                              viewed(key, std::move(view), noted);
                            }
                            return reached ? Reached::yes : Reached::no;
                          }});
  if (!added) viewed(key, nullptr, ok());
}

void Scheduler::viewed(const std::string& key, std::shared_ptr<AccountView> view, const Status& noted) {
  state_.with([&](State& state) {
    auto& viewed = state.views[key];
    const auto before = viewed.view;
    // What it was before it still is, as far as anybody knows: so its places are gaps, and do not stay ok.
    if (view && before && view->failure && view->id.empty()) view->id = before->id;
    if (view && before && view->failure && view->id == before->id) view->partition = before->partition;
    if (view && before && (view->failure || view->region_failure) && view->account.regions.empty() &&
        !before->regions.empty())
      view->regions = before->regions;
    if (view && !(before && same(*before, *view))) {
      viewed.view = std::move(view);
      state.replan = true;
    }
    viewed.at = collector_.clock().now();
    viewed.running = false;
    viewed.noted = noted.has_value();
  });
  if (!noted) lose_store(noted.error());
}

std::vector<std::shared_ptr<const AccountView>> Scheduler::views() const {
  return state_.with([](const State& state) { return state.known; });
}

// Every follower asks for the views at each of its ticks: what it gets is shared, and made anew only where
// something changed, once for all that changed since the last plan.
std::vector<std::shared_ptr<const AccountView>> Scheduler::know_views() {
  std::vector<AccountView> named;
  state_.with([&](const State& state) {
    for (const auto& [key, viewed] : state.views)
      if (viewed.view && !viewed.view->id.empty()) named.push_back(*viewed.view);
  });
  guess_regions(named);
  std::vector<std::shared_ptr<const AccountView>> known;
  known.reserve(named.size());
  for (auto& view : named) known.push_back(std::make_shared<const AccountView>(std::move(view)));
  state_.with([&](State& state) { state.known = known; });
  return known;
}

void Scheduler::plan() {
  if (!state_.with([](State& state) { return std::exchange(state.replan, false); })) return;
  const Time now = collector_.clock().now();
  const auto all = know_views();
  state_.with([&](State& state) {
    ++state.plan;
    for (const auto& view : all) {
      for (const auto& type : collector_.catalog().resources()) {
        for (const auto& region : Collector::places_of(type, *view)) {
          if (view->account.types_left_out.contains(type.id)) {
            state.left_out.push_back({view->id, region, type.id});
            continue;
          }
          const auto [at, fresh] = state.places.try_emplace({view->id, region, type.id});
          Entry& entry = at->second;
          // Two accounts of the book may turn out to be the same.
          if (entry.plan == state.plan) continue;
          entry.plan = state.plan;
          entry.type = &type;
          entry.view = view;
          if (!fresh) continue;
          state.wait(at->first, now);
          state.unnoted.push_back(at->first);
        }
      }
    }
    for (auto at = state.places.begin(); at != state.places.end();) {
      const auto here = at++;
      if (here->second.plan == state.plan || here->second.running) continue;
      state.leave(here->first);
      state.dropped.push_back(here->first);
      state.places.erase(here);
    }
  });
}

void Scheduler::note_places() {
  note(&State::dropped, [this](const auto& places) { return collector_.forget(places); });
  note(&State::unnoted, [this](const auto& places) { return collector_.plan(places); });
  note(&State::left_out, [this](const auto& places) { return collector_.leave_out(places); });
}

// What the store does not take is told again.
void Scheduler::note(std::vector<Place> State::*list,
                     const std::function<Status(const std::vector<Place>&)>& tell) {
  const auto places = state_.with([&](State& state) { return std::exchange(state.*list, {}); });
  if (places.empty()) return;
  const Status noted = tell(places);
  if (noted) return;
  state_.with([&](State& state) {
    auto& all = state.*list;
    all.insert(all.end(), places.begin(), places.end());
  });
  lose_store(noted.error());
}

// What was asked for by hand comes before everything else.
void Scheduler::hurry(Time now) {
  state_.with([&](State& state) {
    const auto accounts = std::exchange(state.due_accounts, {});
    const bool all = std::exchange(state.all_due, false);
    if (!all && accounts.empty()) return;
    for (auto& [place, entry] : state.places) {
      if (entry.running || entry.due <= now) continue;
      if (!all && !accounts.contains(place.account_id)) continue;
      state.leave(place);
      state.wait(place, now);
    }
  });
}

const Place* Scheduler::next_due(Time now) {
  return state_.with([&](State& state) -> const Place* {
    if (state.ask_store_at || state.turns.empty() || state.turns.begin()->due > now) return nullptr;
    const Place* place = state.turns.begin()->place;
    state.turns.erase(state.turns.begin());
    Entry& entry = state.places.at(*place);
    entry.running = true;
    entry.told = false;
    entry.started = now;
    if (state.running++ == 0) {
      state.round = RoundProgress{};
      state.round.running = true;
      state.round.started_at = now;
    }
    ++state.round.total;
    return place;
  });
}

void Scheduler::add_due(Lanes& lanes) {
  const Time now = collector_.clock().now();
  hurry(now);
  while (const Place* place = next_due(now)) {
    // It stays where it is while it is running.
    auto added = lanes.add({place->account_id + "/" + place->region,
                            [this, place](const std::stop_token& stop) { return sweep(*place, stop); }});
    if (added) continue;
    // The lanes are full: it is the first in the next tick, as nothing has been due longer.
    put_back(*place);
    break;
  }
  state_.with([](State& state) {
    state.round.next_at = state.turns.empty() ? std::nullopt : std::optional<Time>(state.turns.begin()->due);
  });
}

Reached Scheduler::sweep(const Place& place, const std::stop_token& stop) {
  std::shared_ptr<const AccountView> view;
  const catalog::ResourceType* type = nullptr;
  const bool in_vain = state_.with([&](State& state) {
    const Entry& entry = state.places.at(place);
    view = entry.view;
    type = entry.type;
    return state.ask_store_at.has_value() || entry.plan != state.plan;
  });
  // While it waited for a thread, the store went away, or the place left the plan with its account.
  if (in_vain) {
    put_back(place);
    return Reached::no;
  }
  const Time started = collector_.clock().now();
  const auto result = view->failure ? collector_.record_failure(*type, *view, place.region, *view->failure)
                                    : collector_.sweep(*type, *view, place.region, stop);
  ended(place, result, started);
  return is_unreachable(result.sweep.error) ? Reached::no : Reached::yes;
}

void Scheduler::one_less(State& state) const {
  if (--state.running > 0) return;
  state.round.running = false;
  state.round.ended_at = collector_.clock().now();
}

void Scheduler::put_back(const Place& place) {
  state_.with([&](State& state) {
    --state.round.total;
    one_less(state);
    state.give_back(place, state.places.at(place).due);
  });
}

void Scheduler::ended(const Place& place, const SweepResult& result, Time started) {
  const auto round = state_.with([&](State& state) {
    Entry& entry = state.places.at(place);
    // All places become due together at the start; from then on each has a turn of its own.
    const double share = entry.spread ? 1.0 : 0.5 + share_of(place) / 2;
    Time due = started + std::chrono::duration_cast<Micros>(entry.type->refresh * share);
    entry.spread = true;
    auto& numbers = state.round;
    ++numbers.done;
    if (result.not_recorded) {
      const Time now = collector_.clock().now();
      due = std::min(due, now + options_.retry_record * (int64_t{1} << std::min(entry.lost++, 20)));
      // Another process that was quicker is no failure of the store.
      if (result.not_recorded->kind != ErrorKind::conflict) state.ask_store_at = now;
      // A store that is away is away for all of them: said once a round.
      if (numbers.unrecorded++ == 0) log_warning("collect", result.not_recorded->text());
    } else {
      entry.lost = 0;
    }
    if (std::exchange(entry.told, false)) due = std::min(due, started + options_.event_pause);
    const bool ok = result.sweep.outcome == inventory::Outcome::ok && !result.not_recorded;
    ++(ok ? numbers.ok : numbers.not_ok);
    numbers.calls += result.sweep.calls;
    numbers.resources += result.counts.seen;
    one_less(state);
    state.give_back(place, due);
    return numbers;
  });
  if (!changed_) return;
  const std::lock_guard one_at_a_time(telling_);
  changed_(round);
}

}  // namespace hm::collect
