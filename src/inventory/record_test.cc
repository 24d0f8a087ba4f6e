#include "inventory/record.h"

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "inventory/inventory.h"
#include "inventory/read.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

const Place kVolumes{"111111111111", "eu-west-1", "ec2/volume"};

Observed volume(const std::string& id, const std::string& state = "in-use") {
  Observed item;
  item.id = id;
  item.region = "eu-west-1";
  item.arn = "arn:aws:ec2:eu-west-1:111111111111:volume/" + id;
  item.name = "name of " + id;
  item.state = state;
  item.document = JsonObject{{"VolumeId", id}, {"State", state}, {"Size", 8}};
  item.tags = {{"env", "prod"}, {"owner", "zoë"}};
  item.relations = {{"instance", "ec2/instance", "i-1"}, {"instance", "ec2/instance", "i-1"}};
  item.hash = id + state;
  return item;
}

class RecordTest : public store::DatabaseTest {
 protected:
  Sweep sweep(Outcome outcome = Outcome::ok) {
    clock_.advance(std::chrono::minutes(5));
    Sweep made;
    made.place = kVolumes;
    made.outcome = outcome;
    if (outcome != Outcome::ok) made.error = make_error(ErrorKind::denied, "AccessDenied", "no");
    made.started_at = clock_.now();
    return made;
  }
  SweepCounts record(std::vector<Observed> items, Outcome outcome = Outcome::ok,
                     const RecordOptions& options = {}) {
    Inventory inventory(database(), clock_);
    auto counts = inventory.record(sweep(outcome), std::move(items), options);
    EXPECT_TRUE(counts.has_value()) << counts.error().text();
    return counts.value_or(SweepCounts{});
  }
  int64_t number(const std::string& sql) {
    auto found = database().read("looking", [&](store::Reader& reader) { return reader.number(sql); });
    EXPECT_TRUE(found.has_value()) << found.error().text();
    return found.value_or(-1);
  }
  int64_t alive() { return number("select count(*) from resource where gone_at is null"); }
  std::string id_of(const std::string& key) { return resource_id(resource_number(kVolumes, key)); }
  Detail detail(const std::string& key) {
    auto found = get_resource(database(), Scope::everything(), id_of(key));
    EXPECT_TRUE(found.has_value()) << found.error().text();
    return found.value_or(Detail{});
  }
};

TEST_P(RecordTest, TheFirstSweepCreatesAndTheSameAgainCostsNoWrite) {
  const auto first = record({volume("vol-1"), volume("vol-2")});
  EXPECT_EQ(first.created, 2);
  EXPECT_EQ(first.seen, 2);
  const int64_t changes = *database().last_change();
  const auto second = record({volume("vol-2"), volume("vol-1")});
  EXPECT_EQ(second.unchanged, 2);
  EXPECT_EQ(second.created + second.changed + second.gone, 0);
  EXPECT_EQ(*database().last_change(), changes + 1) << "only the sweep itself";
  EXPECT_EQ(number("select count(*) from resource_version"), 2);
  EXPECT_EQ(number("select count(*) from tag"), 4);
  EXPECT_EQ(number("select count(*) from relation"), 2);
}

TEST_P(RecordTest, AChangeIsANewVersion) {
  record({volume("vol-1")});
  const auto counts = record({volume("vol-1", "available")});
  EXPECT_EQ(counts.changed, 1);
  EXPECT_EQ(number("select count(*) from resource_version"), 2);
  EXPECT_EQ(number("select count(*) from resource_version where valid_to is null"), 1);
  EXPECT_EQ(number("select v.valid_from - o.valid_to from resource_version v, resource_version o where "
                   "v.version = 2 and o.version = 1"),
            0);
  EXPECT_EQ(detail("vol-1").resource.state, "available");
}

TEST_P(RecordTest, AVolatileChangeIsStoredWithoutAVersion) {
  record({volume("vol-1")});
  Observed used = volume("vol-1");
  used.document.as_object()["LastUsed"] = "2026-11-23";
  EXPECT_EQ(record({used}).unchanged, 1);
  EXPECT_EQ(number("select count(*) from resource_version"), 1);
  EXPECT_EQ(member_text(detail("vol-1").state.document, "LastUsed"), "2026-11-23");
}

