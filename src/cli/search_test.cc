// The command on a real store: what it prints is told by its exit code too.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "cli/commands.h"
#include "inventory/inventory.h"

namespace hm::cli {
namespace {

constexpr int kExitUnknown = 3;

class SearchCommandTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(directory_); }

  store::Database& database() {
    if (!database_) {
      auto opened = store::Database::open("sqlite:" + (directory_ / "hostmaster.db").string(), clock_);
      if (opened.has_value()) database_ = std::move(*opened);
    }
    return *database_;
  }
  void record(inventory::Outcome outcome) {
    inventory::Sweep sweep;
    sweep.place = {"111111111111", "eu-west-1", "ec2/instance"};
    sweep.outcome = outcome;
    sweep.started_at = clock_.now();
    inventory::Observed item;
    item.id = "i-1";
    item.region = "eu-west-1";
    item.name = "web-1";
    item.document = JsonObject{{"InstanceId", "i-1"}};
    item.hash = "1";
    ASSERT_TRUE(inventory::Inventory(database(), clock_).record(sweep, {item}).has_value());
  }
  struct Printed {
    int code = 0;
    std::string out;
  };
  Printed run(int (*command)(const Args&), std::vector<std::string> args) {
    args.insert(args.end(), {"--data-dir", directory_.string(), "--output", "json"});
    testing::internal::CaptureStdout();
    const int code = command(args);
    return {code, testing::internal::GetCapturedStdout()};
  }
  Printed search(std::vector<std::string> args) { return run(run_search, std::move(args)); }

  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("hm-search-" + hex(random_bytes(8)));
  SystemClock clock_;
  std::unique_ptr<store::Database> database_;
};

TEST_F(SearchCommandTest, PrintsWhatIsFoundAndWhy) {
  record(inventory::Outcome::ok);
  const Printed found = search({"WEB", "i-"});
  EXPECT_EQ(found.code, kExitOk);
  const auto rows = parse_json(found.out);
  ASSERT_TRUE(rows.has_value() && rows->get_array().size() == 1u) << found.out;
  EXPECT_EQ(rows->at(0).at("key"), Json("i-1"));
  EXPECT_EQ(rows->at(0).at("matched"), Json("name=web-1, id=i-1"));
  EXPECT_EQ(search({"no-such"}).code, kExitOk) << "everything was asked";
}

TEST_F(SearchCommandTest, TheBareWordsOfADiffAskTheSameIndex) {
  record(inventory::Outcome::ok);
  EXPECT_NE(run(run_diff, {"--from", "1h", "WEB"}).out.find("web-1"), std::string::npos);
  EXPECT_EQ(run(run_diff, {"--from", "1h", "no-such"}).out.find("web-1"), std::string::npos);
}

TEST_F(SearchCommandTest, ADiffOfWhatNobodyAskedIsNotNothing) {
  record(inventory::Outcome::ok);
  const auto code = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"--from", "1m"});
    return run(run_diff, std::move(args)).code;
  };
  for (const auto& elsewhere : std::vector<std::vector<std::string>>{
           {"--account", "999999999999"}, {"--region", "ap-south-1"}, {"--type", "s3/*"}, {"service:s3"}}) {
    EXPECT_EQ(code(elsewhere), kExitUnknown) << elsewhere[0];
  }
}

TEST_F(SearchCommandTest, WhatCouldNotBeAskedIsNotNothing) {
  database();
  EXPECT_EQ(search({"web"}).code, kExitUnknown) << "nothing was read yet";
  record(inventory::Outcome::ok);
  record(inventory::Outcome::denied);
  EXPECT_EQ(search({"no-such"}).code, kExitUnknown);
}

TEST_F(SearchCommandTest, MakesNoStoreAndSaysWhatIsWrong) {
  EXPECT_EQ(search({"web"}).code, kExitFailed);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "hostmaster.db"));
  EXPECT_EQ(search({}).code, kExitUsage);
  EXPECT_EQ(search({"web", "--limit", "201"}).code, kExitUsage);
  database();
  EXPECT_NE(search({"is:gone"}).code, kExitOk);
}

}  // namespace
}  // namespace hm::cli
