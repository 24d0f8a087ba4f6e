// A viewer of account A learns nothing of account B: not by lists, search, export, counts, relations or
// names.
#include "api/test_api.h"

namespace hm::api {
namespace {

class ScopeLeakTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    sweep_estate();
    all_ = key_of("all", identity::Role::viewer);
    only_a_ = key_of("onlya", identity::Role::viewer, only_a());
  }
  std::string all_, only_a_;
};

TEST_F(ScopeLeakTest, NoReadMentionsTheOtherAccount) {
  const std::string v = "/api/v1";
  const std::string b = "filter=account:" + std::string(kAccountB);
  const std::vector<std::string> reads = {
      v + "/resources?facets=true&limit=1000",
      v + "/resources?" + b,
      v + "/resources?filter=account:Beta&facets=true",
      v + "/resources?filter=is:gone",
      v + "/resources?accounts=" + std::string(kAccountB),
      v + "/resources/export",
      v + "/resources/export?format=json&" + b,
      v + "/resources?facets=true&filter=vol",
      v + "/search?q=vol",
      v + "/search?q=prod&limit=1",
      v + "/search?q=eu-west-1&accounts=" + std::string(kAccountA) + "," + std::string(kAccountB),
      v + "/resources/export?filter=name",
      v + "/summary",
      v + "/summary?accounts=" + std::string(kAccountA) + "," + std::string(kAccountB),
      v + "/changes?limit=1000&counts=true",
      v + "/changes/export",
      v + "/changes/export?format=json&" + b,
      v + "/diff?from=2020-01-01",
      v + "/coverage",
      v + "/sweeps",
      v + "/accounts",
      v + "/keys",
      v + "/topology",
      v + "/topology?filter=vol-b1,vol-a1",
  };
  for (const std::string& url : reads) {
    const Got got = call("GET", url, {.key = only_a_});
    EXPECT_EQ(got.status, 200) << url << " " << got.text;
    for (const std::string_view secret : {kAccountB, std::string_view("Beta"), std::string_view("vol-b"),
                                          std::string_view("DescribeInstances")}) {
      // What was asked for may be repeated nowhere either.
      EXPECT_EQ(got.text.find(secret), std::string::npos) << url << " tells " << secret << ": " << got.text;
    }
    EXPECT_NE(call("GET", url, {.key = all_}).text, got.text) << url << " does not depend on the scope";
  }
}

TEST_F(ScopeLeakTest, CountsAreOfTheScopeAlone) {
  EXPECT_EQ(call("GET", "/api/v1/resources", {.key = all_}).body.at("total").as_int64(), 5);
  const Got mine = call("GET", "/api/v1/resources?facets=true", {.key = only_a_});
  EXPECT_EQ(mine.body.at("total").as_int64(), 3);
  EXPECT_EQ(mine.body.at("gaps").as_int64(), 0);
  EXPECT_EQ(call("GET", "/api/v1/resources", {.key = all_}).body.at("gaps").as_int64(), 1);
  const Got summary = call("GET", "/api/v1/summary", {.key = only_a_});
  EXPECT_EQ(summary.body.at("resources").as_int64(), 3);
  EXPECT_EQ(summary.body.at("accounts").as_int64(), 1);
  EXPECT_EQ(summary.body.at("changes_24h").at("found").as_int64(), 3);
  EXPECT_EQ(summary.body.at("changes_24h").at("created").as_int64(), 0);
  EXPECT_EQ(summary.body.at("coverage").at("denied").as_int64(), 0);
  const Got other = call("GET", "/api/v1/resources?filter=vol-b2-secret", {.key = only_a_});
  EXPECT_EQ(other.body.at("total").as_int64(), 0);
  const Got found = call("GET", "/api/v1/search?q=vol-b2-secret", {.key = only_a_});
  EXPECT_TRUE(found.body.at("items").get_array().empty());
  EXPECT_EQ(found.body.at("gaps").as_int64(), 0);
  EXPECT_TRUE(found.body.at("as_of").is_string());
  EXPECT_EQ(call("GET", "/api/v1/search?q=vol", {.key = all_}).body.at("gaps").as_int64(), 1);
}