TEST_P(RecordTest, AShuffledSetIsNoWrite) {
  Observed item = volume("vol-1");
  item.document.as_object()["Groups"] = JsonArray{"a", "b", JsonObject{{"x", 1}}};
  record({item});
  const int64_t changes = *database().last_change();
  item.document.as_object()["Groups"] = JsonArray{JsonObject{{"x", 1}}, "b", "a"};
  record({item});
  EXPECT_EQ(*database().last_change(), changes + 1);
}

TEST_P(RecordTest, OnlyTwoOkSweepsInARowMakeGone) {
  record({volume("vol-1"), volume("vol-2")});
  const auto once = record({volume("vol-1")});
  EXPECT_EQ(once.gone, 0);
  EXPECT_EQ(once.missing, 1);
  EXPECT_EQ(alive(), 2);
  EXPECT_EQ(record({}, Outcome::denied).gone, 0) << "a failed sweep says nothing of what it did not see";
  EXPECT_EQ(alive(), 2);
  EXPECT_EQ(record({volume("vol-1")}).gone, 1);
  EXPECT_EQ(alive(), 1);
  EXPECT_EQ(number("select count(*) from resource_version where kind = 'gone' and payload is null"), 1);
  EXPECT_EQ(record({volume("vol-1")}).gone, 0) << "gone once";
}

TEST_P(RecordTest, WhatShowsUpAgainIsNotMissingAnyMore) {
  record({volume("vol-1")});
  record({});
  record({volume("vol-1")});
  EXPECT_EQ(record({}).gone, 0) << "it counts from the start again";
  EXPECT_EQ(alive(), 1);
}

TEST_P(RecordTest, AskingByIdDecidesAtOnce) {
  record({volume("vol-1"), volume("vol-2")});
  std::vector<std::string> asked;
  RecordOptions options;
  options.confirm_gone = [&](const std::vector<std::string>& ids) {
    asked = ids;
    return std::set<std::string>{"vol-2"};
  };
  const auto counts = record({}, Outcome::ok, options);
  EXPECT_EQ(asked, (std::vector<std::string>{"vol-1", "vol-2"}));
  EXPECT_EQ(counts.gone, 1);
  EXPECT_EQ(counts.missing, 1);
}

TEST_P(RecordTest, TheGoneMayReturn) {
  record({volume("vol-1")});
  record({});
  record({});
  EXPECT_EQ(alive(), 0);
  EXPECT_EQ(record({volume("vol-1")}).returned, 1);
  EXPECT_EQ(alive(), 1);
  auto history = get_history(database(), catalog::Catalog({}), Scope::everything(), id_of("vol-1"), 0, 10);
  ASSERT_OK(history);
  ASSERT_EQ(history->versions.size(), 3u);
  EXPECT_EQ(history->versions[0].kind, "returned");
  EXPECT_EQ(history->versions[1].kind, "gone");
  EXPECT_EQ(history->versions[2].kind, "found");
}

TEST_P(RecordTest, AFailedSweepStoresWhatItSaw) {
  EXPECT_EQ(record({volume("vol-1")}, Outcome::throttled).created, 1);
  EXPECT_EQ(alive(), 1);
  auto sweeps = list_sweeps(database(), Scope::everything());
  ASSERT_OK(sweeps);
  ASSERT_EQ(sweeps->size(), 1u);
  EXPECT_EQ(sweeps->front().outcome, Outcome::throttled);
  EXPECT_EQ(sweeps->front().ok_at, std::nullopt);
  EXPECT_EQ(sweeps->front().ok_count, std::nullopt);
  EXPECT_EQ(member_text(sweeps->front().error, "code"), "AccessDenied");
}

TEST_P(RecordTest, AnUnknownPartKeepsItsOldValueWithItsAge) {
  RecordOptions options;
  options.rehash = [](const Json& document) { return to_json(document); };
  Observed known = volume("vol-1");
  known.document.as_object()["Policy"] = "p1";
  known.hash = options.rehash(known.document);
  record({known}, Outcome::ok, options);

  Observed denied = volume("vol-1");
  denied.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "request 1"));
  denied.hash = options.rehash(denied.document);
  EXPECT_EQ(record({denied}, Outcome::ok, options).unchanged, 1) << "not knowing is no change of the thing";
  const Time since = clock_.now();
  EXPECT_EQ(member_text(detail("vol-1").state.document, "Policy"), "p1");
  ASSERT_EQ(detail("vol-1").resource.unknown.count("Policy"), 1u);

  denied.unknown.at("Policy").message = "request 2";
  const int64_t changes = *database().last_change();
  record({denied}, Outcome::ok, options);
  EXPECT_EQ(*database().last_change(), changes + 1) << "the same failure again is no write";
  EXPECT_EQ(detail("vol-1").resource.unknown.at("Policy").since, since);
  auto fields = list_unknown(database(), Scope::everything());
  ASSERT_OK(fields);
  ASSERT_EQ(fields->size(), 1u);
  EXPECT_EQ(fields->front().what, "Policy");
  EXPECT_EQ(fields->front().code, "AccessDenied");

  record({known}, Outcome::ok, options);
  EXPECT_TRUE(detail("vol-1").resource.unknown.empty());
}

