#include "store/database.h"

#include <atomic>
#include <barrier>
#include <fstream>
#include <thread>

#include <sys/stat.h>

#include "store/test_database.h"

namespace hm::store {
namespace {

class StoreTest : public DatabaseTest {
 protected:
  void make_table() {
    ASSERT_OK(database().write("making a table", [](Transaction& transaction) {
      return transaction.run(
          "create table thing (id bigint primary key, name text unique, size double precision, flag boolean, "
          "data bytea)");
    }));
  }
  Status add(int64_t id, const std::string& name) {
    return database().write("adding a thing", [&](Transaction& transaction) -> Status {
      HM_DO(transaction.run("insert into thing (id, name) values ($1, $2)", {id, name}));
      transaction.changed("thing", name);
      return ok();
    });
  }
  int64_t count() {
    auto found = database().read("counting",
                                 [](Reader& reader) { return reader.number("select count(*) from thing"); });
    return found.value_or(-1);
  }
};

TEST_P(StoreTest, EveryTypeComesBackAsItWent) {
  make_table();
  const std::string bytes("\0\x01\xff'\\", 5);
  ASSERT_OK(database().write("adding", [&](Transaction& transaction) -> Status {
    HM_DO(transaction.run("insert into thing values ($1, $2, $3, $4, $5)",
                          {int64_t{-9223372036854775807}, "Zoë's \"x\" $1", 0.1, true, Blob{bytes}}));
    return transaction.run("insert into thing values ($1, $2, $3, $4, $5)",
                           {7, std::optional<std::string>(), nullptr, false, std::optional<Blob>()});
  }));
  ASSERT_OK(database().read("reading", [&](Reader& reader) -> Status {
    return reader.each("select * from thing order by id", {}, [&](const Row& row) -> Status {
      if (row.integer(0) == 7) {
        EXPECT_TRUE(row.is_null(1) && row.is_null(2) && row.is_null(4));
        EXPECT_FALSE(row.is_null(3));
        EXPECT_FALSE(row.boolean(3));
        EXPECT_EQ(row.maybe_text(1), std::nullopt);
      } else {
        EXPECT_EQ(row.integer(0), -9223372036854775807);
        EXPECT_EQ(row.text(1), "Zoë's \"x\" $1");
        EXPECT_EQ(row.real(2), 0.1);
        EXPECT_TRUE(row.boolean(3));
        EXPECT_EQ(row.text(4), bytes);
      }
      return ok();
    });
  }));
  EXPECT_EQ(count(), 2);
}

// PostgreSQL sends an answer as it keeps it where all its columns are of types that are known, else as text.
TEST_P(StoreTest, AnswersOfOtherTypesComeBackToo) {
  make_table();
  const std::string bytes("\0\x01\xff'\\", 5);
  ASSERT_OK(database().write("adding", [&](Transaction& transaction) -> Status {
    HM_DO(transaction.run("insert into thing values (-2, 'x', 0.5, $1, $2)", {true, Blob{bytes}}));
    return transaction.run("insert into thing values (-1, 'y', -0.5, $1, $2)", {false, Blob{""}});
  }));
  const std::string small =
      "cast(-7 as smallint), cast(-70000 as integer), cast(-0.25 as real), cast('z' as varchar(3))";
  for (const std::string& other : {std::string(), std::string(", cast(1.5 as numeric)")}) {
    std::vector<std::string> seen;
    ASSERT_OK(database().read("reading", [&](Reader& reader) -> Status {
      return reader.each("select data, flag, size, id, " + small + other + " from thing order by id", {},
                         [&](const Row& row) -> Status {
                           seen.push_back(row.string(0));
                           EXPECT_EQ(row.boolean(1), row.integer(3) == -2);
                           EXPECT_EQ(row.real(2), row.integer(3) == -2 ? 0.5 : -0.5);
                           EXPECT_EQ(row.integer(4), -7);
                           EXPECT_EQ(row.integer(5), -70000);
                           EXPECT_EQ(row.real(6), -0.25);
                           EXPECT_EQ(row.text(7), "z");
                           return ok();
                         });
    }));
    EXPECT_EQ(seen, (std::vector<std::string>{bytes, ""})) << other;
  }
}

TEST_P(StoreTest, PlaceholdersMayRepeatAndStandInAnyOrder) {
  make_table();
  ASSERT_OK(add(1, "one"));
  auto found = database().read("reading", [](Reader& reader) {
    return reader.one("select name from thing where $2 = id and (name = $1 or name = $1)", {"one", 1},
                      [](const Row& row) { return row.string(0); });
  });
  ASSERT_OK(found);
  EXPECT_EQ(*found, "one");
}

TEST_P(StoreTest, AFailedFunctionUndoesEverything) {
  make_table();
  const Status status = database().write("adding badly", [](Transaction& transaction) -> Status {
    HM_DO(transaction.run("insert into thing (id) values (1)"));
    transaction.changed("thing", "1");
    return make_error(ErrorKind::invalid, "no", "not this one");
  });
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().code, "no");
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(database().last_change().value_or(-1), 0);
}

TEST_P(StoreTest, ConflictsAreNamedAndNeverQuoteAValue) {
  make_table();
  ASSERT_OK(add(1, "hunter2"));
  const Status twice = add(2, "hunter2");
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().kind, ErrorKind::conflict);
  EXPECT_EQ(twice.error().code, "unique");
  EXPECT_EQ(twice.error().text().find("hunter2"), std::string::npos) << twice.error().text();
  EXPECT_NE(twice.error().text().find("adding a thing"), std::string::npos);
  // The store works on after it.
  ASSERT_OK(add(2, "other"));
}

