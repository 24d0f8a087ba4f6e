#include "inventory/read.h"

#include <algorithm>

#include "inventory/changes.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

using Field = Condition::Field;

const std::string kA = "111111111111";
const std::string kB = "222222222222";
const catalog::Catalog kNoTypes({});

Condition is(Field field, std::vector<std::string> values, bool negated = false) {
  Condition condition;
  condition.field = field;
  condition.values = std::move(values);
  condition.negated = negated;
  return condition;
}

Condition tag(const std::string& key, std::vector<std::string> values = {}) {
  Condition condition = is(Field::tag, std::move(values));
  condition.key = key;
  return condition;
}

class ReadTest : public store::DatabaseTest {
 protected:
  void SetUp() override {
    store::DatabaseTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    record({kA, "eu-west-1", "ec2/vpc"}, {item("vpc-1", "main")});
    record({kA, "eu-west-1", "ec2/instance"},
           {item("i-1", "Web-1", {{"env", "prod"}}, "vpc-1"),
            item("i-2", "web-2", {{"env", "dev"}, {"50%_off", "x"}}), item("i-3", "")});
    record({kB, "us-east-1", "ec2/instance"}, {item("i-9", "secret", {{"env", "prod"}}, "vpc-1")});
  }
  static Observed item(const std::string& id, const std::string& name,
                       std::map<std::string, std::string> tags = {}, const std::string& vpc = "") {
    Observed made;
    made.id = id;
    made.name = name;
    made.arn = "arn:aws:" + id;
    made.state = id == "i-3" ? "stopped" : "running";
    if (id == "i-1") made.created_at = from_micros(1'700'000'000'000'000);
    made.document = JsonObject{{"Id", id}, {"Name", name}};
    made.hash = id + name;
    made.tags = std::move(tags);
    if (!vpc.empty()) made.relations.push_back({"vpc", "ec2/vpc", vpc});
    return made;
  }
  void record(const Place& place, std::vector<Observed> items) {
    for (Observed& one : items) one.region = place.region;
    clock_.advance(std::chrono::minutes(1));
    Sweep sweep;
    sweep.place = place;
    sweep.outcome = Outcome::ok;
    sweep.started_at = clock_.now();
    ASSERT_OK(Inventory(database(), clock_).record(sweep, std::move(items)));
  }
  std::string keys(std::vector<Condition> conditions, const Scope& scope = Scope::everything()) {
    ListQuery query;
    query.conditions = std::move(conditions);
    query.sort = Sort::type;
    auto page = list_resources(database(), scope, query);
    EXPECT_TRUE(page.has_value()) << page.error().text();
    std::string text;
    for (const Resource& one : page.value_or(Page{}).items) text += (text.empty() ? "" : " ") + one.key;
    EXPECT_EQ(page->total, static_cast<int64_t>(page->items.size()));
    return text;
  }
  static Scope only(const std::string& account) {
    return {.accounts = std::set{account}, .regions = std::nullopt};
  }
  static std::string id_of(const Place& place, const std::string& key) {
    return resource_id(resource_number(place, key));
  }
};

TEST_P(ReadTest, FiltersSelect) {
  const std::vector<std::pair<std::vector<Condition>, std::string>> cases = {
      {{}, "i-1 i-3 i-9 i-2 vpc-1"},
      {{is(Field::type, {"ec2/vpc"})}, "vpc-1"},
      {{is(Field::type, {"ec2/*"}), is(Field::state, {"stopped"})}, "i-3"},
      {{is(Field::service, {"ec2"}), is(Field::service, {"s3"}, true)}, "i-1 i-3 i-9 i-2 vpc-1"},
      {{is(Field::region, {"us-east-1", "x"})}, "i-9"},
      {{is(Field::account, {kB})}, "i-9"},
      {{is(Field::name, {"WEB-*"})}, "i-1 i-2"},
      {{is(Field::name, {"i-3"})}, "i-3"},
      {{is(Field::id, {"i-1", "i-2"})}, "i-1 i-2"},
      {{is(Field::id, {id_of({kA, "eu-west-1", "ec2/vpc"}, "vpc-1")})}, "vpc-1"},
      {{is(Field::arn, {"arn:aws:i-2"})}, "i-2"},
      {{tag("env", {"prod"})}, "i-1 i-9"},
      {{tag("env")}, "i-1 i-9 i-2"},
      {{tag("50%_off")}, "i-2"},
      {{is(Field::gone, {})}, ""},
      {{is(Field::unknown, {})}, ""},
      {{is(Field::untagged, {"ec2/instance", "ec2/vpc"})}, "i-3 vpc-1"},
      {{is(Field::untagged, {"ec2/instance"})}, "i-3"},  // whether the VPC bears tags is not asked
      {{is(Field::untagged, {})}, ""},
      {{is(Field::name, {})}, ""},
      {{is(Field::name, {"x'; drop table resource; --"})}, ""},
  };
  for (const auto& [conditions, expected] : cases) EXPECT_EQ(keys(conditions), expected) << expected;
  Condition old;
  old.field = Field::created_before;
  old.at = clock_.now();
  EXPECT_EQ(keys({old}), "i-1");
  old.negated = true;
  EXPECT_EQ(keys({old}), "i-3 i-9 i-2 vpc-1");
  EXPECT_EQ(list_resources(database(), Scope::everything(),
                           {.conditions = {is(Field::word, {"web"})}, .cursor = {}})
                .error()
                .code,
            "no_search")
      << "nobody asked the search";
  EXPECT_EQ(list_resources(database(), Scope::everything(),
                           {.conditions = std::vector<Condition>(51), .cursor = {}})
                .error()
                .code,
            "filter");
}

// Of what many bear, pages of one are filled by asking each resource for the tag; pages of a hundred are not.
TEST_P(ReadTest, WhatBearsATagIsTheSameWhicheverWayItIsLookedFor) {
  Condition without = tag("env", {"prod"});
  without.negated = true;
  const std::vector<std::pair<std::vector<Condition>, std::vector<std::string>>> cases = {
      {{tag("env", {"prod"})}, {"i-1", "i-9"}},
      {{tag("env")}, {"i-1", "i-2", "i-9"}},
      {{tag("env", {"PR*", "dev"})}, {"i-1", "i-2", "i-9"}},
      {{without}, {"i-2", "i-3", "vpc-1"}},
      {{tag("env", {"prod"}), is(Field::account, {kA})}, {"i-1"}},
      {{tag("env", {"prod"}), tag("env", {"dev"})}, {}},
  };
  for (const auto& [conditions, expected] : cases) {
    for (const int limit : {1, 100}) {
      ListQuery query;
      query.conditions = conditions;
      query.limit = limit;
      std::vector<std::string> keys;
      do {
        const auto page = list_resources(database(), Scope::everything(), query);
        ASSERT_OK(page);
        EXPECT_EQ(page->total, static_cast<int64_t>(expected.size()));
        for (const Resource& one : page->items) keys.push_back(one.key);
        query.cursor = page->next_cursor;
      } while (!query.cursor.empty() && keys.size() <= expected.size());
      std::sort(keys.begin(), keys.end());
      EXPECT_EQ(keys, expected) << limit;
    }
  }
}

TEST_P(ReadTest, PagesNeitherRepeatNorSkip) {
  for (const Sort sort : {Sort::name, Sort::type, Sort::account, Sort::region, Sort::state, Sort::created_at,
                          Sort::first_seen}) {
    for (const bool descending : {false, true}) {
      ListQuery query;
      query.sort = sort;
      query.descending = descending;
      query.limit = 2;
      std::set<std::string> seen;
      int pages = 0;
      do {
        auto page = list_resources(database(), Scope::everything(), query);
        ASSERT_OK(page);
        EXPECT_EQ(page->total, 5);
        for (const Resource& one : page->items) EXPECT_TRUE(seen.insert(one.id).second);
        query.cursor = page->next_cursor;
      } while (!query.cursor.empty() && ++pages < 10);
      EXPECT_EQ(seen.size(), 5u);
    }
  }
  ListQuery query;
  query.limit = 2;
  query.cursor = list_resources(database(), Scope::everything(), query)->next_cursor;
  query.sort = Sort::type;
  EXPECT_EQ(list_resources(database(), Scope::everything(), query).error().code, "cursor");
  query.cursor = "rubbish";
  EXPECT_EQ(list_resources(database(), Scope::everything(), query).error().code, "cursor");
}

TEST_P(ReadTest, TheScopeHoldsEverywhere) {
  const std::string b_id = id_of({kB, "us-east-1", "ec2/instance"}, "i-9");
  EXPECT_EQ(keys({}, only(kB)), "i-9");
  EXPECT_EQ(keys({is(Field::id, {b_id})}, only(kA)), "");
  EXPECT_EQ(keys({}, {.accounts = std::nullopt, .regions = std::set<std::string>{}}), "");
  EXPECT_EQ(get_resource(database(), only(kA), b_id).error().kind, ErrorKind::not_found);
  EXPECT_EQ(get_resource(database(), only(kA), "0000000000000000").error().message,
            get_resource(database(), only(kA), b_id).error().message);
  EXPECT_EQ(get_history(database(), kNoTypes, only(kA), b_id, 0, 10).error().kind, ErrorKind::not_found);
  EXPECT_EQ(list_events(database(), only(kB), {}, "", 100)->events.size(), 1u);
  EXPECT_EQ(count_events(database(), only(kB), {})->found, 1);
  EXPECT_EQ(list_sweeps(database(), only(kB))->size(), 1u);
  const std::vector<std::string> tagged = {"ec2/instance", "ec2/vpc"};
  EXPECT_EQ(count_untagged(database(), only(kB), tagged)->count, 0);
  EXPECT_EQ(count_untagged(database(), Scope::everything(), tagged)->count, 2);
  EXPECT_EQ(count_untagged(database(), Scope::everything(), {"ec2/vpc"})->count, 1);
}

TEST_P(ReadTest, FacetsAreCountedOverTheFilteredSet) {
  auto facets = count_facets(database(), only(kA), {}, 10);
  ASSERT_OK(facets);
  EXPECT_EQ(facets->total, 4);
  ASSERT_EQ(facets->account.values.size(), 1u);
  EXPECT_EQ(facets->account.values[0].count, 4);
  auto limited = count_facets(database(), Scope::everything(), {}, 1);
  ASSERT_OK(limited);
  EXPECT_EQ(limited->total, 5);
  EXPECT_EQ(limited->region.values[0].value, "eu-west-1");
  EXPECT_EQ(limited->region.more, 1);
  auto filtered = count_facets(database(), Scope::everything(), {is(Field::type, {"ec2/vpc"})}, 10);
  ASSERT_OK(filtered);
  ASSERT_EQ(filtered->type.values.size(), 1u);
  EXPECT_EQ(filtered->type.values[0].value, "ec2/vpc");
  EXPECT_EQ(filtered->total, filtered->type.values[0].count);
  if (database().dialect() != store::Dialect::sqlite) return;
  const auto plan = database().read("test", [](store::Reader& reader) {
    return reader.one(
        "explain query plan select r.type, r.account_id, r.region, r.state, count(*) from resource r where "
        "(r.gone_at is null) group by r.type, r.account_id, r.region, r.state",
        {}, [](const store::Row& row) { return row.string(3); });
  });
  ASSERT_OK(plan);
  EXPECT_NE((*plan)->find("COVERING INDEX resource_facets"), std::string::npos) << **plan;
}

TEST_P(ReadTest, SweepsAreTalliedWithoutReadingThem) {
  const auto sweeps = list_sweeps(database(), Scope::everything());
  const auto groups = tally_sweeps(database(), Scope::everything());
  ASSERT_OK(sweeps);
  ASSERT_OK(groups);
  int64_t places = 0, seen = 0, seen_by_sweeps = 0;
  std::optional<Time> oldest, oldest_of_sweeps;
  for (const SweepState& sweep : *sweeps) {
    seen_by_sweeps += sweep.ok_count.value_or(0);
    if (sweep.ok_at && (!oldest_of_sweeps || *sweep.ok_at < *oldest_of_sweeps))
      oldest_of_sweeps = sweep.ok_at;
  }
  for (const SweepGroup& group : *groups) {
    places += group.places;
    seen += group.ok_count.value_or(0);
    if (group.oldest_ok && (!oldest || *group.oldest_ok < *oldest)) oldest = group.oldest_ok;
  }
  EXPECT_EQ(places, static_cast<int64_t>(sweeps->size()));
  EXPECT_EQ(seen, seen_by_sweeps);
  EXPECT_EQ(oldest, oldest_of_sweeps);
  const auto of_b = tally_sweeps(database(), only(kB));
  ASSERT_OK(of_b);
  ASSERT_FALSE(of_b->empty());
  for (const SweepGroup& group : *of_b) EXPECT_EQ(group.account_id, kB);
  Sweep denied;
  denied.place = {kA, "us-east-1", "ec2/vpc"};
  denied.outcome = Outcome::denied;
  denied.error = make_error(ErrorKind::denied, "AccessDenied", "refused");
  denied.started_at = clock_.now();
  ASSERT_OK(Inventory(database(), clock_).record(denied, {}));
  denied.place.region = "us-west-2";
  ASSERT_OK(Inventory(database(), clock_).record(denied, {}));
  const auto problems = first_problems(database(), Scope::everything());
  ASSERT_OK(problems);
  ASSERT_EQ(problems->size(), 1u);
  EXPECT_EQ(problems->at(0).place.region, "us-east-1");
  EXPECT_TRUE(first_problems(database(), only(kB))->empty());
  EXPECT_EQ(list_sweeps(database(), Scope::everything(), Outcome::denied)->size(), 2u);
}

TEST_P(ReadTest, RelationsGoBothWaysWithinAccountAndScope) {
  const std::string vpc = id_of({kA, "eu-west-1", "ec2/vpc"}, "vpc-1");
  auto detail = get_resource(database(), Scope::everything(), vpc);
  ASSERT_OK(detail);
  ASSERT_EQ(detail->relations.size(), 1u) << "the instance of B means a vpc-1 of its own account";
  EXPECT_FALSE(detail->relations[0].outgoing);
  EXPECT_EQ(detail->relations[0].resource->key, "i-1");
  auto instance = get_resource(database(), Scope::everything(), detail->relations[0].resource->id);
  ASSERT_OK(instance);
  ASSERT_EQ(instance->relations.size(), 1u);
  EXPECT_TRUE(instance->relations[0].outgoing);
  EXPECT_EQ(instance->relations[0].resource->id, vpc);
  auto other = get_resource(database(), Scope::everything(), id_of({kB, "us-east-1", "ec2/instance"}, "i-9"));
  ASSERT_OK(other);
  EXPECT_EQ(other->relations.at(0).target, "vpc-1");
  EXPECT_FALSE(other->relations.at(0).resource.has_value());
}

TEST_P(ReadTest, ARelationMeansWhatIsThereAndNearest) {
  const Place here{kA, "eu-west-1", "ec2/key_pair"};
  const Place there{kA, "us-east-1", "ec2/key_pair"};
  const Place elsewhere{kB, "eu-west-1", "ec2/key_pair"};
  record(here, {item("key-1", "one"), item("key-2", "two"), item("key-4", "key-3"), item("key-9", "old")});
  record(there, {item("key-1", "one"), item("key-3", "three"), item("key-9", "old")});
  record(elsewhere, {item("key-5", "five")});
  for (int missing = 0; missing < 2; ++missing)  // key-9 is gone here
    record(here, {item("key-1", "one"), item("key-2", "two"), item("key-4", "key-3")});
  Observed from = item("i-7", "seven");
  for (const char* target :
       {"key-1", "key-3", "two", "three", "key-9", "key-5", "arn:aws:key-5", "arn:aws:none"})
    from.relations.push_back({"key", "ec2/key_pair", target});
  record({kA, "eu-west-1", "rds/instance"}, {from});
  const auto meant = [&](const Scope& scope) {
    const auto detail = get_resource(database(), scope, id_of({kA, "eu-west-1", "rds/instance"}, "i-7"));
    EXPECT_TRUE(detail.has_value());
    std::map<std::string, std::string> found;
    for (const auto& one : detail.value_or(Detail()).relations)
      found[one.target] =
          one.resource ? one.resource->place.account_id + " " + one.resource->region + " " + one.resource->key
                       : "";
    return found;
  };
  std::map<std::string, std::string> expected = {
      {"key-1", kA + " eu-west-1 key-1"},          // its own region's
      {"key-3", kA + " us-east-1 key-3"},          // an id goes before a name
      {"two", kA + " eu-west-1 key-2"},            // by name
      {"three", ""},                               // a name is of the region
      {"key-9", kA + " us-east-1 key-9"},          // rather one that is there
      {"key-5", ""},                               // an id is of the account
      {"arn:aws:key-5", kB + " eu-west-1 key-5"},  // an ARN is of all
      {"arn:aws:none", ""}};
  EXPECT_EQ(meant(Scope::everything()), expected);
  expected["arn:aws:key-5"] = "";
  EXPECT_EQ(meant(only(kA)), expected);
  Scope region = only(kA);
  region.regions = std::set<std::string>{"eu-west-1"};
  expected["key-3"] = kA + " eu-west-1 key-4";
  expected["key-9"] = kA + " eu-west-1 key-9";  // gone, but the only one that may be seen
  EXPECT_EQ(meant(region), expected);
}

TEST_P(ReadTest, HistoryTellsWhatChanged) {
  const Place place{kA, "eu-west-1", "ec2/vpc"};
  record(place, {item("vpc-1", "renamed")});
  auto history = get_history(database(), kNoTypes, Scope::everything(), id_of(place, "vpc-1"), 0, 1);
  ASSERT_OK(history);
  ASSERT_EQ(history->versions.size(), 1u);
  ASSERT_EQ(history->versions[0].comparison.differences.size(), 1u);
  EXPECT_EQ(history->versions[0].comparison.differences[0].path, "/Name");
  EXPECT_EQ(history->versions[0].comparison.differences[0].before, Json("main"));
  EXPECT_EQ(history->versions[0].comparison.differences[0].after, Json("renamed"));
  EXPECT_EQ(history->versions[0].valid_to, std::nullopt);
  EXPECT_EQ(history->next_before, 2);
  auto older =
      get_history(database(), kNoTypes, Scope::everything(), id_of(place, "vpc-1"), history->next_before, 5);
  ASSERT_OK(older);
  EXPECT_EQ(older->versions.at(0).kind, "found");
  EXPECT_EQ(older->next_before, 0);
  auto events = list_events(database(), Scope::everything(), {}, "", 1);
  ASSERT_OK(events);
  EXPECT_EQ(events->events.at(0).kind, "changed");
  EXPECT_EQ(events->events.at(0).resource.name, "renamed");
}

HM_ON_BOTH_STORES(ReadTest);

}  // namespace
}  // namespace hm::inventory