TEST_P(RecordTest, APartThatWasNotDueKeepsItsValueAndItsTime) {
  RecordOptions options;
  options.rehash = [](const Json& document) { return to_json(sorted(document)); };
  Observed full = volume("vol-1");
  full.document.as_object()["Slow"] = 1;
  full.hash = options.rehash(full.document);
  const Time read = clock_.now();
  full.read_at["Slow"] = read;
  record({full}, Outcome::ok, options);
  Inventory inventory(database(), clock_);
  auto parts = inventory.parts_read(
      kVolumes, [](const Json& document) { return std::string(member_text(document, "VolumeId")); });
  ASSERT_OK(parts);
  EXPECT_EQ(parts->at("vol-1").read_at.at("Slow"), read);
  EXPECT_EQ(parts->at("vol-1").fingerprint, "vol-1");

  Observed partial = volume("vol-1");
  partial.hash = options.rehash(partial.document);
  partial.read_at["Slow"] = read;
  const int64_t changes = *database().last_change();
  record({partial}, Outcome::ok, options);
  EXPECT_EQ(*database().last_change(), changes + 1);
  EXPECT_NE(member(detail("vol-1").state.document, "Slow"), nullptr);
}

TEST_P(RecordTest, APartThatWasNotDueAndIsNotStoredIsUnknownNotNone) {
  Observed partial = volume("vol-1");
  partial.read_at["Slow"] = clock_.now();
  const auto counts = record({partial, volume("vol-2")});
  EXPECT_EQ(counts.lost, (std::map<std::string, int64_t>{{"Slow", 1}}));
  ASSERT_EQ(detail("vol-1").resource.unknown.count("Slow"), 1u);
  EXPECT_EQ(detail("vol-1").resource.unknown.at("Slow").code, "not_stored");
  EXPECT_TRUE(detail("vol-1").state.read_at.empty()) << "it is due";
  EXPECT_EQ(record({partial}).lost.size(), 1u) << "as long as nobody has read it";

  Observed full = volume("vol-1");
  full.document.as_object()["Slow"] = 1;
  full.read_at["Slow"] = clock_.now();
  EXPECT_TRUE(record({full}).lost.empty());
  EXPECT_TRUE(detail("vol-1").resource.unknown.empty());
}

TEST_P(RecordTest, TagsInAPartThatWasNotDueAreKept) {
  RecordOptions options;
  options.derive = [](Observed& item) {
    item.region = kVolumes.region;
    item.tags = {{"Owner", std::string(member_text(item.document, "Slow"))}};
    item.hash = to_json(sorted(item.document));
  };
  Observed full = volume("vol-1");
  full.document.as_object()["Slow"] = "ops";
  options.derive(full);
  full.read_at["Slow"] = clock_.now();
  record({full}, Outcome::ok, options);

  Observed partial = volume("vol-1");
  options.derive(partial);
  partial.read_at["Slow"] = full.read_at["Slow"];
  EXPECT_EQ(record({partial}, Outcome::ok, options).changed, 0);
  EXPECT_EQ(detail("vol-1").state.tags.at("Owner"), "ops");
}

TEST_P(RecordTest, ASweepOlderThanTheLastIsRefused) {
  Sweep late = sweep();
  record({volume("vol-1")});
  Inventory inventory(database(), clock_);
  const auto counts = inventory.record(late, {});
  ASSERT_FALSE(counts.has_value());
  EXPECT_EQ(counts.error().code, "stale_sweep");
  EXPECT_EQ(alive(), 1);
}

TEST_P(RecordTest, UnbrokenSuccessIsOneSpan) {
  record({});
  record({});
  record({}, Outcome::failed);
  record({});
  EXPECT_EQ(number("select count(*) from sweep_span"), 2);
  EXPECT_EQ(number("select max(ok_to - ok_from) from sweep_span"), 300'000'000);
  for (int i = 0; i < 60; ++i) record({});
  EXPECT_EQ(number("select count(*) from sweep_history"), 50);
}

