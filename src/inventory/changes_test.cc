#include "inventory/changes.h"

#include "inventory/trust.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

using Field = Condition::Field;

const std::string kA = "111111111111";
const std::string kB = "222222222222";
const Place kVolumes{kA, "eu-west-1", "ec2/volume"};

catalog::Catalog two_types() {
  std::vector<catalog::ResourceType> types(2);
  types[0].id = "ec2/volume";
  types[0].table = "aws_ebs_volume";
  types[0].volatile_paths.push_back(JsonPath::parse("Io").value());
  types[1].id = "s3/bucket";
  types[1].table = "aws_s3_bucket";
  types[1].scope = catalog::Scope::account;
  return catalog::Catalog(std::move(types));
}

class ChangesTest : public store::DatabaseTest {
 protected:
  static Observed volume(const std::string& id, int64_t size) {
    Observed item;
    item.id = id;
    item.name = "name of " + id;
    item.document = JsonObject{{"VolumeId", id}, {"Size", size}, {"Io", io++}};
    item.hash = id + std::to_string(size);
    return item;
  }
  Time record(const Place& place, std::vector<Observed> items, Outcome outcome = Outcome::ok) {
    for (Observed& one : items) one.region = place.region;
    clock_.advance(std::chrono::minutes(5));
    Sweep sweep;
    sweep.place = place;
    sweep.outcome = outcome;
    if (outcome != Outcome::ok) sweep.error = make_error(ErrorKind::denied, "AccessDenied", "no");
    sweep.started_at = clock_.now();
    // What is missing is gone at once: AWS says so.
    RecordOptions options;
    options.confirm_gone = [](const std::vector<std::string>& ids) {
      return std::set<std::string>(ids.begin(), ids.end());
    };
    const auto recorded = Inventory(database(), clock_).record(sweep, std::move(items), options);
    EXPECT_TRUE(recorded.has_value()) << recorded.error().text();
    return sweep.started_at;
  }
  std::string told(const DiffQuery& query, const Scope& scope = Scope::everything()) {
    auto page = diff(database(), catalog_, scope, query);
    EXPECT_TRUE(page.has_value()) << page.error().text();
    std::string text;
    for (const EventDetail& one : page.value_or(DiffPage{}).items) {
      text += (text.empty() ? "" : " ") + one.event.kind + ":" + one.event.resource.key;
      for (const Difference& each : one.comparison.differences)
        text += "(" + each.path + " " + to_json(each.before) + ">" + to_json(each.after) + ")";
    }
    return text;
  }
  std::string told(Time from, Time to) {
    return told({.conditions = {}, .from = from, .to = to, .cursor = {}});
  }
  std::string feed(const EventFilter& filter, const Scope& scope = Scope::everything()) {
    std::string text;
    std::string cursor;
    int pages = 0;
    do {
      auto page = list_events(database(), scope, filter, cursor, 2);
      EXPECT_TRUE(page.has_value()) << page.error().text();
      if (!page) break;
      for (const Event& one : page->events)
        text += (text.empty() ? "" : " ") + one.kind + ":" + one.resource.key;
      cursor = page->next_cursor;
    } while (!cursor.empty() && ++pages < 20);
    return text;
  }

  const catalog::Catalog catalog_ = two_types();
  inline static int64_t io = 0;  // volatile: another at each look
};

TEST_P(ChangesTest, ADiffTellsWhatDiffersBetweenTwoMoments) {
  const Time first = record(kVolumes, {volume("vol-1", 1), volume("vol-2", 2), volume("vol-3", 3)});
  const Time second = record(kVolumes, {volume("vol-1", 10), volume("vol-2", 2), volume("vol-4", 4)});
  const Time third = record(kVolumes, {volume("vol-1", 1), volume("vol-2", 2), volume("vol-3", 33)});
  EXPECT_EQ(told(first, second), "gone:vol-3 created:vol-4 changed:vol-1(/Size 1>10)");
  EXPECT_EQ(told(second, third), "gone:vol-4 returned:vol-3 changed:vol-1(/Size 10>1)");
  // vol-1 changed and changed back, vol-4 came and went, vol-3 is another than it was.
  EXPECT_EQ(told(first, third), "changed:vol-3(/Size 3>33)");
  auto page = diff(database(), catalog_, Scope::everything(),
                   {.conditions = {}, .from = first, .to = third, .cursor = {}});
  ASSERT_OK(page);
  EXPECT_EQ(page->came_and_went, 1);
  EXPECT_EQ(page->changed_back, 1);
  EXPECT_EQ(told(third, clock_.now() + std::chrono::hours(1)), "");
  // Before anything was read nobody knew what there was.
  EXPECT_EQ(told(first - std::chrono::hours(1), first), "found:vol-3 found:vol-2 found:vol-1");
}

