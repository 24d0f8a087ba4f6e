// Every place of the company, made when it is first looked at.
#pragma once

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

  const Plan& plan() const { return plan_; }
  // Runs f(place) under the place's lock, with timers applied up to `now`. f may not look at another place.
  // Thread-safe. Places are made for the plan's accounts only (else HM_CHECK); any region is one.
  template <class F>
  decltype(auto) with(std::string_view account_id, std::string_view region, Time now, F&& f) {
    return slot(account_id, region).with([&](Place& place) -> decltype(auto) {
      place.settle(now);
      return std::forward<F>(f)(place);
    });
  }
  // Makes every place of the plan and gives what was planted, by account, region and kind.
  std::vector<Planted> planted();
  // The account that has this bucket; empty where none has.
  std::string owner_of_bucket(std::string_view bucket, Time now);

 private:
  struct Slots {
    std::map<std::pair<std::string, std::string>, std::unique_ptr<Synced<Place>>, std::less<>> places;
  };
  Synced<Place>& slot(std::string_view account_id, std::string_view region);

  Plan plan_;
  Synced<Slots> slots_;
  Synced<std::vector<Planted>> planted_;
};

}  // namespace hm::sim