TEST_P(RecordTest, ALongPauseBreaksTheSpan) {
  RecordOptions options;
  options.longest_pause = std::chrono::minutes(20);
  record({}, Outcome::ok, options);
  record({}, Outcome::ok, options);
  EXPECT_EQ(number("select count(*) from sweep_span"), 1);
  clock_.advance(std::chrono::hours(3));  // nobody looked
  record({}, Outcome::ok, options);
  EXPECT_EQ(number("select count(*) from sweep_span"), 2);
  EXPECT_EQ(number("select max(ok_to - ok_from) from sweep_span"), 300'000'000);
}

TEST_P(RecordTest, ToBeReadAtLastIsNoChange) {
  RecordOptions options;
  options.rehash = [](const Json& document) { return to_json(sorted(document)); };
  Observed refused = volume("vol-1");
  refused.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "no"));
  refused.hash = options.rehash(refused.document);
  record({refused}, Outcome::ok, options);

  Observed known = volume("vol-1");
  known.document.as_object()["Policy"] = "p1";
  known.hash = options.rehash(known.document);
  EXPECT_EQ(record({known}, Outcome::ok, options).changed, 0);
  EXPECT_EQ(number("select count(*) from resource_version"), 1);
  EXPECT_EQ(member_text(detail("vol-1").state.document, "Policy"), "p1");
  EXPECT_TRUE(detail("vol-1").resource.unknown.empty());
  EXPECT_EQ(record({known}, Outcome::ok, options).unchanged, 1);

  record({refused}, Outcome::ok, options);
  known.document.as_object()["Policy"] = "p2";
  known.hash = options.rehash(known.document);
  EXPECT_EQ(record({known}, Outcome::ok, options).changed, 1) << "it was known, and differs";
}

TEST_P(RecordTest, WhatBecameKnownTogetherWithAChangeIsAChange) {
  Observed refused = volume("vol-1");
  refused.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "no"));
  refused.hash.clear();
  record({refused});
  Observed known = volume("vol-1", "available");
  known.document.as_object()["Policy"] = "p1";
  known.hash.clear();
  EXPECT_EQ(record({known}).changed, 1);
}

TEST_P(RecordTest, OneMadeAnewUnderTheSameNameKeepsNothingOfTheOldOne) {
  Observed old = volume("vol-1");
  old.created_at = clock_.now() - std::chrono::hours(9);
  old.document.as_object()["Policy"] = "of the old one";
  record({old});
  Observed anew = volume("vol-1");
  anew.created_at = clock_.now();
  anew.hash = "anew";
  anew.unknown.emplace("Policy", make_error(ErrorKind::denied, "AccessDenied", "no"));
  record({anew});
  EXPECT_EQ(member(detail("vol-1").state.document, "Policy"), nullptr);
  EXPECT_EQ(detail("vol-1").resource.unknown.count("Policy"), 1u);
}

// Between the list of one process and its judgement of what is gone, another may look as well.
TEST_P(RecordTest, ALaterSweepOfAnotherProcessIsNotOverruled) {
  record({volume("vol-1")});
  record({});
  const Sweep early = sweep();
  Time later{};
  RecordOptions options;
  options.confirm_gone = [&](const std::vector<std::string>&) {
    EXPECT_EQ(record({volume("vol-1")}).seen, 1);
    later = clock_.now();
    return std::set<std::string>{};
  };
  const auto counts = Inventory(database(), clock_).record(early, {}, options);
  ASSERT_FALSE(counts.has_value());
  EXPECT_EQ(counts.error().code, "stale_sweep");
  EXPECT_EQ(alive(), 1);
  EXPECT_EQ(list_sweeps(database(), Scope::everything())->front().ok_at, later);
  EXPECT_EQ(record({}).gone, 0) << "missing for the first time again";
}

// As above, when that other sweep has written what it saw, but not yet that it ended well.
TEST_P(RecordTest, WhatAnotherProcessHasJustSeenIsNotGone) {
  record({volume("vol-1"), volume("vol-2")});
  record({volume("vol-2")});
  RecordOptions options;
  options.confirm_gone = [&](const std::vector<std::string>&) {
    const Status touched = database().write("seeing it", [](store::Transaction& transaction) {
      return transaction.run("update resource set missing_since = null where key = 'vol-1'");
    });
    EXPECT_TRUE(touched.has_value());
    return std::set<std::string>{};
  };
  const auto counts = Inventory(database(), clock_).record(sweep(), {volume("vol-2")}, options);
  ASSERT_FALSE(counts.has_value());
  EXPECT_EQ(counts.error().code, "concurrent_sweep");
  EXPECT_EQ(alive(), 2);
}