TEST_P(StoreTest, ManyRowsAtOnceAndTheFirstFaultUndoesThem) {
  make_table();
  std::vector<Params> rows;
  rows.reserve(1000);
  for (int i = 0; i < 1000; ++i) rows.push_back({i, "n" + std::to_string(i)});
  const auto insert = [&] {
    return database().write("adding many", [&](Transaction& transaction) {
      return transaction.execute_many("insert into thing (id, name) values ($1, $2)", rows);
    });
  };
  auto changed = insert();
  ASSERT_OK(changed);
  EXPECT_EQ(*changed, 1000);
  for (auto& row : rows) row[0] = Value(5000);
  rows[0][1] = "fresh";
  EXPECT_EQ(insert().error().code, "unique");
  EXPECT_EQ(count(), 1000);
}

TEST_P(StoreTest, AReaderSeesOneSnapshotWhileOthersWrite) {
  make_table();
  ASSERT_OK(add(1, "one"));
  ASSERT_OK(database().read("reading twice", [&](Reader& reader) -> Status {
    EXPECT_EQ(reader.number("select count(*) from thing").value_or(-1), 1);
    std::thread([&] { EXPECT_TRUE(add(2, "two").has_value()); }).join();
    EXPECT_EQ(reader.number("select count(*) from thing").value_or(-1), 1);
    return ok();
  }));
  EXPECT_EQ(count(), 2);
}