// The index of others' changes is others' business: neither that it lags nor how far.
TEST_F(ScopeLeakTest, TheSearchLagsBehindForThoseWhomItConcerns) {
  ASSERT_OK(database_->write("test", [](store::Transaction& transaction) -> Status {
    transaction.changed("resource", id_of(kAccountB, "eu-west-1", "vol-b1"));
    return ok();
  }));
  for (const std::string url :
       {"/api/v1/search?q=vol", "/api/v1/resources?filter=vol", "/api/v1/changes?filter=vol",
        "/api/v1/diff?from=2020-01-01T00:00:00Z&filter=vol"}) {
    EXPECT_TRUE(call("GET", url, {.key = all_}).body.at("search").at("behind").as_bool()) << url;
    EXPECT_FALSE(call("GET", url, {.key = only_a_}).body.at("search").at("behind").as_bool()) << url;
  }
  ASSERT_OK(search_->catch_up());
  EXPECT_FALSE(call("GET", "/api/v1/search?q=vol", {.key = all_}).body.at("search").at("behind").as_bool());
}

TEST_F(ScopeLeakTest, TheSearchSaysWhereTheWordsStand) {
  const Got got = call("GET", "/api/v1/search?q=VOL-a1+env%3Dprod", {.key = only_a_});
  ASSERT_EQ(got.body.at("items").get_array().size(), 1u);
  const Json& hit = got.body.at("items").at(0);
  EXPECT_EQ(hit.at("account_name"), Json("Alpha"));
  EXPECT_EQ(hit.at("resource").at("key"), Json("vol-a1"));
  EXPECT_EQ(to_json(hit.at("matched")),
            R"([{"field":"name","value":"=name of vol-a1"},{"field":"id","value":"vol-a1"},)"
            R"({"field":"arn","value":"arn:aws:ec2:eu-west-1:111111111111:volume/vol-a1"},)"
            R"({"field":"tag:env","value":"prod"}])");
  const Got listed = call("GET", "/api/v1/resources?filter=vol-a1", {.key = only_a_});
  EXPECT_EQ(to_json(listed.body.at("items").at(0).at("matched")), R"(["name","id","arn"])");
  EXPECT_TRUE(call("GET", "/api/v1/resources", {.key = only_a_}).body.at("search").is_null());
  EXPECT_EQ(
      call("GET", "/api/v1/resources/export?filter=vol-a1", {.key = only_a_}).headers.get("x-search-behind"),
      "false");
}

// Less their own numbers, those of a whole scan would be the other account's.
TEST_F(ScopeLeakTest, TheNumbersOfAScanAreForThoseWhoSeeAll) {
  scan_.with([](ScanProgress& scan) {
    scan.running = true;
    scan.done = 9;
    scan.total = 9;
    scan.resources = 5;
  });
  EXPECT_EQ(call("GET", "/api/v1/scan", {.key = all_}).body.at("resources").as_int64(), 5);
  const Got mine = call("GET", "/api/v1/scan", {.key = only_a_});
  EXPECT_TRUE(mine.body.at("running").as_bool());
  for (const char* number : {"done", "total", "ok", "not_ok", "calls", "resources"})
    EXPECT_TRUE(mine.body.at(number).is_null()) << number;
}

TEST_F(ScopeLeakTest, WhatIsLookedAtAndNotStoredIsPending) {
  EXPECT_EQ(call("GET", "/api/v1/coverage", {.key = all_}).body.at("counts").at("pending").as_int64(), 0);
  places_ = 9;
  EXPECT_EQ(call("GET", "/api/v1/coverage", {.key = all_}).body.at("counts").at("pending").as_int64(), 5);
  EXPECT_EQ(call("GET", "/api/v1/coverage", {.key = only_a_}).body.at("counts").at("pending").as_int64(), 0);
}

