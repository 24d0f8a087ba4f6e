#include "store/migrations.h"

#include "store/test_database.h"

namespace hm::store {
namespace {

class MigrationsTest : public DatabaseTest {
 protected:
  std::unique_ptr<Link> link() {
    auto opened = sqlite() ? open_sqlite(sqlite_path(), {}) : open_postgres(url());
    EXPECT_TRUE(opened.has_value());
    return std::move(*opened);
  }
  std::vector<MigrationFile> with(const std::vector<MigrationFile>& more) {
    auto files = embedded_migrations();
    files.insert(files.end(), more.begin(), more.end());
    return files;
  }
};

TEST_P(MigrationsTest, NewFilesAreAppliedOnceInOrder) {
  const auto files =
      with({{"9002_second.sql", "insert into extra (id, note) values (1, 'x');"},
            {"9001_first.sql",
             "create table extra (id {key}, note text);\ncreate table counted (id {serial}, n bigint);"}});
  auto held = link();
  EXPECT_EQ(check_migrations(*held, files).error().code, "schema_older");
  ASSERT_OK(migrate(*held, files, clock_));
  ASSERT_OK(migrate(*held, files, clock_));
  ASSERT_OK(check_migrations(*held, files));
  ASSERT_OK(held->execute("insert into counted (n) values (7)", {}));
  int64_t id = 0;
  ASSERT_OK(held->each("select id from counted", {}, [&](const Row& row) {
    id = row.integer(0);
    return ok();
  }));
  EXPECT_EQ(id, 1);
}

TEST_P(MigrationsTest, AFileOfTheDialectTakesThePlaceOfTheOther) {
  const auto files = with({{"9001_x.sql", "this is no SQL;"},
                           {"9001_x.sqlite.sql", "create table only_sqlite (id bigint);"},
                           {"9001_x.postgres.sql", "create table only_postgres (id bigint);"}});
  auto held = link();
  ASSERT_OK(migrate(*held, files, clock_));
  ASSERT_OK(held->execute(
      std::string("insert into only_") + (sqlite() ? "sqlite" : "postgres") + " values (1)", {}));
}

TEST_P(MigrationsTest, AChangedFileAndANewerSchemaAreRefusedWithTheRemedy) {
  auto held = link();
  ASSERT_OK(migrate(*held, with({{"9001_x.sql", "create table x (id bigint);"}}), clock_));
  const Status changed =
      migrate(*held, with({{"9001_x.sql", "create table x (id bigint, more text);"}}), clock_);
  ASSERT_FALSE(changed.has_value());
  EXPECT_EQ(changed.error().code, "migration_changed");
  const Status newer = migrate(*held, embedded_migrations(), clock_);
  ASSERT_FALSE(newer.has_value());
  EXPECT_EQ(newer.error().code, "schema_newer");
  EXPECT_NE(newer.error().text().find("newer"), std::string::npos);
  held.reset();
  close();
  auto opened = Database::open(url(), clock_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, "schema_newer");
}

TEST_P(MigrationsTest, AStepThatFailsLeavesTheStepsBeforeItAndNothingOfItself) {
  auto held = link();
  const auto files = with({{"9001_x.sql", "create table x (id bigint);"},
                           {"9002_y.sql", "create table y (id bigint);\ninsert into nowhere values (1);"}});
  const Status failed = migrate(*held, files, clock_);
  ASSERT_FALSE(failed.has_value());
  EXPECT_NE(failed.error().text().find("9002_y"), std::string::npos);
  ASSERT_OK(held->execute("insert into x values (1)", {}));
  EXPECT_FALSE(held->execute("insert into y values (1)", {}).has_value());
}

HM_ON_BOTH_STORES(MigrationsTest);

}  // namespace
}  // namespace hm::store
