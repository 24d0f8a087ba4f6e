// Every place of the company, made when it is first looked at.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/sync.h"
#include "sim/estate/builder.h"

namespace hm::sim {

class World {
 public:
  explicit World(Plan plan);
  // Hears of each instance that goes into another state, outside the places' locks. Set before anything is
  // asked.
  using OnState = std::function<void(const std::string& account_id, const std::string& region,
                                     const std::vector<StateChange>& changes)>;
  void on_state(OnState f) { on_state_ = std::move(f); }

  const Plan& plan() const { return plan_; }
  // Runs f(place) under the place's lock, with timers applied up to `now`. f may not look at another place.
  // Thread-safe. Places are made for the plan's accounts only (else HM_CHECK); any region is one.
  template <class F>
  decltype(auto) with(std::string_view account_id, std::string_view region, Time now, F&& f) {
    Teller teller{*this, std::string(account_id), std::string(region), {}};
    return slot(account_id, region).with([&](Place& place) -> decltype(auto) {
      const Taker taker{place, teller};
      place.settle(now);
      return std::forward<F>(f)(place);
    });
  }
  // Makes every place of the plan and gives what was planted, by account, region and kind.
  std::vector<Planted> planted();
  // The account that has this bucket; empty where none has.
  std::string owner_of_bucket(std::string_view bucket, Time now);

 private:
  // What a place has to tell is taken under its lock and told when that is free again.
  struct Teller {
    World& world;
    std::string account_id, region;
    std::vector<StateChange> changes;
    ~Teller() {
      if (!changes.empty() && world.on_state_) world.on_state_(account_id, region, changes);
    }
  };
  struct Taker {
    Place& place;
    Teller& teller;
    ~Taker() { teller.changes.swap(place.told); }
  };
  struct Slots {
    std::map<std::pair<std::string, std::string>, std::unique_ptr<Synced<Place>>, std::less<>> places;
  };
  Synced<Place>& slot(std::string_view account_id, std::string_view region);

  Plan plan_;
  OnState on_state_;
  Synced<Slots> slots_;
  Synced<std::vector<Planted>> planted_;
};

}  // namespace hm::sim
