// SQL through the whole program: the scope holds, and a statement over its limits stops while others are
// answered.
#include <filesystem>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "app/app.h"
#include "app/parts.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/http_client.h"
#include "inventory/inventory.h"

namespace hm::app {
namespace {

class QueryApiTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() / ("hm-query-" + hex(random_bytes(8)));
    auto config = load_config(
        {.file = "/dev/null",
         .flags = {{"data_dir", directory_.string()}, {"listen", "127.0.0.1:0"}, {"roles", "api"}},
         .variable = nullptr});
    ASSERT_TRUE(config.has_value());
    auto app = App::start(std::move(*config), clock_);
    ASSERT_TRUE(app.has_value()) << app.error().text();
    app_ = std::move(*app);
    sweep("111111111111", "vol-a");
    sweep("222222222222", "vol-b");
    all_ = key_of("all", {});
    only_a_ = key_of("onlya", {std::set<std::string>{"111111111111"}, std::nullopt});
  }
  void TearDown() override {
    app_.reset();
    std::filesystem::remove_all(directory_);
  }
  void sweep(const std::string& account, const std::string& id) {
    inventory::Sweep made;
    made.place = {account, "eu-west-1", "ec2/volume"};
    made.outcome = inventory::Outcome::ok;
    made.started_at = clock_.now();
    inventory::Observed item;
    item.id = id;
    item.region = "eu-west-1";
    item.arn = "arn:aws:ec2:eu-west-1:" + account + ":volume/" + id;
    item.document = JsonObject{{"VolumeId", id}, {"Size", 8}};
    item.hash = id;
    inventory::Inventory inventory(*app_->parts().database, clock_);
    ASSERT_TRUE(inventory.record(made, {item}).has_value());
  }
  void denied(const std::string& account, const std::string& region, const std::string& type) {
    inventory::Sweep made;
    made.place = {account, region, type};
    made.outcome = inventory::Outcome::denied;
    made.error = make_error(ErrorKind::denied, "AccessDenied", "user " + account + " may not");
    made.started_at = clock_.now();
    inventory::Inventory inventory(*app_->parts().database, clock_);
    ASSERT_TRUE(inventory.record(made, {}).has_value());
  }
  // Once the query database shows all that the store has: what was just recorded is followed in its own time,
  // and an answer before that says by how much it is behind.
  Json answer(const std::string& sql, const std::string& key) {
    const auto deadline = clock_.now() + std::chrono::seconds(30);
    while (true) {
      const HttpResponse response = query(sql, key);
      EXPECT_EQ(response.status, 200) << sql << " " << response.body;
      Json body = parse_json(response.body).value_or(Json());
      if (response.status != 200 || body.at("behind_changes").as_int64() == 0) return body;
      if (clock_.now() > deadline) {
        ADD_FAILURE() << "the query database is behind for 30 s: " << response.body;
        return body;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  std::string key_of(const std::string& name, const identity::Scope& scope) {
    auto& parts = app_->parts();
    const identity::Role role = identity::Role::viewer;
    EXPECT_TRUE(
        parts.users
            ->add({"test", identity::Via::cli, ""}, {name, role, scope, "correct horse battery", false})
            .has_value());
    identity::Principal principal;
    principal.name = name;
    principal.scope = scope;
    return parts.keys->add(principal, {"k", role, scope, 1})->secret;
  }
  HttpRequest request(const std::string& path, const std::string& key) {
    HttpRequest made;
    made.url = app_->url() + path;
    made.use_proxy = false;
    made.headers.add("Authorization", "Bearer " + key);
    return made;
  }
  HttpResponse query(const std::string& sql, const std::string& key) {
    HttpRequest made = request("/api/v1/query", key);
    made.method = "POST";
    made.headers.add("Content-Type", "application/json");
    made.body = to_json(JsonObject{{"sql", sql}});
    return transport_->send(std::move(made)).value_or(HttpResponse());
  }
  // Until the follower has brought the query database up to the store.
  void wait_until_followed() {
    const auto deadline = clock_.now() + std::chrono::seconds(30);
    while (query("select count(*) from aws_ebs_volume", all_).body.find("[[2]]") == std::string::npos) {
      ASSERT_LT(clock_.now(), deadline);
      app_->parts().database->wait_for_change(1'000'000, std::chrono::milliseconds(50), {});
    }
  }

  std::filesystem::path directory_;
  SystemClock clock_;
  std::unique_ptr<HttpTransport> transport_ = make_curl_transport({});
  std::unique_ptr<App> app_;
  std::string all_, only_a_;
};

TEST_F(QueryApiTest, AViewerOfOneAccountSeesNothingOfTheOther) {
  wait_until_followed();
  for (const std::string sql :
       {"select * from aws_ebs_volume", "select count(*), group_concat(volume_id) from aws_ebs_volume",
        "select * from (select * from aws_ebs_volume)",
        "with v as (select * from aws_ebs_volume) select * from v", "select * from resource",
        "select * from sweep", "select * from account",
        "select * from aws_ebs_volume where account_id = '222222222222'"}) {
    const HttpResponse mine = query(sql, only_a_);
    EXPECT_EQ(mine.status, 200) << sql << " " << mine.body;
    EXPECT_EQ(mine.body.find("222222222222"), std::string::npos) << sql << " " << mine.body;
    EXPECT_EQ(mine.body.find("vol-b"), std::string::npos) << sql << " " << mine.body;
  }
  EXPECT_NE(query("select volume_id from aws_ebs_volume", all_).body.find("vol-b"), std::string::npos);
  for (const std::string sql :
       {"select * from hm_base_aws_ebs_volume", "select * from app_user", "pragma table_list",
        "attach 'x' as y", "delete from resource", "select * from sqlite_master"}) {
    EXPECT_EQ(query(sql, only_a_).status, 400) << sql;
  }
}

TEST_F(QueryApiTest, WhatNobodyReadIsSaidToBeUnknown) {
  wait_until_followed();
  denied("111111111111", "global", "s3/bucket");
  const Json buckets = answer("select * from aws_s3_bucket", all_);
  EXPECT_EQ(to_json(buckets.at("rows")), "[]");
  EXPECT_EQ(to_json(buckets.at("unknown_types")), R"(["s3/bucket"])");
  EXPECT_EQ(buckets.at("gap_count").as_int64(), 1);
  EXPECT_EQ(to_json(buckets.at("gaps")),
            R"([{"account_id":"111111111111","region":"global","type":"s3/bucket","outcome":"denied",)"
            R"("code":"AccessDenied","swept_at":null}])");
  const Json never = answer("select * from aws_ec2_instance", all_);
  EXPECT_EQ(to_json(never.at("unknown_types")), R"(["ec2/instance"])") << "no sweep was ever tried";
  EXPECT_TRUE(never.at("gaps").get_array().empty());
  const Json volumes = answer("select * from aws_ebs_volume", all_);
  EXPECT_TRUE(volumes.at("unknown_types").get_array().empty());
  EXPECT_EQ(volumes.at("gap_count").as_int64(), 0);
}

TEST_F(QueryApiTest, TheGapsOfOthersAreNotTold) {
  wait_until_followed();
  denied("222222222222", "ap-south-1", "ec2/volume");
  const std::string only_here =
      key_of("onlyhere", {std::nullopt, std::set<std::string>{"eu-west-1", "global"}});
  for (const std::string sql : {"select * from aws_ebs_volume", "select * from resource"}) {
    EXPECT_EQ(answer(sql, all_).at("gap_count").as_int64(), 1) << sql;
    for (const std::string& key : {only_a_, only_here}) {
      const Json mine = answer(sql, key);
      EXPECT_EQ(mine.at("gap_count").as_int64(), 0) << sql;
      EXPECT_TRUE(mine.at("gaps").get_array().empty()) << sql;
      EXPECT_EQ(to_json(mine).find("ap-south-1"), std::string::npos) << sql;
    }
  }
}

TEST_F(QueryApiTest, AStatementOverItsLimitsStopsWhileOthersAreAnswered) {
  wait_until_followed();
  const std::string endless =
      "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
  // One of the short ones below may come first and hold the user's place for a moment.
  auto running = std::async(std::launch::async, [&] {
    HttpResponse answer = query(endless, only_a_);
    while (answer.status == 429) answer = query(endless, only_a_);
    return answer;
  });
  int answered = 0, refused = 0;
  while (running.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    const auto other = transport_->send(request("/api/v1/summary", all_));
    ASSERT_TRUE(other.has_value());
    ASSERT_EQ(other->status, 200);
    ++answered;
    // One statement a user at once: the next one waits, and everybody else does not.
    if (query("select 1", only_a_).status == 429) ++refused;
    ASSERT_EQ(query("select 1", all_).status, 200);
  }
  EXPECT_GT(answered, 0);
  EXPECT_GT(refused, 0);
  const HttpResponse stopped = running.get();
  EXPECT_EQ(stopped.status, 400) << stopped.body;
  EXPECT_NE(stopped.body.find("query_limit"), std::string::npos) << stopped.body;
  EXPECT_EQ(query("select hex(zeroblob(2000000000))", only_a_).status, 400);
  EXPECT_EQ(query("select 1", only_a_).status, 200);
}

// It ends long before its limits, and nobody else's does.
TEST_F(QueryApiTest, CancellingEndsOnesOwnStatementAlone) {
  wait_until_followed();
  const std::string endless =
      "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
  auto& queries = app_->parts().services->queries_running;
  auto mine = std::async(std::launch::async, [&] { return query(endless, only_a_); });
  while (!queries.with([](const auto& users) { return users.contains("onlya"); })) std::this_thread::yield();
  HttpRequest cancel = request("/api/v1/query", all_);
  cancel.method = "DELETE";
  ASSERT_EQ(transport_->send(cancel)->status, 204);  // of somebody who runs none
  EXPECT_TRUE(queries.with([](const auto& users) { return users.contains("onlya"); }));
  cancel = request("/api/v1/query", only_a_);
  cancel.method = "DELETE";
  ASSERT_EQ(transport_->send(cancel)->status, 204);
  const HttpResponse ended = mine.get();
  EXPECT_EQ(ended.status, 409) << ended.body;
  EXPECT_NE(ended.body.find("query_cancelled"), std::string::npos) << ended.body;
  EXPECT_EQ(query("select 1", only_a_).status, 200);
}

// The program does not wait for a statement's time limit, nor cut the answer off.
TEST_F(QueryApiTest, StoppingEndsTheStatementsThatRun) {
  wait_until_followed();
  auto running = std::async(std::launch::async, [&] {
    return query("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
                 only_a_);
  });
  auto& queries = app_->parts().services->queries_running;
  while (!queries.with([](const auto& users) { return users.contains("onlya"); })) std::this_thread::yield();
  app_.reset();
  EXPECT_EQ(running.get().status, 503);
}

}  // namespace
}  // namespace hm::app
