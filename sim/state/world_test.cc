#include "sim/state/world.h"

#include <gtest/gtest.h>

#include "sim/state/engine.h"

namespace hm::sim {
namespace {

Time at(const char* text) { return *parse_iso(text); }

TEST(Collection, KeepsOrderThroughChangesAndRemovals) {
  Collection collection;
  for (int i = 0; i < 200; ++i) collection.put("id-" + std::to_string(i), JsonObject{{"N", i}});
  for (int i = 0; i < 200; i += 2) EXPECT_TRUE(collection.erase("id-" + std::to_string(i)));
  EXPECT_FALSE(collection.erase("id-0"));
  collection.put("id-1", JsonObject{{"N", -1}});
  std::vector<std::string> ids;
  collection.each(collection.sequence_of("id-195"), [&](uint64_t, const std::string& id, const std::string&) {
    ids.push_back(id);
    return true;
  });
  EXPECT_EQ(ids, (std::vector<std::string>{"id-197", "id-199"}));
  EXPECT_EQ(collection.size(), 100U);
  EXPECT_EQ(collection.find("id-1").at("N").as_int64(), -1);
  EXPECT_TRUE(collection.find("id-2").is_null());
}

TEST(Place, TimersChangeAndRemoveInTheirTime) {
  Place place;
  const auto start = at("2026-01-01T00:00:00Z");
  place.put("c", "x", JsonObject{{"State", "pending"}, {"Gone", 1}});
  place.later(start + std::chrono::seconds(5), "c", "x", JsonObject{{"State", "running"}, {"Gone", nullptr}});
  place.later(start + std::chrono::seconds(9), "c", "x", {});
  place.settle(start + std::chrono::seconds(4));
  EXPECT_EQ(place.of("c").find("x").at("State"), "pending");
  const auto version = place.version;
  place.settle(start + std::chrono::seconds(5));
  EXPECT_EQ(to_json(place.of("c").find("x")), R"({"State":"running"})");
  EXPECT_GT(place.version, version);
  place.settle(start + std::chrono::seconds(9));
  EXPECT_FALSE(place.of("c").contains("x"));
}

TEST(Place, ANewChangeTakesOver) {
  Place place;
  const auto start = at("2026-01-01T00:00:00Z");
  place.put("c", "x", JsonObject{{"State", "pending"}});
  place.later(start, "c", "x", JsonObject{{"State", "running"}});
  place.cancel("c", "x");
  place.settle(start + std::chrono::hours(1));
  EXPECT_EQ(place.of("c").find("x").at("State"), "pending");
}

TEST(Filters, PatternsAreEc2s) {
  EXPECT_TRUE(matches_pattern("*", ""));
  EXPECT_TRUE(matches_pattern("web-*", "web-1"));
  EXPECT_TRUE(matches_pattern("*a*b?", "xxayybz"));
  EXPECT_TRUE(matches_pattern("m?i.large", "m6i.large"));
  EXPECT_FALSE(matches_pattern("web", "web-1"));
  EXPECT_FALSE(matches_pattern("?", ""));
  EXPECT_FALSE(matches_pattern("a*b", "ab-"));
}

std::string everything(World& world, const Time& now) {
  std::string text;
  for (const auto& account : world.plan().accounts) {
    for (const char* region : {"global", "eu-west-1", "us-east-1"}) {
      world.with(account.id, region, now, [&](Place& place) {
        for (const auto& entry : place.collections) {
          const auto& name = entry.first;
          entry.second.each(0, [&](uint64_t, const std::string& id, const std::string& document) {
            text += name + id + document;
            return true;
          });
        }
      });
    }
  }
  return text;
}

EstateOptions small() {
  EstateOptions options;
  options.seed = 11;
  options.resources = 600;
  options.accounts = 3;
  options.regions = {"eu-west-1", "us-east-1"};
  return options;
}

TEST(World, TheSameSeedIsTheSameCompanyInAnyOrder) {
  const auto now = at("2026-11-20T06:00:00Z");
  World one(*make_plan(small())), two(*make_plan(small()));
  two.with(two.plan().accounts[2].id, "us-east-1", now, [](Place&) {});
  two.planted();
  EXPECT_EQ(everything(one, now), everything(two, now));
  auto other = small();
  other.seed = 12;
  World third(*make_plan(other));
  EXPECT_NE(everything(one, now), everything(third, now));
}

TEST(World, WhatIsPlantedExists) {
  const auto now = at("2026-11-20T06:00:00Z");
  World world(*make_plan(small()));
  const auto planted = world.planted();
  EXPECT_GT(planted.size(), 50U);
  for (const auto& row : planted) {
    EXPECT_TRUE(world.with(row.account_id, row.region, now,
                           [&](Place& place) { return place.of(row.type).contains(row.id); }))
        << row.kind << " " << row.type << " " << row.id;
  }
}

TEST(Plan, DividesExactlyAndRefusesNonsense) {
  for (const int64_t resources : {10, 100, 999, 12'345, 100'000}) {
    auto options = small();
    options.resources = resources;
    const auto plan = *make_plan(options);
    int64_t sum = 0;
    for (const auto& account : plan.accounts) {
      sum += account.global_quota;
      for (const auto quota : account.quota) sum += quota;
    }
    EXPECT_EQ(sum, resources);
  }
  auto options = small();
  options.accounts = 0;
  EXPECT_FALSE(make_plan(options).has_value());
  options = small();
  options.regions.clear();
  EXPECT_FALSE(make_plan(options).has_value());
}

}  // namespace
}  // namespace hm::sim