TEST_P(RecordTest, WhatIsGoneIsReadOnlyWhereItReturns) {
  std::vector<Observed> tasks;
  tasks.reserve(500);
  for (int i = 0; i < 500; ++i) tasks.push_back(volume("task-" + std::to_string(i)));
  record(tasks);
  record({});
  EXPECT_EQ(record({}).gone, 500);
  const auto known = [&](const std::vector<Observed>& items) {
    return database()
        .read("looking",
              [&](store::Reader& reader) -> Result<size_t> {
                HM_TRY(auto place, read_known(reader, kVolumes));
                EXPECT_TRUE(place.empty());
                HM_DO(read_returning(reader, kVolumes, items, place));
                return place.size();
              })
        .value_or(0);
  };
  EXPECT_EQ(known({tasks[7], volume("task-new")}), 1u);
  EXPECT_EQ(record(tasks).returned, 500) << "more than one read holds";
}

TEST_P(RecordTest, ManyItemsGoInBatches) {
  std::vector<Observed> items;
  items.reserve(2500);
  for (int i = 0; i < 2500; ++i) items.push_back(volume("vol-" + std::to_string(i)));
  EXPECT_EQ(record(items).created, 2500);
  items[7] = volume("vol-7", "available");
  const auto counts = record(items);
  EXPECT_EQ(counts.changed, 1);
  EXPECT_EQ(counts.unchanged, 2499);
}

TEST_P(RecordTest, KilledInTheMiddleItLeavesTruth) {
  record({volume("vol-0")});
  const std::string target = url();
  close();
  std::vector<Observed> items;
  for (int i = 1; i <= 4000; ++i) items.push_back(volume("vol-" + std::to_string(i)));
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const Sweep killed = sweep();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto opened = store::Database::open(target, clock_);
    if (!opened.has_value()) _exit(1);
    Inventory inventory(**opened, clock_);
    if (write(ready[1], "x", 1) != 1) _exit(1);
    _exit(inventory.record(killed, items).has_value() ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ::close(ready[0]);
  ::close(ready[1]);
  // Some moment in the middle: after the first batch is there. Looking from outside is what finds it.
  auto watcher = store::Database::open(target, clock_);
  ASSERT_OK(watcher);
  const auto count = [&] {
    return (*watcher)
        ->read("counting",
               [](store::Reader& reader) { return reader.number("select count(*) from resource"); })
        .value_or(-1);
  };
  for (int i = 0; i < 1'000'000 && count() < 1001; ++i) continue;
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  const int64_t stored = count();
  EXPECT_GE(stored, 1001);
  EXPECT_EQ((stored - 1) % 1000, 0) << "whole batches";
  Inventory inventory(**watcher, clock_);
  Sweep again = killed;
  again.started_at = clock_.now() + std::chrono::minutes(5);
  auto counts = inventory.record(again, {items.begin(), items.end()});
  ASSERT_OK(counts);
  EXPECT_EQ(counts->created + counts->unchanged, 4000);
  EXPECT_EQ(counts->unchanged, stored - 1);
  EXPECT_EQ(counts->gone, 0) << "vol-0 was missed once, by the sweep that ended; the killed one has no say";
  auto orphans = (*watcher)->read("checking", [](store::Reader& reader) {
    return reader.number(
        "select count(*) from resource r where not exists (select 1 from resource_version v where "
        "v.id = r.version_id and v.resource_id = r.id and v.valid_to is null)");
  });
  EXPECT_EQ(orphans.value_or(-1), 0);
}

HM_ON_BOTH_STORES(RecordTest);

TEST(Names, GoThereAndBack) {
  EXPECT_EQ(place_from(place_id(kVolumes)), kVolumes);
  EXPECT_EQ(place_from("nonsense"), std::nullopt);
  const int64_t number = resource_number(kVolumes, "vol-1");
  EXPECT_GE(number, 0);
  EXPECT_EQ(resource_number(resource_id(number)), number);
  for (const char* wrong :
       {"", "xyz", "0123456789abcdeg", "0123456789ABCDEF", "ffffffffffffffff", "0123456789abcdef0"})
    EXPECT_EQ(resource_number(std::string_view(wrong)), std::nullopt) << wrong;
}

}  // namespace
}  // namespace hm::inventory
