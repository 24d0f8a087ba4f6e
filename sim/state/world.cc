#include "sim/state/world.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace hm::sim {

World::World(Plan plan) : plan_(std::move(plan)) {}

Synced<Place>& World::slot(std::string_view account_id, std::string_view region) {
  HM_CHECK(plan_.find(account_id) != nullptr);
  return slots_.with([&](Slots& slots) -> Synced<Place>& {
    auto& slot = slots.places[{std::string(account_id), std::string(region)}];
    if (slot) return *slot;
    // Made under the lock: a second caller waits instead of making it again.
    Place place;
    place.account_id = account_id;
    place.region = region;
    std::vector<Planted> planted;
    build_place(plan_, place, planted);
    place.told.clear();
    planted_.with([&](auto& all) { std::move(planted.begin(), planted.end(), std::back_inserter(all)); });
    slot = std::make_unique<Synced<Place>>(std::move(place));
    return *slot;
  });
}

std::vector<Planted> World::planted() {
  for (const auto& account : plan_.accounts) {
    slot(account.id, "global");
    for (const auto& region : plan_.options.regions) slot(account.id, region);
  }
  auto all = planted_.with([](const auto& rows) { return rows; });
  const auto key = [](const Planted& p) { return std::tie(p.account_id, p.region, p.kind, p.id); };
  std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return all;
}

std::string World::owner_of_bucket(std::string_view bucket, Time now) {
  for (const auto& account : plan_.accounts) {
    if (with(account.id, "global", now, [&](Place& p) { return p.of("s3/bucket").contains(bucket); })) {
      return account.id;
    }
  }
  return {};
}

}  // namespace hm::sim