TEST_P(ChangesTest, ADiffIsReadInPages) {
  const Time first = record(kVolumes, {});
  std::vector<Observed> many;
  for (int i = 0; i < 7; ++i) many.push_back(volume("vol-" + std::to_string(i), 1));
  const Time second = record(kVolumes, std::move(many));
  DiffQuery query{.conditions = {}, .from = first, .to = second, .cursor = {}, .limit = 3};
  std::set<std::string> seen;
  int pages = 0;
  do {
    auto page = diff(database(), catalog_, Scope::everything(), query);
    ASSERT_OK(page);
    for (const EventDetail& one : page->items) EXPECT_TRUE(seen.insert(one.event.resource.key).second);
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty() && ++pages < 10);
  EXPECT_EQ(seen.size(), 7u);
  query.cursor = "rubbish";
  EXPECT_EQ(diff(database(), catalog_, Scope::everything(), query).error().code, "cursor");
}

TEST_P(ChangesTest, FiltersAndScopesHold) {
  const Time first = record(kVolumes, {});
  record({kB, "us-east-1", "ec2/volume"}, {});
  record(kVolumes, {volume("vol-a", 1)});
  const Time second = record({kB, "us-east-1", "ec2/volume"}, {volume("vol-b", 1)});
  DiffQuery query{.conditions = {}, .from = second - std::chrono::minutes(9), .to = second, .cursor = {}};
  EXPECT_EQ(told(query), "created:vol-b created:vol-a");
  const Scope only_a{.accounts = std::set{kA}, .regions = std::nullopt};
  EXPECT_EQ(told(query, only_a), "created:vol-a");
  Condition condition;
  condition.field = Field::name;
  condition.values = {"*vol-b"};
  query.conditions = {condition};
  EXPECT_EQ(told(query), "created:vol-b");
  EXPECT_EQ(told(query, only_a), "");
  EXPECT_EQ(feed({.conditions = {condition}}), "created:vol-b");
  EXPECT_EQ(feed({}, only_a), "created:vol-a");
  EXPECT_EQ(feed({.to = first}), "");
  auto all = list_events(database(), Scope::everything(), {}, "", 10);
  ASSERT_OK(all);
  for (const Event& event : all->events) {
    const bool mine = event.resource.place.account_id == kA;
    EXPECT_EQ(get_event(database(), catalog_, only_a, event.seq).has_value(), mine);
  }
  auto trust = trust_of_diff(database(), catalog_, only_a, {}, first - std::chrono::hours(1), second);
  ASSERT_OK(trust);
  EXPECT_EQ(trust->unread_from, 1) << "the other account's place is not counted";
}