TEST_F(ScopeLeakTest, WhatIsToBeSweptIsPendingAndCountedOnce) {
  places_ = 9;
  ASSERT_OK(inventory::Inventory(*database_, clock_)
                .plan({{std::string(kAccountA), "eu-west-1", "ec2/volume"},
                       {std::string(kAccountA), "sa-east-1", "ec2/volume"}}));
  const Got coverage = call("GET", "/api/v1/coverage", {.key = all_});
  EXPECT_EQ(coverage.body.at("counts").at("pending").as_int64(), 5) << "one by its row, four by number alone";
  EXPECT_EQ(coverage.body.at("counts").at("skipped").as_int64(), 0);
  EXPECT_EQ(coverage.body.at("counts").at("total").as_int64(), 9);
  const Got sweeps = call("GET", "/api/v1/sweeps?outcome=pending", {.key = all_});
  ASSERT_EQ(sweeps.body.at("total").as_int64(), 1);
  EXPECT_EQ(member_text(sweeps.body.at("items").at(0), "region"), "sa-east-1");
  const Got account = call("GET", "/api/v1/accounts/" + std::string(kAccountA), {.key = all_});
  EXPECT_EQ(member_text(account.body, "state"), "partial");
  const Got page = call("GET", "/api/v1/resources?limit=1", {.key = only_a_});
  EXPECT_EQ(page.body.at("gaps").as_int64(), 1);
}

TEST_F(ScopeLeakTest, AnAccountThatCannotBeEnteredSaysWhyAndHidesNoOther) {
  ASSERT_OK(database_->write("sealing with another key", [&](store::Transaction& transaction) {
    transaction.changed("account", "333333333333");
    return transaction.run(
        "insert into app_account (account_id, name, role_arn, external_id_sealed, regions, enabled, "
        "created_at) "
        "values ('333333333333', 'Gamma', 'arn:aws:iam::333333333333:role/R', 'xxxx', '', $1, 0)",
        {true});
  }));
  troubles_ = {{std::string(kAccountB), "Beta", make_error(ErrorKind::denied, "ExpiredToken", "expired")}};
  const Got accounts = call("GET", "/api/v1/accounts", {.key = all_});
  ASSERT_EQ(accounts.status, 200);
  std::map<std::string, std::string> states, codes;
  for (const Json& one : accounts.body.at("items").as_array()) {
    const std::string name(member_text(one, "name"));
    states[name] = member_text(one, "state");
    if (!one.at("problem").is_null()) codes[name] = member_text(one.at("problem"), "code");
  }
  EXPECT_EQ(states.at("Alpha"), "ok");
  EXPECT_EQ(states.at("Beta"), "failing");
  EXPECT_EQ(codes.at("Beta"), "ExpiredToken");
  EXPECT_EQ(states.at("Gamma"), "failing");
  EXPECT_EQ(codes.at("Gamma"), "wrong_secret_key");
  EXPECT_EQ(call("GET", "/api/v1/coverage", {.key = all_}).status, 200);
}

TEST_F(ScopeLeakTest, WhatLiesOutsideLooksAsIfItDidNotExist) {
  const std::string hidden = id_of(kAccountB, "eu-west-1", "vol-b1");
  const std::string absent = "0000000000000001";
  for (const std::string suffix : {"", "/history", "/neighbours", "/series"}) {
    const Got there = call("GET", "/api/v1/resources/" + hidden + suffix, {.key = only_a_});
    const Got none = call("GET", "/api/v1/resources/" + absent + suffix, {.key = only_a_});
    EXPECT_EQ(there.status, 404);
    EXPECT_EQ(none.status, 404);
    EXPECT_EQ(there.code(), none.code());
    EXPECT_EQ(call("GET", "/api/v1/resources/" + hidden + suffix, {.key = all_}).status, 200);
  }
  const Got account = call("GET", "/api/v1/accounts/" + std::string(kAccountB), {.key = only_a_});
  EXPECT_EQ(account.status, 404);
}