TEST_P(StoreTest, AReaderCannotWrite) {
  make_table();
  const Status status = database().read("reading", [](Reader& reader) -> Status {
    return reader.each("insert into thing (id) values (1) returning id", {}, [](const Row&) { return ok(); });
  });
  EXPECT_FALSE(status.has_value());
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreTest, WritersInterleavedLeaveALogWithoutHolesInCommitOrder) {
  make_table();
  constexpr int kThreads = 6;
  constexpr int kEach = 25;
  std::atomic<bool> done{false};
  // A follower that reads all the while must see every number once and in order, whatever commits when.
  std::vector<int64_t> seen;
  std::thread follower([&] {
    int64_t position = 0;
    while (true) {
      const bool last_look = done.load();
      auto changes = database().follow(position, 7);
      ASSERT_TRUE(changes.has_value()) << changes.error().text();
      for (const Change& change : *changes) seen.push_back(position = change.seq);
      if (changes->empty() && last_look) return;
    }
  });
  {
    std::vector<std::jthread> writers;
    writers.reserve(kThreads);
    for (int w = 0; w < kThreads; ++w) {
      writers.emplace_back([&, w] {
        for (int i = 0; i < kEach; ++i)
          EXPECT_TRUE(add(w * 1000 + i, std::to_string(w * 1000 + i)).has_value());
      });
    }
  }
  done = true;
  follower.join();
  ASSERT_EQ(seen.size(), static_cast<size_t>(kThreads * kEach));
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<int64_t>(i + 1));
}

TEST_P(StoreTest, AFollowerBehindTheTrimmedLogIsTold) {
  make_table();
  ASSERT_OK(add(1, "one"));
  clock_.advance(std::chrono::hours(48));
  ASSERT_OK(add(2, "two"));
  auto dropped = database().trim_changes(std::chrono::hours(24));
  ASSERT_OK(dropped);
  EXPECT_EQ(*dropped, 1);
  EXPECT_EQ(database().follow(0, 10).error().code, "trimmed");
  EXPECT_EQ(database().follow(1, 10)->size(), 1u);
  EXPECT_EQ(database().follow(2, 10)->size(), 0u);
  EXPECT_EQ(database().follow(99, 10).error().code, "trimmed") << "a position of another database";
  clock_.advance(std::chrono::hours(48));
  EXPECT_EQ(*database().trim_changes(std::chrono::hours(24)), 0) << "the newest stays";
}

TEST_P(StoreTest, WaitingEndsWithAChangeOrAStop) {
  make_table();
  std::thread([&] { EXPECT_TRUE(add(1, "one").has_value()); }).join();
  database().wait_for_change(0, std::chrono::minutes(5), {});
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  database().wait_for_change(1, std::chrono::minutes(5), source.get_token());
  EXPECT_TRUE(source.stop_requested());
}

TEST_P(StoreTest, IdentityStays) {
  auto first = database().identity();
  ASSERT_OK(first);
  EXPECT_EQ(first->size(), 36u);
  // While a write is under way: a write within it would stop the program.
  ASSERT_OK(database().write("holding the store", [&](Transaction& transaction) -> Status {
    HM_DO(transaction.run("update change_counter set last = last"));
    EXPECT_EQ(*database().identity(), *first);
    return ok();
  }));
  EXPECT_EQ(*database().identity(), *first);
}

TEST_P(StoreTest, OpeningAgainFindsTheSchemaInPlace) {
  make_table();
  close();
  auto again = Database::open(url(), clock_, {.migrate = false});
  ASSERT_OK(again);
  EXPECT_TRUE((*again)->ping().has_value());
}

HM_ON_BOTH_STORES(StoreTest);

class PostgresTest : public StoreTest {};

TEST_P(PostgresTest, ATransactionThatStartedFirstButCommitsLastComesLast) {
  make_table();
  std::barrier both_open(2);
  std::thread slow([&] {
    EXPECT_TRUE(database()
                    .write("writing slowly",
                           [&](Transaction& transaction) -> Status {
                             HM_DO(transaction.run("insert into thing (id, name) values (1, 'slow')"));
                             transaction.changed("thing", "slow");
                             both_open.arrive_and_wait();  // open, with its change noted
                             both_open.arrive_and_wait();  // until the other has committed
                             return ok();
                           })
                    .has_value());
  });
  both_open.arrive_and_wait();
  ASSERT_OK(add(2, "quick"));
  auto first = database().follow(0, 10);
  ASSERT_OK(first);
  ASSERT_EQ(first->size(), 1u);
  EXPECT_EQ(first->front().id, "quick");
  both_open.arrive_and_wait();
  slow.join();
  auto second = database().follow(first->front().seq, 10);
  ASSERT_OK(second);
  ASSERT_EQ(second->size(), 1u);
  EXPECT_EQ(second->front().id, "slow");
}