TEST_P(ChangesTest, TheFeedTellsKindsApart) {
  record(kVolumes, {volume("vol-1", 1)});
  record(kVolumes, {volume("vol-1", 2), volume("vol-2", 1)});
  const Time third = record(kVolumes, {volume("vol-2", 1)});
  record(kVolumes, {volume("vol-1", 2), volume("vol-2", 1)});
  EXPECT_EQ(feed({}), "returned:vol-1 gone:vol-1 created:vol-2 changed:vol-1 found:vol-1");
  EXPECT_EQ(feed({.kinds = {"found", "gone"}}), "gone:vol-1 found:vol-1");
  EXPECT_EQ(feed({.from = third}), "returned:vol-1 gone:vol-1");
  EXPECT_EQ(feed({.to = third}), "created:vol-2 changed:vol-1 found:vol-1");
  auto counts = count_events(database(), Scope::everything(), {});
  ASSERT_OK(counts);
  EXPECT_EQ(counts->created, 1);
  EXPECT_EQ(counts->found, 1);
  EXPECT_EQ(counts->changed, 1);
  EXPECT_EQ(counts->gone, 1);
  EXPECT_EQ(counts->returned, 1);
  auto page = list_events(database(), Scope::everything(), {.kinds = {"changed"}}, "", 10);
  ASSERT_OK(page);
  auto detail = get_event(database(), catalog_, Scope::everything(), page->events.at(0).seq);
  ASSERT_OK(detail);
  ASSERT_EQ(detail->comparison.differences.size(), 1u) << "what is volatile is no difference";
  EXPECT_EQ(detail->comparison.differences[0].path, "/Size");
  EXPECT_FALSE(detail->compared_with_none);
  EXPECT_EQ(get_event(database(), catalog_, Scope::everything(), 999'999).error().kind, ErrorKind::not_found);
}

// A sweep that fails half-way has seen something: that it was there before is not excluded by it.
TEST_P(ChangesTest, WhatAFailedFirstSweepSawIsFound) {
  record(kVolumes, {volume("vol-1", 1)}, Outcome::throttled);
  EXPECT_EQ(feed({}), "found:vol-1");
  record(kVolumes, {volume("vol-1", 1), volume("vol-2", 1)});
  EXPECT_EQ(feed({}), "found:vol-2 found:vol-1");
}

TEST_P(ChangesTest, ADiffSaysWhatWasNotKnown) {
  const Time first = record(kVolumes, {volume("vol-1", 1)});
  const Time broken = record(kVolumes, {}, Outcome::denied);
  const Time later = record(kVolumes, {volume("vol-1", 2)});
  const auto known = [&](Time from, Time to) {
    auto trust = trust_of_diff(database(), catalog_, Scope::everything(), {}, from, to);
    EXPECT_TRUE(trust.has_value()) << trust.error().text();
    return trust.value_or(DiffTrust{});
  };
  const DiffTrust before = known(first - std::chrono::hours(1), first);
  EXPECT_EQ(before.unread_from, 1);
  EXPECT_EQ(before.unread_to, 0);
  ASSERT_EQ(before.gaps.size(), 1u);
  EXPECT_EQ(before.gaps[0].known_from, std::nullopt);
  EXPECT_FALSE(before.gaps[0].at_to);
  EXPECT_EQ(before.unread_types, std::vector<std::string>{"s3/bucket"});
  EXPECT_FALSE(before.complete());
  const DiffTrust during = known(broken, later);
  EXPECT_EQ(during.stale_from, 1) << "what changed before or after `from` cannot be told";
  EXPECT_EQ(during.gaps.at(0).known_from, first);
  EXPECT_EQ(during.stale_to, 0);
  EXPECT_EQ(known(first, later + std::chrono::minutes(30)).gap_count, 0)
      << "no sweep has failed since, and none is overdue";
  record(kVolumes, {}, Outcome::denied);
  const DiffTrust now = known(first, clock_.now());
  EXPECT_EQ(now.stale_to, 1);
  EXPECT_EQ(now.gaps.at(0).known_to, later);
  EXPECT_EQ(now.gaps.at(0).code, "AccessDenied");
}

TEST_P(ChangesTest, WhatCannotBeReadIsCountedWhereNothingDiffers) {
  Observed item = volume("vol-1", 1);
  item.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "no"));
  const Time first = record(kVolumes, {item});
  const Time second = record(kVolumes, {item});
  auto trust = trust_of_diff(database(), catalog_, Scope::everything(), {}, first, second);
  ASSERT_OK(trust);
  EXPECT_EQ(trust->unreadable, 1);
  EXPECT_EQ(told(first, second), "");
}

TEST_P(ChangesTest, WhatNobodyHasAskedForIsUnknownAndNotEmpty) {
  const Time first = record(kVolumes, {volume("vol-1", 1)});
  const auto known = [&](std::vector<Condition> conditions) {
    auto trust = trust_of_diff(database(), catalog_, Scope::everything(), conditions, first, clock_.now());
    EXPECT_TRUE(trust.has_value()) << trust.error().text();
    return trust.value_or(DiffTrust{});
  };
  const auto of = [](Field field, std::string value, bool negated = false) {
    Condition condition;
    condition.field = field;
    condition.negated = negated;
    condition.values = {std::move(value)};
    return condition;
  };
  using Types = std::vector<std::string>;
  const Condition volumes = of(Field::type, "ec2/volume");
  EXPECT_TRUE(known({volumes}).complete());
  EXPECT_TRUE(known({volumes, of(Field::account, kA), of(Field::region, "eu-west-1")}).complete());
  // Places that nobody has looked at.
  for (const Condition& elsewhere : {of(Field::account, kB), of(Field::region, "ap-south-1")}) {
    const DiffTrust trust = known({volumes, elsewhere});
    EXPECT_TRUE(trust.nothing_asked) << elsewhere.values[0];
    EXPECT_EQ(trust.unread_types, Types{"ec2/volume"}) << elsewhere.values[0];
    EXPECT_FALSE(trust.complete());
  }
  EXPECT_EQ(known({of(Field::account, kA)}).unread_types, Types{"s3/bucket"});
  // Types by patterns, in capitals or not, and what a negated one leaves.
  EXPECT_EQ(known({of(Field::type, "S3/*")}).unread_types, Types{"s3/bucket"});
  EXPECT_EQ(known({of(Field::service, "s3")}).unread_types, Types{"s3/bucket"});
  EXPECT_TRUE(known({of(Field::service, "ec2")}).complete());
  EXPECT_TRUE(known({of(Field::type, "*/b*t", true)}).complete());
  EXPECT_EQ(known({of(Field::service, "ec2", true)}).unread_types, Types{"s3/bucket"});
  EXPECT_FALSE(known({of(Field::type, "rds/*")}).complete()) << "no place fits at all";
  // What lives in regions is not to be found in what does not.
  record({kA, "global", "s3/bucket"}, {});
  EXPECT_EQ(known({of(Field::region, "global")}).unread_types, Types{});
}

