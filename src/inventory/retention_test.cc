#include "inventory/retention.h"

#include "inventory/projection.h"
#include "inventory/read.h"
#include "inventory/trail.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

const Place kVolumes{"111111111111", "eu-west-1", "ec2/volume"};

catalog::Catalog one_type() {
  std::vector<catalog::ResourceType> types(1);
  types[0].id = "ec2/volume";
  types[0].table = "aws_ebs_volume";
  types[0].columns.push_back({.name = "size",
                              .path = JsonPath::parse("Size").value(),
                              .type = catalog::ColumnType::integer,
                              .description = ""});
  return catalog::Catalog(std::move(types));
}

class RetentionTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    directory_ = std::filesystem::temp_directory_path() / ("hm-retention-" + hex(random_bytes(8)));
  }
  void TearDown() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
    store::DatabaseTest::TearDown();
  }
  // Each a day after the one before.
  Time record(const std::map<std::string, int64_t>& sizes) {
    clock_.advance(std::chrono::hours(24));
    std::vector<Observed> items;
    for (const auto& [id, size] : sizes) {
      Observed item;
      item.id = id;
      item.region = kVolumes.region;
      item.name = id;
      item.document = JsonObject{{"VolumeId", id}, {"Size", size}};
      item.hash = id + std::to_string(size);
      items.push_back(std::move(item));
    }
    Sweep sweep;
    sweep.place = kVolumes;
    sweep.outcome = Outcome::ok;
    sweep.started_at = clock_.now();
    RecordOptions options;
    options.confirm_gone = [](const std::vector<std::string>& ids) {
      return std::set<std::string>(ids.begin(), ids.end());
    };
    const auto recorded = Inventory(database(), clock_).record(sweep, std::move(items), options);
    EXPECT_TRUE(recorded.has_value()) << recorded.error().text();
    return sweep.started_at;
  }
  std::string at(Time moment) {
    auto answer =
        query_at(database(), catalog_, directory_.string(),
                 "select name || ':' || size from aws_ebs_volume order by 1", Scope::everything(), moment);
    if (!answer) return answer.error().code;
    std::string text;
    for (const auto& row : answer->answer.rows)
      text += (text.empty() ? "" : " ") + std::string(as_text(row.at(0)));
    return text;
  }
  int64_t versions() {
    return database()
        .read("test",
              [](store::Reader& reader) { return reader.number("select count(*) from resource_version"); })
        .value_or(-1);
  }
  const catalog::Catalog catalog_ = one_type();
  std::filesystem::path directory_;
};

TEST_P(RetentionTest, ForgetsWhatWasReplacedBeforeTheHorizon) {
  const Time first = record({{"a", 1}, {"b", 1}, {"c", 1}});
  const Time second = record({{"a", 2}, {"b", 1}});
  const Time third = record({{"a", 3}, {"b", 1}});
  const Time fourth = record({{"a", 3}, {"b", 2}});
  EXPECT_EQ(history_horizon(database()).value(), std::nullopt);
  EXPECT_EQ(at(first - std::chrono::hours(1)), "");
  const Time horizon = third + std::chrono::hours(1);
  auto forgotten = forget_before(database(), horizon);
  ASSERT_OK(forgotten);
  EXPECT_EQ(forgotten->versions, 2)
      << "two states of a; b's first holds at the horizon, c's is the last there was";
  EXPECT_EQ(history_horizon(database()).value(), horizon);
  EXPECT_EQ(at(first), "before_horizon");
  EXPECT_EQ(at(third), "before_horizon");
  EXPECT_EQ(at(horizon), "a:3 b:1");
  EXPECT_EQ(at(fourth), "a:3 b:2");
  EXPECT_EQ(diff(database(), catalog_, Scope::everything(), {.from = second, .to = fourth}).error().code,
            "before_horizon");
  auto differs = diff(database(), catalog_, Scope::everything(), {.from = horizon, .to = fourth});
  ASSERT_OK(differs);
  EXPECT_EQ(differs->items.size(), 1u);
  auto gone = get_resource(database(), Scope::everything(), resource_id(resource_number(kVolumes, "c")));
  ASSERT_OK(gone);
  EXPECT_EQ(gone->state.document.at("Size").to_number<int64_t>(), 1);
  auto history = get_history(database(), catalog_, Scope::everything(),
                             resource_id(resource_number(kVolumes, "a")), 0, 10);
  ASSERT_OK(history);
  ASSERT_EQ(history->versions.size(), 1u);
  EXPECT_TRUE(history->versions[0].compared_with_none);
  // Again changes nothing, and the horizon never goes back.
  ASSERT_OK(forget_before(database(), first));
  EXPECT_EQ(history_horizon(database()).value(), horizon);
  EXPECT_EQ(at(horizon), "a:3 b:1");
}

TEST_P(RetentionTest, ForgetsInManySmallStepsAndCanBeStopped) {
  for (int64_t size = 0; size < 5; ++size) {
    std::map<std::string, int64_t> sizes;
    for (int i = 0; i < 600; ++i) sizes["v" + std::to_string(i)] = size;
    record(sizes);
  }
  ASSERT_EQ(versions(), 3000);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(forget_before(database(), clock_.now(), stopped.get_token())->versions, 0);
  EXPECT_EQ(forget_before(database(), clock_.now())->versions, 2400);
  EXPECT_EQ(versions(), 600);
}

TEST_P(RetentionTest, WhatStaysIsLookedAtWithoutWriting) {
  const auto written = [&] {
    return database()
        .read("test",
              [](store::Reader& reader) {
                return reader.number("select count(*) from change_log where noun = 'history'");
              })
        .value_or(-1);
  };
  std::map<std::string, int64_t> many;
  for (int i = 0; i < 1500; ++i) many["v" + std::to_string(i)] = 1;
  record(many);
  record({{"kept", 1}});
  record({{"kept", 2}});
  clock_.advance(std::chrono::hours(24));
  // All that is old are the last states of what is gone, and one state that was replaced.
  EXPECT_EQ(forget_before(database(), clock_.now())->versions, 1);
  EXPECT_EQ(written(), 1) << "one transaction for the one state";
  EXPECT_EQ(forget_before(database(), clock_.now())->versions, 0);
  EXPECT_EQ(written(), 1);
  EXPECT_EQ(versions(), 3001) << "of each the last state and that it is gone, and the one that is there";
}

TEST_P(RetentionTest, ForgetsCallsToo) {
  const Time now = clock_.now();
  std::vector<TrailEvent> events;
  for (int day = 0; day < 10; ++day) {
    TrailEvent event;
    event.event_id = "e" + std::to_string(day);
    event.at = now - std::chrono::days(day);
    event.targets = {1, 2, day};
    events.push_back(std::move(event));
  }
  TrailPosition position;
  position.account_id = kVolumes.account_id;
  position.region = kVolumes.region;
  position.outcome = Outcome::ok;
  EXPECT_EQ(record_trail(database(), position, events).value(), 10);
  EXPECT_EQ(record_trail(database(), position, events).value(), 0) << "what is known is kept once";
  EXPECT_EQ(forget_before(database(), now - std::chrono::days(4))->calls, 5);
  auto left = database().read("test", [](store::Reader& reader) {
    return reader.number("select count(distinct event) from trail_target");
  });
  EXPECT_EQ(left.value(), 5);
}

HM_ON_BOTH_STORES(RetentionTest);

}  // namespace
}  // namespace hm::inventory