TEST_P(PostgresTest, AnotherProcessWakesTheWaitingOne) {
  make_table();
  auto other = Database::open(url(), clock_);
  ASSERT_OK(other);
  // The listener connects on its own thread, so the other process writes until it has been heard.
  std::atomic<bool> heard{false};
  std::thread waiting([&] {
    (*other)->wait_for_change(0, std::chrono::minutes(5), {});
    heard = true;
  });
  for (int64_t i = 1; !heard && i < 100'000; ++i) EXPECT_TRUE(add(i, std::to_string(i)).has_value());
  waiting.join();
  EXPECT_TRUE(heard);
}

TEST_P(PostgresTest, LostConnectionsAreReplaced) {
  make_table();
  ASSERT_OK(add(1, "one"));
  bool first = true;
  ASSERT_OK(database().write("writing through an outage", [&](Transaction& transaction) -> Status {
    if (std::exchange(first, false))
      static_cast<void>(transaction.number("select pg_terminate_backend(pg_backend_pid())::int").has_value());
    return transaction.run("insert into thing (id) values (2)");
  }));
  EXPECT_FALSE(first);
  EXPECT_EQ(count(), 2);
}

TEST_P(PostgresTest, ConnectionsThatWereLostWhileIdleAreReplaced) {
  make_table();
  ASSERT_OK(add(1, "one"));
  // Who reads while another reads opens a second connection.
  ASSERT_OK(database().read("reading within a read", [&](Reader& reader) -> Status {
    HM_TRY(const int64_t things, reader.number("select count(*) from thing"));
    EXPECT_EQ(things, count());
    return ok();
  }));
  auto other = Database::open(url(), clock_);
  ASSERT_OK(other);
  const auto ended = (*other)->write("ending all others", [](Transaction& transaction) {
    return transaction.number(
        "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where pid <> "
        "pg_backend_pid() and application_name = current_setting('application_name')");
  });
  ASSERT_OK(ended);
  EXPECT_GE(*ended, 2);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(count(), 1);
}

// The begin of a read goes out with its first statement; what fails there leaves the connection of use.
TEST_P(PostgresTest, AReadThatFailsAtItsFirstStatementOrInTheMiddleLeavesNothingBehind) {
  make_table();
  for (int64_t i = 0; i < 300; ++i) ASSERT_OK(add(i, std::to_string(i)));
  for (int round = 0; round < 20; ++round) {
    const auto wrong =
        database().read("test", [](Reader& reader) { return reader.number("select 1 / (select 0)"); });
    ASSERT_FALSE(wrong.has_value());
    EXPECT_EQ(wrong.error().kind, ErrorKind::invalid) << wrong.error().text();
    const auto written = database().read(
        "test", [](Reader& reader) { return reader.number("delete from thing returning id"); });
    ASSERT_FALSE(written.has_value());
    int64_t rows = 0;
    const Status left = database().read("test", [&](Reader& reader) -> Status {
      return reader.each("select id from thing", {}, [&](const Row&) -> Status {
        return ++rows < 3 ? ok() : Status(make_error(ErrorKind::cancelled, "enough", "that will do"));
      });
    });
    EXPECT_EQ(left.error().code, "enough");
    EXPECT_EQ(rows, 3);
    const auto twice = database().read("test", [](Reader& reader) -> Result<int64_t> {
      HM_TRY(const int64_t first, reader.number("select count(*) from thing"));
      HM_TRY(const int64_t second, reader.number("select count(*) from thing"));
      return first + second;
    });
    ASSERT_OK(twice);
    EXPECT_EQ(*twice, 600);
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, PostgresTest, testing::Values(Dialect::postgres),
                         [](const auto&) { return std::string("postgres"); });

class SqliteFileTest : public DatabaseTest {};

TEST_P(SqliteFileTest, IsReadableByItsOwnerAlone) {
  struct stat found {};
  for (const char* ending : {"", "-wal", "-shm"}) {
    ASSERT_EQ(stat((sqlite_path() + ending).c_str(), &found), 0) << ending;
    EXPECT_EQ(found.st_mode & 0777, 0600u) << ending;
  }
  close();
  ASSERT_EQ(chmod(sqlite_path().c_str(), 0644), 0);
  auto opened = Database::open(url(), clock_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, "file_mode");
}

TEST_P(SqliteFileTest, IsMappedOnlyWhileMuchIsRead) {
  const auto is_mapped = [this] {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
      if (line.ends_with("/" + std::filesystem::path(sqlite_path()).filename().string())) return true;
    return false;
  };
  close();  // what lies in the log alone cannot be mapped
  ASSERT_OK(Database::open(url(), clock_));
  const auto opened = Database::open(url(), clock_);
  ASSERT_OK(opened);
  const auto read = [&](Reader& reader) -> Status {
    const Scanning scanning(reader);
    HM_TRY([[maybe_unused]] const int64_t tables, reader.number("select count(*) from change_log"));
    EXPECT_TRUE(is_mapped());
    return ok();
  };
  ASSERT_OK((*opened)->read("reading much", read));
  EXPECT_FALSE(is_mapped());
}

TEST_P(SqliteFileTest, HasOneServer) {
  close();
  auto server = Database::open(url(), clock_, {.server = true});
  ASSERT_OK(server);
  auto second = Database::open(url(), clock_, {.server = true});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, "server_running");
  EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
  ASSERT_OK(Database::open(url(), clock_));  // a command beside the server
  server->reset();
  ASSERT_OK(Database::open(url(), clock_, {.server = true}));
}

TEST_P(SqliteFileTest, ADamagedFileIsNamedAsSuchAndLeftAlone) {
  close();
  const std::string rubbish(8192, 'x');
  std::ofstream(sqlite_path(), std::ios::trunc) << rubbish;
  auto opened = Database::open(url(), clock_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
  EXPECT_NE(opened.error().text().find("restore"), std::string::npos);
  std::ifstream file(sqlite_path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), rubbish);
}

TEST_P(SqliteFileTest, AFullDiskIsNamedAsSuch) {
  ASSERT_OK(database().write("filling", [](Transaction& transaction) -> Status {
    HM_DO(transaction.run("create table filler (data bytea)"));
    return transaction.each("pragma max_page_count = 60", {}, [](const Row&) { return ok(); });
  }));
  const Status full = database().write("filling", [](Transaction& transaction) {
    return transaction.run("insert into filler values ($1)", {Blob{std::string(1 << 20, 'x')}});
  });
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().code, "disk_full");
  EXPECT_EQ(full.error().kind, ErrorKind::exhausted);
  EXPECT_TRUE(database().ping().has_value()) << "reading goes on";
}

INSTANTIATE_TEST_SUITE_P(Stores, SqliteFileTest, testing::Values(Dialect::sqlite),
                         [](const auto&) { return std::string("sqlite"); });

TEST(DatabaseUrl, IsCheckedAndNeverQuoted) {
  SystemClock clock;
  for (const char* url : {"", "mysql://u:secret@h/d", "postgres://u:secret@h:notaport/d?x=%zz", "sqlite:"}) {
    auto opened = Database::open(url, clock);
    ASSERT_FALSE(opened.has_value()) << url;
    EXPECT_EQ(opened.error().text().find("secret"), std::string::npos) << opened.error().text();
  }
  auto missing = Database::open("/nowhere/at/all.db", clock, {.create = false});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, "no_database");
}

}  // namespace
}  // namespace hm::store