TEST_P(ChangesTest, APlaceThatNobodyLooksAtAnyMoreIsNotKnown) {
  const Time only = record(kVolumes, {volume("vol-1", 1)});
  const catalog::ResourceType& type = *catalog_.find("ec2/volume");
  const auto stale_at = [&](Time to) {
    auto trust = trust_of_diff(database(), catalog_, Scope::everything(), {}, only, to);
    EXPECT_TRUE(trust.has_value()) << trust.error().text();
    return trust.value_or(DiffTrust{}).stale_to;
  };
  EXPECT_EQ(stale_at(only + type.refresh), 0);
  EXPECT_EQ(stale_at(only + type.refresh * 3 + std::chrono::minutes(15)), 0);
  EXPECT_EQ(stale_at(only + type.refresh * 3 + std::chrono::minutes(16)), 1);
  EXPECT_EQ(stale_at(only + std::chrono::hours(72)), 1);
}

TEST_P(ChangesTest, WhatASecondSweepSawFirstWasCreated) {
  const Time first = record(kVolumes, {volume("vol-1", 1)});
  const Time second = record(kVolumes, {volume("vol-1", 1), volume("vol-2", 1)});
  EXPECT_EQ(told(first - std::chrono::hours(1), second), "created:vol-2 found:vol-1");
}

TEST_P(ChangesTest, WhatCannotBeReadHasNotChangedBack) {
  const auto unreadable = [](int64_t size) {
    Observed item = volume("vol-1", size);
    item.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "no"));
    return item;
  };
  const Time first = record(kVolumes, {volume("vol-1", 1)});
  record(kVolumes, {volume("vol-1", 2)});
  const Time back = record(kVolumes, {volume("vol-1", 1)});
  record(kVolumes, {unreadable(3)});
  const Time last = record(kVolumes, {unreadable(1)});
  const auto page_of = [&](Time to) {
    auto page = diff(database(), catalog_, Scope::everything(),
                     {.conditions = {}, .from = first, .to = to, .cursor = {}});
    EXPECT_TRUE(page.has_value()) << page.error().text();
    return page.value_or(DiffPage{});
  };
  EXPECT_EQ(page_of(back).changed_back, 1);
  const DiffPage page = page_of(last);
  EXPECT_EQ(page.changed_back, 0);
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].event.kind, "changed");
  EXPECT_TRUE(page.items[0].comparison.differences.empty());
  EXPECT_TRUE(page.items[0].comparison.unknown_after.contains("Policy"));
}

TEST_P(ChangesTest, TheGapsThatAreNamedAreTheUnreadOnesFirst) {
  const auto sweep_many = [&](const std::string& account, Outcome outcome) {
    for (size_t i = 0; i < kMostGapsNamed; ++i)
      record({account, "region-" + std::to_string(i), "ec2/volume"}, {}, outcome);
  };
  sweep_many(kA, Outcome::ok);
  const Time from = clock_.now();
  record({kB, "region-a", "ec2/volume"}, {}, Outcome::denied);
  sweep_many(kA, Outcome::denied);
  auto trust = trust_of_diff(database(), catalog_, Scope::everything(), {}, from, clock_.now());
  ASSERT_OK(trust);
  EXPECT_EQ(trust->gap_count, static_cast<int64_t>(kMostGapsNamed) + 1);
  ASSERT_EQ(trust->gaps.size(), kMostGapsNamed);
  EXPECT_EQ(trust->gaps[0].place.account_id, kB);
  EXPECT_EQ(trust->gaps[1].place.account_id, kA);
}

HM_ON_BOTH_STORES(ChangesTest);

}  // namespace
}  // namespace hm::inventory