TEST_F(ScopeLeakTest, WhatOurCallsCostIsToldOfOnesOwnAccounts) {
  const std::string month = format_iso(clock_.now()).substr(0, 7);
  const Status written = database_->write("spending", [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("insert into spending_month (month, saved_at, since) values ($1, $2, $2)",
                          {month, clock_.now()}));
    for (const std::string_view account : {std::string_view(kAccountA), std::string_view(kAccountB)})
      HM_DO(
          transaction.run("insert into spending (month, account_id, call, calls, cost_usd) values ($1, $2, "
                          "'cloudwatch:GetMetricStatistics', 3, '0.00003')",
                          {month, account}));
    return ok();
  });
  ASSERT_TRUE(written.has_value()) << written.error().text();
  const Got own = call("GET", "/api/v1/spending", {.key = only_a_});
  ASSERT_EQ(own.status, 200) << own.text;
  EXPECT_EQ(own.text.find(kAccountB), std::string::npos);
  EXPECT_EQ(own.body.at("cost_usd"), Json("0.00003"));
  EXPECT_TRUE(own.body.at("free_requests_used").is_null());
  const Got all = call("GET", "/api/v1/spending", {.key = all_});
  EXPECT_EQ(all.body.at("cost_usd"), Json("0.00006"));
  EXPECT_EQ(all.body.at("free_requests_used"), Json(6));
  EXPECT_EQ(all.body.at("accounts").as_array().size(), 2u);
  EXPECT_TRUE(all.body.at("projected_usd").is_null()) << "not an hour has been counted";
}

TEST_F(ScopeLeakTest, ALimitedAdministratorGivesNoMoreThanTheyHave) {
  const std::string admin = key_of("adm", identity::Role::admin, only_a());
  Ask ask{.key = admin};
  ask.body = JsonObject{{"name", "x"},
                        {"role", "viewer"},
                        {"scope", JsonObject{{"accounts", JsonArray{kAccountB}}, {"regions", nullptr}}}};
  EXPECT_EQ(call("POST", "/api/v1/users", ask).status, 403);
  ask.body = JsonObject{{"name", "x"}, {"role", "viewer"}};
  const Got made = call("POST", "/api/v1/users", ask);
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body.at("user").at("scope").at("accounts"), Json(JsonArray{kAccountA}));
  const Got users = call("GET", "/api/v1/users", {.key = admin});
  EXPECT_EQ(users.text.find("\"all\""), std::string::npos) << users.text;
  EXPECT_NE(users.text.find("\"onlya\""), std::string::npos) << users.text;
  EXPECT_EQ(call("GET", "/api/v1/audit", {.key = admin}).status, 403);
  const std::string key_of_all = all_.substr(0, 11), key_of_a = only_a_.substr(0, 11);
  const std::string keys = call("GET", "/api/v1/keys", {.key = admin}).text;
  EXPECT_EQ(keys.find(key_of_all), std::string::npos) << keys;
  EXPECT_NE(keys.find(key_of_a), std::string::npos) << keys;
  Ask by_session{.cookie = session_of("adm")};
  by_session.headers.add("Origin", "http://127.0.0.1:8620");
  EXPECT_EQ(call("DELETE", "/api/v1/keys/" + key_of_all, by_session).status, 404);
  EXPECT_EQ(call("DELETE", "/api/v1/keys/" + key_of_a, {.key = admin}).code(), "forbidden");
  // "all" sees more than this administrator: taking that user over would be a way out of the scope.
  EXPECT_EQ(call("POST", "/api/v1/users/all/password", {.key = admin}).status, 403);
  EXPECT_EQ(call("DELETE", "/api/v1/users/all", {.key = admin}).status, 403);
  ask.body = JsonObject{{"accounts", JsonArray{kAccountB}}};
  EXPECT_EQ(call("POST", "/api/v1/scan", ask).status, 404);
  ask.body = JsonObject{{"accounts", JsonArray{"999999999999"}}};
  EXPECT_EQ(
      call("POST", "/api/v1/scan", {.key = key_of("full", identity::Role::admin), .body = ask.body}).status,
      404);
  const std::string some =
      key_of("some", identity::Role::admin, {std::nullopt, std::set<std::string>{"eu-west-1"}});
  EXPECT_EQ(call("POST", "/api/v1/scan", {.key = some, .body = JsonObject{}}).status, 403);
  ask.body = JsonObject{};
  EXPECT_EQ(call("POST", "/api/v1/scan", ask).status, 202);
  EXPECT_EQ(scanned_, std::vector<std::string>{std::string(kAccountA)});
}

