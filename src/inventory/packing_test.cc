#include "inventory/packing.h"

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "inventory/payload.h"
#include "inventory/projection.h"
#include "inventory/read.h"
#include "inventory/retention.h"
#include "inventory/stored.h"
#include "store/backup.h"
#include "store/test_database.h"

namespace hm::inventory {
namespace {

const Place kVolumes{"111111111111", "eu-west-1", "ec2/volume"};
const PackingLimits kSoon{.least_versions = 200, .looked_at = 100};

using Texts = std::map<int64_t, std::string>;

class PackingTest : public store::DatabaseTest {
 protected:
  static Observed volume(int number, const std::string& state) {
    Observed item;
    item.id = "vol-" + sha256_hex(std::to_string(number)).substr(0, 17);
    item.region = kVolumes.region;
    item.name = "data of server " + std::to_string(number % 7);
    item.state = state;
    item.document = JsonObject{
        {"VolumeId", item.id},
        {"AvailabilityZone", number % 2 == 0 ? "eu-west-1a" : "eu-west-1b"},
        {"Attachments", JsonArray{JsonObject{
                            {"DeleteOnTermination", true}, {"Device", "/dev/sda1"}, {"State", "attached"}}}},
        {"Encrypted", number % 3 == 0},
        {"Iops", 3000 + number % 5},
        {"State", state},
        {"VolumeType", "gp3"}};
    item.tags = {{"owner", "platform"}, {"environment", "production"}};
    item.hash = item.id + state;
    return item;
  }
  // As nothing that volume() makes.
  static Observed other(int number) {
    Observed item = volume(number, "other");
    JsonObject document;
    for (int i = 0; i < 12; ++i)
      document["k" + std::to_string(i)] = sha256_hex(std::to_string(number * 100 + i));
    item.document = std::move(document);
    return item;
  }
  void record(store::Database& into, std::vector<Observed> items) {
    clock_.advance(std::chrono::minutes(5));
    Sweep sweep;
    sweep.place = kVolumes;
    sweep.outcome = Outcome::ok;
    sweep.started_at = clock_.now();
    ASSERT_OK(Inventory(into, clock_).record(sweep, std::move(items)));
  }
  void record_volumes(store::Database& into, int count, const std::string& state) {
    std::vector<Observed> items;
    items.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) items.push_back(volume(i, state));
    record(into, std::move(items));
  }
  static std::string id_of(int number) {
    return resource_id(resource_number(kVolumes, volume(number, "").id));
  }
  // Every version's JSON, or why it cannot be read.
  static Texts texts(store::Database& from) {
    Texts found;
    PayloadCodec codec(from);
    const Status read = from.read("test", [&](store::Reader& reader) -> Status {
      HM_DO(codec.learn(reader));
      return reader.each("select id, payload from resource_version where payload is not null", {},
                         [&](const store::Row& row) {
                           const auto json = codec.unpack(row.text(1));
                           found[row.integer(0)] = json ? to_json(*json) : json.error().code;
                           return ok();
                         });
    });
    EXPECT_TRUE(read.has_value()) << read.error().text();
    return found;
  }
  int64_t number(const std::string& sql) {
    return database().read("test", [&](store::Reader& reader) { return reader.number(sql); }).value_or(-1);
  }
  // How many versions name which dictionary.
  std::map<uint32_t, int> dictionaries() {
    std::map<uint32_t, int> counts;
    const Status read = database().read("test", [&](store::Reader& reader) {
      return reader.each("select payload from resource_version where payload is not null", {},
                         [&](const store::Row& row) {
                           ++counts[zstd_frame(row.text(0)).value().dictionary];
                           return ok();
                         });
    });
    EXPECT_TRUE(read.has_value()) << read.error().text();
    return counts;
  }
  Status run(const std::string& sql) {
    return database().write("test", [&](store::Transaction& transaction) { return transaction.run(sql); });
  }
  std::unique_ptr<store::Database> another_process() {
    auto opened = store::Database::open(url(), clock_);
    EXPECT_TRUE(opened.has_value());
    return std::move(*opened);
  }
  const catalog::Catalog catalog_{std::vector<catalog::ResourceType>()};
};

// Of SQLite alone: PostgreSQL has a vacuum, and backups, of its own.
class PackingFileTest : public PackingTest {};

TEST_P(PackingTest, TheHistoryStaysTheSameAndTakesLess) {
  record_volumes(database(), 150, "in-use");
  EXPECT_FALSE(pack_documents(database(), {}, kSoon)->trained) << "too few";
  record_volumes(database(), 150, "available");
  const Texts before = texts(database());
  ASSERT_EQ(before.size(), 300u);
  const int64_t bytes = number("select sum(length(payload)) from resource_version");
  const int64_t changes = database().last_change().value();
  const auto packed = pack_documents(database(), {}, kSoon);
  ASSERT_OK(packed);
  EXPECT_TRUE(packed->trained);
  EXPECT_EQ(packed->repacked, 300);
  EXPECT_EQ(texts(database()), before);
  EXPECT_LT(number("select sum(length(payload)) from resource_version"), bytes * 3 / 4);
  EXPECT_EQ(database().last_change().value(), changes) << "nobody need read anything again";
  const auto again = pack_documents(database(), {}, kSoon);
  EXPECT_FALSE(again->trained);
  EXPECT_EQ(again->repacked, 0);
}

TEST_P(PackingFileTest, WhatIsNoLongerNeededIsFreeForOthers) {
  record_volumes(database(), 3000, "in-use");
  ASSERT_EQ(number("select freelist_count from pragma_freelist_count"), 0);
  const int64_t bytes = number("select sum(length(payload)) from resource_version");
  ASSERT_OK(pack_documents(database(), {}, kSoon));
  const int64_t saved = bytes - number("select sum(length(payload)) from resource_version");
  EXPECT_GT(number("select freelist_count from pragma_freelist_count") * 4096, saved / 2);
}

TEST_P(PackingTest, AFirstScanIsWaitedForButNotForEver) {
  ASSERT_OK(Inventory(database(), clock_).plan({{"222222222222", "eu-west-1", "ec2/volume"}}));
  record_volumes(database(), 200, "in-use");
  EXPECT_FALSE(pack_documents(database(), {}, kSoon)->trained) << "what comes may be of other types";
  clock_.advance(std::chrono::hours(1));
  EXPECT_TRUE(pack_documents(database(), {}, kSoon)->trained);
}

TEST_P(PackingTest, OldFramesStayReadableBesideNewOnes) {
  record_volumes(database(), 200, "in-use");
  std::stop_source stopped;
  stopped.request_stop();
  const auto packed = pack_documents(database(), stopped.get_token(), kSoon);
  EXPECT_TRUE(packed->trained);
  EXPECT_EQ(packed->repacked, 0) << "stopped before the first transaction";
  record_volumes(database(), 100, "available");
  const auto counts = dictionaries();
  ASSERT_EQ(counts.size(), 2u) << "what is new is packed with it at once";
  EXPECT_EQ(counts.at(0), 200);
  EXPECT_EQ(texts(database()).size(), 300u);
  const auto history = get_history(database(), catalog_, Scope::everything(), id_of(7), 0, 10);
  ASSERT_OK(history);
  EXPECT_FALSE(history->versions.at(0).comparison.differences.empty());
}

TEST_P(PackingTest, AnotherProcessReadsAndPacksWithIt) {
  const auto other = another_process();
  record_volumes(*other, 200, "in-use");
  ASSERT_OK(get_resource(*other, Scope::everything(), id_of(3)));
  ASSERT_TRUE(pack_documents(database(), {}, kSoon)->trained);
  EXPECT_EQ(get_resource(*other, Scope::everything(), id_of(3))->state.state, "in-use");
  EXPECT_EQ(texts(*other), texts(database()));
  record_volumes(*other, 200, "available");
  EXPECT_EQ(dictionaries().count(0), 0u);
  EXPECT_FALSE(pack_documents(*other, {}, kSoon)->trained) << "it has one already";
  const auto third = another_process();
  EXPECT_EQ(get_resource(*third, Scope::everything(), id_of(3))->state.state, "available");
}

TEST_P(PackingTest, ADictionaryThatIsMissingOrDamagedIsAnErrorThatNamesTheResource) {
  record_volumes(database(), 200, "in-use");
  ASSERT_OK(pack_documents(database(), {}, kSoon));
  record_volumes(database(), 200, "available");
  const auto expect_corrupt = [&](const char* what) {
    const auto fresh = another_process();
    const auto one = get_resource(*fresh, Scope::everything(), id_of(5));
    ASSERT_FALSE(one.has_value()) << what;
    EXPECT_EQ(one.error().kind, ErrorKind::corrupt) << what;
    EXPECT_EQ(one.error().code, "no_dictionary") << what;
    EXPECT_NE(one.error().text().find(id_of(5)), std::string::npos) << one.error().text();
    const auto history = get_history(*fresh, catalog_, Scope::everything(), id_of(5), 0, 10);
    ASSERT_FALSE(history.has_value()) << what;
    EXPECT_NE(history.error().text().find(id_of(5)), std::string::npos) << history.error().text();
    const Status all = fresh->read("test", [&](store::Reader& reader) {
      return StoredResources(*fresh).each_after(reader, std::nullopt, 0,
                                                [](const RowFacts&, const State&) { return ok(); });
    });
    ASSERT_FALSE(all.has_value()) << what;
    EXPECT_EQ(all.error().code, "no_dictionary") << what;
    for (const auto& [id, text] : texts(*fresh)) EXPECT_EQ(text, "no_dictionary") << what;
  };
  const std::string swapped = sqlite()
                                  ? "cast(substr(bytes, 1, 50000) || x'00' || substr(bytes, 50002) as blob)"
                                  : "overlay(bytes placing '\\x00' from length(bytes) - 9)";
  ASSERT_OK(run("create table kept as select bytes as b from document_dictionary"));
  ASSERT_OK(run("update document_dictionary set bytes = " + swapped));
  ASSERT_NE(number("select count(*) from document_dictionary, kept where bytes <> b"), 0);
  expect_corrupt("damaged");
  EXPECT_EQ(pack_documents(*another_process(), {}, kSoon).error().code, "no_dictionary");
  ASSERT_OK(run("update document_dictionary set bytes = (select b from kept)"));
  EXPECT_EQ(texts(*another_process()), texts(database()));
  ASSERT_OK(run("delete from document_dictionary"));
  expect_corrupt("missing");
}

TEST_P(PackingTest, AnotherOneIsTrainedWhenDocumentsHaveBecomeOtherAndNotSooner) {
  record_volumes(database(), 250, "in-use");
  ASSERT_TRUE(pack_documents(database(), {}, kSoon)->trained);
  clock_.advance(std::chrono::hours(24 * 8));
  record_volumes(database(), 250, "available");
  EXPECT_FALSE(pack_documents(database(), {}, kSoon)->trained) << "they are as they were";
  std::vector<Observed> others;
  others.reserve(250);
  for (int i = 0; i < 250; ++i) others.push_back(other(i));
  record(database(), std::move(others));
  const Texts before = texts(database());
  EXPECT_TRUE(pack_documents(database(), {}, kSoon)->trained);
  EXPECT_EQ(number("select count(*) from document_dictionary"), 2);
  EXPECT_EQ(texts(database()), before) << "each with the dictionary that it names";
  others.clear();
  for (int i = 0; i < 250; ++i) others.push_back(other(1000 + i));
  record(database(), std::move(others));
  EXPECT_EQ(dictionaries().size(), 2u);
  EXPECT_FALSE(pack_documents(database(), {}, kSoon)->trained) << "once a week at most";
  EXPECT_EQ(texts(*another_process()), texts(database()));
}

TEST_P(PackingTest, RetentionLeavesTheDictionary) {
  record_volumes(database(), 200, "in-use");
  ASSERT_OK(pack_documents(database(), {}, kSoon));
  clock_.advance(std::chrono::hours(24));
  record_volumes(database(), 200, "available");
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(forget_before(database(), clock_.now())->versions, 200);
  EXPECT_EQ(number("select count(*) from document_dictionary"), 1);
  EXPECT_EQ(get_resource(*another_process(), Scope::everything(), id_of(5))->state.state, "available");
  EXPECT_FALSE(pack_documents(database(), {}, kSoon)->trained);
}

TEST_P(PackingFileTest, ABackupHoldsIt) {
  record_volumes(database(), 200, "in-use");
  ASSERT_OK(pack_documents(database(), {}, kSoon));
  const Texts before = texts(database());
  const std::string copy = sqlite_path() + ".copy";
  ASSERT_OK(store::backup_sqlite(sqlite_path(), copy));
  close();
  ASSERT_OK(store::restore_sqlite(copy, sqlite_path(), clock_));
  EXPECT_EQ(texts(*another_process()), before);
}

TEST_P(PackingTest, KilledInTheMiddleItGoesOnWhereItWas) {
  constexpr int kMany = 6000;
  record_volumes(database(), kMany, "in-use");
  std::stop_source stopped;
  stopped.request_stop();
  ASSERT_TRUE(pack_documents(database(), stopped.get_token(), kSoon)->trained);
  const Texts before = texts(database());
  const std::string target = url();
  close();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto opened = store::Database::open(target, clock_);
    _exit(opened && pack_documents(**opened, {}, kSoon) ? 0 : 1);
  }
  const auto watcher = another_process();
  const auto reached = [&] {
    return watcher
        ->read("test",
               [](store::Reader& reader) {
                 return reader.number("select version_id from document_repack where id = 1");
               })
        .value_or(-1);
  };
  for (int i = 0; i < 1'000'000 && reached() < 1; ++i) continue;
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  const int64_t done = reached();
  ASSERT_GT(done, 0);
  EXPECT_EQ(done % 1000, 0) << "whole batches";
  EXPECT_EQ(texts(*watcher), before);
  EXPECT_EQ(pack_documents(*watcher, {}, kSoon)->repacked, kMany - done);
  EXPECT_EQ(texts(*watcher), before);
}

HM_ON_BOTH_STORES(PackingTest);
INSTANTIATE_TEST_SUITE_P(Sqlite, PackingFileTest, testing::Values(store::Dialect::sqlite));

}  // namespace
}  // namespace hm::inventory
