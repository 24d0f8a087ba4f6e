#include "store/backup.h"

#include <fstream>

#include <sys/stat.h>

#include "store/test_database.h"

namespace hm::store {
namespace {

class BackupTest : public DatabaseTest {
 protected:
  Status mark(const std::string& value) {
    return database().write("marking", [&](Transaction& transaction) {
      return transaction.run("insert into store_meta (key, value) values ($1, 'x')", {value});
    });
  }
  int64_t marks(Database& database) {
    return database
        .read(
            "counting",
            [](Reader& reader) { return reader.number("select count(*) from store_meta where value = 'x'"); })
        .value_or(-1);
  }
  std::string copy() { return sqlite_path() + ".backup"; }
};

TEST_P(BackupTest, ACopyOfOneMomentComesBackAndTheOldFilesStay) {
  ASSERT_OK(mark("one"));
  const std::string identity = *database().identity();
  ASSERT_OK(backup_sqlite(sqlite_path(), copy()));
  struct stat found {};
  ASSERT_EQ(stat(copy().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  EXPECT_EQ(backup_sqlite(sqlite_path(), copy()).error().code, "exists");
  ASSERT_OK(mark("two"));
  close();
  auto kept = restore_sqlite(copy(), sqlite_path(), clock_);
  ASSERT_OK(kept);
  auto restored = Database::open(url(), clock_);
  ASSERT_OK(restored);
  EXPECT_EQ(marks(**restored), 1);
  EXPECT_NE(*(*restored)->identity(), identity);
  auto old = Database::open(*kept, clock_);
  ASSERT_OK(old);
  EXPECT_EQ(marks(**old), 2) << "nothing is lost";
}

TEST_P(BackupTest, NothingIsTouchedByACopyThatIsDamagedOrForeignOrWhileAServerRuns) {
  ASSERT_OK(mark("one"));
  ASSERT_OK(backup_sqlite(sqlite_path(), copy()));
  const std::string rubbish = sqlite_path() + ".rubbish";
  std::ofstream(rubbish) << std::string(5000, 'x');
  EXPECT_EQ(restore_sqlite(rubbish, sqlite_path(), clock_).error().kind, ErrorKind::corrupt);
  std::ofstream(rubbish, std::ios::trunc) << "";
  EXPECT_EQ(restore_sqlite(rubbish, sqlite_path(), clock_).error().code, "not_ours");
  EXPECT_EQ(restore_sqlite("/nowhere", sqlite_path(), clock_).error().code, "no_backup");
  close();
  {
    auto server = Database::open(url(), clock_, {.server = true});
    ASSERT_OK(server);
    EXPECT_EQ(restore_sqlite(copy(), sqlite_path(), clock_).error().code, "server_running");
    EXPECT_EQ(marks(**server), 1);
  }
  EXPECT_EQ(backup_sqlite("/nowhere/at.db", copy() + "2").error().code, "no_database");
}

// As a kill leaves them: the file, and a log that has not been brought into it.
TEST_P(BackupTest, ALogThatAKilledRestoreLeftIsNotAppliedToTheCopy) {
  ASSERT_OK(mark("one"));
  ASSERT_OK(backup_sqlite(sqlite_path(), copy()));
  ASSERT_OK(mark("two"));
  const std::string path = sqlite_path() + ".crashed";
  std::filesystem::copy_file(sqlite_path() + "-wal", path + "-wal");
  ASSERT_OK(restore_sqlite(copy(), path, clock_));
  auto restored = Database::open("sqlite:" + path, clock_);
  ASSERT_OK(restored);
  EXPECT_EQ(marks(**restored), 1) << "of the copy alone";
}

TEST_P(BackupTest, ARestoreThatStopsHalfWayLosesNothingOfTheOldFile) {
  ASSERT_OK(mark("one"));
  ASSERT_OK(backup_sqlite(sqlite_path(), copy()));
  ASSERT_OK(mark("two"));
  const std::string path = sqlite_path() + ".crashed";
  std::filesystem::copy_file(sqlite_path(), path);
  std::filesystem::copy_file(sqlite_path() + "-wal", path + "-wal");
  // Its place is taken, so the last rename fails.
  const std::string kept = path + ".before-" + std::to_string(to_micros(clock_.now()) / 1'000'000);
  std::filesystem::create_directories(kept + "/taken");
  EXPECT_EQ(restore_sqlite(copy(), path, clock_).error().code, "not_writable");
  auto old = Database::open("sqlite:" + path, clock_);
  ASSERT_OK(old);
  EXPECT_EQ(marks(**old), 2);
}

INSTANTIATE_TEST_SUITE_P(Stores, BackupTest, testing::Values(Dialect::sqlite),
                         [](const auto&) { return std::string("sqlite"); });

}  // namespace
}  // namespace hm::store
