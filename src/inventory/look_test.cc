// Looks beside the sweeps: which of two that saw the same thing at other times is believed.
#include "inventory/inventory.h"
#include "inventory/read.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

const Place kVolumes{"111111111111", "eu-west-1", "ec2/volume"};

Observed volume(const std::string& id, const std::string& state) {
  Observed item;
  item.id = id;
  item.region = "eu-west-1";
  item.arn = "arn:aws:ec2:eu-west-1:111111111111:volume/" + id;
  item.state = state;
  item.document = JsonObject{{"VolumeId", id}, {"State", state}};
  item.hash = id + state;
  return item;
}

class LookTest : public store::DatabaseTest {
 protected:
  Time later() {
    clock_.advance(std::chrono::minutes(1));
    return clock_.now();
  }
  Status sweep(Time started_at, std::vector<Observed> items, Outcome outcome = Outcome::ok) {
    Sweep sweep;
    sweep.place = kVolumes;
    sweep.outcome = outcome;
    sweep.started_at = started_at;
    auto counts = Inventory(database(), clock_).record(sweep, std::move(items));
    if (!counts) return std::move(counts.error());
    return ok();
  }
  Result<Looked> look(Time started_at, const std::string& id, std::optional<std::string> state) {
    Look look{.place = kVolumes, .key = id, .started_at = started_at};
    if (state) look.item = volume(id, *state);
    return Inventory(database(), clock_).record(std::move(look));
  }
  // "available", "gone", or nothing where it was never known.
  std::string state(const std::string& id) {
    auto found = database().read("looking", [&](store::Reader& reader) {
      return reader.one(
          "select case when gone_at is null then state else 'gone' end from resource where key = $1", {id},
          [](const store::Row& row) { return row.string(0); });
    });
    EXPECT_TRUE(found.has_value());
    return found && *found ? **found : "";
  }
  int64_t number(const std::string& sql) {
    return database().read("looking", [&](store::Reader& reader) { return reader.number(sql); }).value_or(-1);
  }
};

TEST_P(LookTest, CreatesChangesAndEnds) {
  ASSERT_TRUE(sweep(later(), {}));
  EXPECT_EQ(*look(later(), "vol-1", "creating"), Looked::created);
  EXPECT_EQ(*look(later(), "vol-1", "available"), Looked::changed);
  EXPECT_EQ(*look(later(), "vol-1", "available"), Looked::unchanged);
  EXPECT_EQ(state("vol-1"), "available");
  EXPECT_EQ(*look(later(), "vol-1", std::nullopt), Looked::gone);
  EXPECT_EQ(state("vol-1"), "gone");
  EXPECT_EQ(*look(later(), "vol-1", std::nullopt), Looked::unchanged);
  EXPECT_EQ(*look(later(), "vol-2", std::nullopt), Looked::nowhere);
  EXPECT_EQ(*look(later(), "vol-1", "available"), Looked::created);
  EXPECT_EQ(number("select count(*) from resource_version"), 4);
}

TEST_P(LookTest, LeavesTheOutcomeOfTheSweepAlone) {
  ASSERT_TRUE(sweep(later(), {volume("vol-1", "available")}, Outcome::ok));
  const int64_t at = number("select started_at from sweep");
  ASSERT_TRUE(look(later(), "vol-1", "in-use"));
  EXPECT_EQ(number("select started_at from sweep"), at);
  EXPECT_EQ(number("select count(*) from sweep_history"), 1);
  EXPECT_EQ(number("select ok_count from sweep"), 1);
}

TEST_P(LookTest, ASweepThatBeganBeforeItLeavesWhatItSawAlone) {
  ASSERT_TRUE(sweep(later(), {volume("old", "available"), volume("deleted", "available")}));
  const Time began = later();
  ASSERT_TRUE(look(later(), "old", "in-use"));
  ASSERT_TRUE(look(later(), "new", "creating"));
  ASSERT_TRUE(look(later(), "deleted", std::nullopt));
  // The list was read before all of that.
  ASSERT_TRUE(sweep(began, {volume("old", "available"), volume("deleted", "available")}));
  EXPECT_EQ(state("old"), "in-use");
  EXPECT_EQ(state("new"), "creating");
  EXPECT_EQ(state("deleted"), "gone");
  EXPECT_EQ(number("select count(*) from resource where missing_since is not null"), 0);
  // The next one knows as much as anybody.
  ASSERT_TRUE(sweep(later(), {volume("old", "available"), volume("new", "available")}));
  EXPECT_EQ(state("old"), "available");
  EXPECT_EQ(state("new"), "available");
}

TEST_P(LookTest, WhoBeganEarlierKnowsLess) {
  const Time early = later();
  ASSERT_TRUE(sweep(later(), {volume("vol-1", "available")}));
  const auto late = look(early, "vol-1", "creating");
  ASSERT_FALSE(late.has_value());
  EXPECT_EQ(late.error().code, "stale_sweep");
  const Time first = later();
  ASSERT_TRUE(look(later(), "vol-1", "in-use"));
  EXPECT_FALSE(look(first, "vol-1", "available").has_value()) << "events come in any order";
  EXPECT_EQ(state("vol-1"), "in-use");
}

TEST_P(LookTest, AChangeHappenedAfterWhoeverSawItLast) {
  ASSERT_TRUE(sweep(later(), {volume("vol-1", "available")}));
  const Time looked = later();
  ASSERT_TRUE(look(looked, "vol-1", "available"));
  ASSERT_TRUE(look(later(), "vol-1", "in-use"));
  EXPECT_EQ(number("select seen_before from resource_version where version = 2"), to_micros(looked));
}

TEST_P(LookTest, NamesAreFoundByKeyAndArn) {
  ASSERT_TRUE(sweep(later(), {volume("vol-1", "available"), volume("vol-2", "available")}));
  const auto found = Inventory(database(), clock_)
                         .keys_named("111111111111", "eu-west-1", {"ec2/volume", "ec2/instance"},
                                     {"vol-1", "arn:aws:ec2:eu-west-1:111111111111:volume/vol-2", "vol-3"});
  ASSERT_TRUE(found.has_value());
  std::set<std::string> keys;
  for (const auto& row : *found) keys.insert(row.key);
  EXPECT_EQ(keys, (std::set<std::string>{"vol-1", "vol-2"}));
  EXPECT_TRUE(Inventory(database(), clock_)
                  .keys_named("222222222222", "eu-west-1", {"ec2/volume"}, {"vol-1"})
                  ->empty());
}

HM_ON_BOTH_STORES(LookTest);

}  // namespace
}  // namespace hm::inventory
