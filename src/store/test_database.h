// For tests: an empty database of either dialect that vanishes with the fixture.
//
//   using FooTest = store::DatabaseTest;
//   TEST_P(FooTest, …) { auto& database = this->database(); … }
//   HM_ON_BOTH_STORES(FooTest);
//
// PostgreSQL is the one that HM_TEST_POSTGRES names (tools/with_postgres.sh starts one); each test gets a
// schema and an application_name of its own; others are at work beside it. Without it those tests are skipped
// and say so.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "store/database.h"
#include "store/link.h"

#define ASSERT_OK(...)                                              \
  do {                                                              \
    const auto& hm_result = (__VA_ARGS__);                          \
    ASSERT_TRUE(hm_result.has_value()) << hm_result.error().text(); \
  } while (false)

namespace hm::store {

class DatabaseTest : public testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    unique_ = hex(random_bytes(8));
    if (GetParam() == Dialect::sqlite) {
      directory_ = std::filesystem::temp_directory_path() / ("hm-test-" + unique_);
      url_ = "sqlite:" + (directory_ / "test.db").string();
    } else {
      const char* server = std::getenv("HM_TEST_POSTGRES");
      if (server == nullptr)
        GTEST_SKIP() << "HM_TEST_POSTGRES is not set: run this through tools/with_postgres.sh";
      server_ = server;
      auto link = open_postgres(server_);
      ASSERT_OK(link);
      ASSERT_OK((*link)->script("create schema t" + unique_));
      url_ = server_ + (server_.find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3Dt" +
             unique_ + "&application_name=t" + unique_;
    }
    auto opened = Database::open(url_, clock_);
    ASSERT_OK(opened);
    database_ = std::move(*opened);
  }

  void TearDown() override {
    database_.reset();
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
    if (server_.empty()) return;
    auto link = open_postgres(server_);
    ASSERT_OK(link);
    ASSERT_OK((*link)->script("drop schema t" + unique_ + " cascade"));
  }

  Database& database() { return *database_; }
  const std::string& url() const { return url_; }
  bool sqlite() const { return GetParam() == Dialect::sqlite; }
  std::string sqlite_path() const { return (directory_ / "test.db").string(); }
  void close() { database_.reset(); }

  // 2026-11-23T12:00:00Z
  FakeClock clock_{from_micros(1'795'435'200'000'000)};

 private:
  std::string unique_;
  std::string server_;
  std::string url_;
  std::filesystem::path directory_;
  std::unique_ptr<Database> database_;
};

}  // namespace hm::store

#define HM_ON_BOTH_STORES(suite)                                                                    \
  INSTANTIATE_TEST_SUITE_P(                                                                         \
      Stores, suite, testing::Values(::hm::store::Dialect::sqlite, ::hm::store::Dialect::postgres), \
      [](const auto& store) { return std::string(::hm::store::to_string(store.param)); })