TEST_F(ScopeLeakTest, AKeyIsGivenWhatWasAskedForOrRefused) {
  key_of("ann", identity::Role::viewer, only_a());
  Ask ask{.cookie = session_of("ann")};
  ask.headers.add("Origin", "http://127.0.0.1:8620");
  const auto make = [&](const Json& scope) {
    ask.body = JsonObject{{"name", "k"}, {"scope", scope}};
    return call("POST", "/api/v1/keys", ask);
  };
  EXPECT_EQ(make(JsonObject{{"accounts", JsonArray{kAccountB}}}).code(), "forbidden");
  EXPECT_EQ(make(JsonObject{{"accounts", JsonArray{kAccountA, kAccountB}}, {"regions", nullptr}}).code(),
            "forbidden");
  const Got all = make(JsonObject{{"accounts", nullptr}, {"regions", nullptr}});
  ASSERT_EQ(all.status, 201) << all.text;
  EXPECT_EQ(all.body.at("key").at("scope"),
            Json(JsonObject{{"accounts", JsonArray{kAccountA}}, {"regions", nullptr}}));
  const Got none = make(JsonObject{{"accounts", JsonArray{}}, {"regions", JsonArray{"eu-west-1"}}});
  ASSERT_EQ(none.status, 201) << none.text;
  EXPECT_EQ(none.body.at("key").at("scope"),
            Json(JsonObject{{"accounts", JsonArray{}}, {"regions", JsonArray{"eu-west-1"}}}));
  const Got session = call("GET", "/api/v1/session", {.key = std::string(member_text(none.body, "secret"))});
  EXPECT_EQ(session.body.at("scope"), none.body.at("key").at("scope")) << session.text;
}

TEST_F(ScopeLeakTest, ExportsAreTheFilteredSetAndSafe) {
  const Got csv = call("GET", "/api/v1/resources/export?filter=region:eu-west-1", {.key = only_a_});
  EXPECT_EQ(std::count(csv.text.begin(), csv.text.end(), '\n'), 3);  // the head and two volumes
  EXPECT_NE(csv.text.find(",'=name of vol-a1,"), std::string::npos) << csv.text;
  EXPECT_EQ(csv.headers.get("content-disposition"), "attachment; filename=\"resources.csv\"");
  const Got json = call("GET", "/api/v1/resources/export?format=json", {.key = only_a_});
  EXPECT_EQ(json.body.as_array().size(), 3u);
}

TEST_F(ScopeLeakTest, TagsThatCouldNotBeReadAreNotNone) {
  inventory::Sweep made;
  made.place = {std::string(kAccountA), "global", "s3/bucket"};
  made.outcome = inventory::Outcome::ok;
  made.started_at = clock_.now();
  inventory::Observed bucket;
  bucket.id = bucket.name = bucket.hash = "bucket-1";
  bucket.region = "eu-west-1";
  bucket.document = JsonObject{{"Name", "bucket-1"}};
  bucket.unknown.emplace("TagSet", make_error(ErrorKind::denied, "AccessDenied", "refused"));
  std::vector<inventory::Observed> items;
  items.push_back(std::move(bucket));
  ASSERT_OK(inventory::Inventory(*database_, clock_).record(made, std::move(items)));

  const Got page = call("GET", "/api/v1/resources?filter=type:s3/bucket", {.key = all_});
  EXPECT_EQ(page.body.at("items").at(0).at("unknown_columns"), Json(JsonArray{"tags"})) << page.text;
  const Got csv = call("GET", "/api/v1/resources/export?filter=type:s3/bucket", {.key = all_});
  EXPECT_NE(csv.text.find(",(unknown),TagSet (AccessDenied)"), std::string::npos) << csv.text;
  const Got untagged = call("GET", "/api/v1/resources?filter=is:untagged", {.key = all_});
  EXPECT_EQ(untagged.body.at("total").as_int64(), 0);
  const Got summary = call("GET", "/api/v1/summary", {.key = all_});
  EXPECT_EQ(summary.body.at("untagged").as_int64(), 0);
  EXPECT_NE(summary.text.find("resources without tags"), std::string::npos) << summary.text;
}

TEST_F(ScopeLeakTest, TagsThatAreNotAskedForAreNotNone) {
  inventory::Sweep made;
  made.place = {std::string(kAccountA), "eu-west-1", "ec2/regional_settings"};
  made.outcome = inventory::Outcome::ok;
  made.started_at = clock_.now();
  inventory::Observed settings;
  settings.id = settings.hash = "settings";
  settings.region = "eu-west-1";
  settings.document = JsonObject{{"EbsEncryptionByDefault", true}};
  std::vector<inventory::Observed> items;
  items.push_back(std::move(settings));
  ASSERT_OK(inventory::Inventory(*database_, clock_).record(made, std::move(items)));

  const Got page = call("GET", "/api/v1/resources?filter=type:ec2/regional_settings", {.key = all_});
  EXPECT_TRUE(page.body.at("items").at(0).at("tags").is_null()) << page.text;
  EXPECT_EQ(page.body.at("items").at(0).at("not_read"), Json(JsonArray({"state", "created_at", "tags"})));
  const Got csv = call("GET", "/api/v1/resources/export?filter=type:ec2/regional_settings", {.key = all_});
  EXPECT_NE(csv.text.find(",(not read),(not read),"), std::string::npos) << csv.text;
  const Got volumes = call("GET", "/api/v1/resources?filter=type:ec2/volume", {.key = all_});
  EXPECT_EQ(volumes.body.at("items").at(0).at("not_read"), Json(JsonArray())) << volumes.text;
  const Got untagged = call("GET", "/api/v1/resources?filter=is:untagged", {.key = all_});
  EXPECT_EQ(untagged.body.at("total"), Json(0)) << untagged.text;
  const Got summary = call("GET", "/api/v1/summary", {.key = all_});
  EXPECT_EQ(summary.body.at("untagged"), untagged.body.at("total"));
}

TEST_F(ScopeLeakTest, ChangesOfBeforeAreNotAmongThoseOfTheLastDay) {
  EXPECT_FALSE(call("GET", "/api/v1/summary", {.key = all_}).body.at("recent_changes").as_array().empty());
  clock_.advance(std::chrono::hours(25));
  const Got later = call("GET", "/api/v1/summary", {.key = all_});
  EXPECT_EQ(later.body.at("changes_24h").at("created"), Json(0)) << later.text;
  EXPECT_TRUE(later.body.at("recent_changes").as_array().empty()) << later.text;
}

TEST_F(ScopeLeakTest, PagesFollowEachOtherWithoutGapsOrRepeats) {
  std::vector<std::string> many;
  many.reserve(57);
  for (int i = 0; i < 57; ++i) many.push_back("vol-many-" + std::to_string(i));
  sweep(kAccountA, "eu-central-1", many);
  for (const std::string sort : {"name", "type", "account", "region", "state", "created_at", "first_seen"}) {
    for (const std::string order : {"asc", "desc"}) {
      std::set<std::string> seen;
      std::string cursor;
      int pages = 0;
      do {
        const Got got =
            call("GET", "/api/v1/resources?limit=10&sort=" + sort + "&order=" + order + "&cursor=" + cursor,
                 {.key = all_});
        ASSERT_EQ(got.status, 200) << got.text;
        EXPECT_EQ(got.body.at("total").as_int64(), 62);
        for (const Json& item : got.body.at("items").as_array()) {
          EXPECT_TRUE(seen.insert(std::string(member_text(item, "id"))).second) << sort;
        }
        cursor = percent_encode(member_text(got.body, "next_cursor"));
      } while (!cursor.empty() && ++pages < 20);
      EXPECT_EQ(seen.size(), 62u) << sort << " " << order;
    }
  }
}

TEST_F(ScopeLeakTest, CoverageNamesTheGapAndThePermission) {
  const Got got = call("GET", "/api/v1/coverage", {.key = all_});
  EXPECT_EQ(got.body.at("counts").at("denied").as_int64(), 1);
  const Json& missing = got.body.at("missing_permissions").at(0);
  EXPECT_EQ(member_text(missing, "permission"), "ec2:DescribeInstances");
  EXPECT_EQ(missing.at("accounts"), Json(JsonArray{kAccountB}));
  const Got sweeps = call("GET", "/api/v1/sweeps?outcome=denied", {.key = all_});
  EXPECT_EQ(sweeps.body.at("total").as_int64(), 1);
  EXPECT_TRUE(sweeps.body.at("items").at(0).at("resources").is_null());  // unknown, not 0
}

}  // namespace
}  // namespace hm::api
