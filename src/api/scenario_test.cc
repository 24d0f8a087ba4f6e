// Every route: without credentials, with too small a role, with bad input, and as it is meant.
#include <set>

#include "api/test_api.h"

namespace hm::api {
namespace {

struct Scenario {
  std::string method, url;
  std::string pattern;  // of the route
  int status;
  Json body = nullptr;
  std::string code{};  // of an error
};

class ScenarioTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    sweep_estate();
    viewer_ = key_of("viewer", identity::Role::viewer);
    operator_ = key_of("operator", identity::Role::operator_);
    admin_ = key_of("admin", identity::Role::admin);
    services_->run_query = [this](const identity::Scope&, const std::string& sql,
                                  std::optional<Time>) -> Result<QueryAnswer> {
      if (sql == "bad") return make_error(ErrorKind::invalid, "query_invalid", "near \"bad\": syntax error");
      if (sql == "huge")
        return make_error(ErrorKind::exhausted, "query_limit", "the statement took too long");
      inventory::Trust trust;
      trust.as_of = clock_.now();
      trust.unknown_types = {"s3/bucket"};
      trust.gap_count = 2;
      trust.gaps = {{{"111111111111", "eu-west-1", "s3/bucket"},
                     inventory::Outcome::denied,
                     "AccessDenied",
                     std::nullopt},
                    {{"111111111111", "us-east-1", "ec2/volume"}, std::nullopt, "", clock_.now()}};
      return QueryAnswer{
          {"id", "size"}, {JsonArray{"=vol", 8}, JsonArray{nullptr, 1.5}}, true, 1.5, std::move(trust)};
    };
    services_->query_tables = [] {
      return JsonArray{JsonObject{
          {"name", "t"},
          {"title", "T"},
          {"columns", JsonArray{JsonObject{{"name", "c"}, {"type", "text"}, {"description", "d"}}}}}};
    };
  }
  void run(const std::vector<Scenario>& scenarios, const std::string& cookie) {
    for (const Scenario& scenario : scenarios) {
      Ask ask;
      ask.cookie = cookie;
      ask.body = scenario.body;
      ask.headers.add("Origin", "http://127.0.0.1:8620");
      const Got got = call(scenario.method, scenario.url, ask);
      EXPECT_EQ(got.status, scenario.status) << scenario.method << " " << scenario.url << " " << got.text;
      EXPECT_EQ(got.code(), scenario.code) << scenario.method << " " << scenario.url << " " << got.text;
    }
  }
  std::string viewer_, operator_, admin_;
};

const Json kNewAccount = JsonObject{{"name", "Gamma"},
                                    {"role_arn", "arn:aws:iam::333333333333:role/Reader"},
                                    {"external_id", "0123456789abcdef"},
                                    {"regions", JsonArray{"eu-west-1"}}};

// In the order in which they can follow each other, as an administrator.
std::vector<Scenario> happy_ones(const std::string& resource, const std::string& key) {
  const std::string v = "/api/v1";
  return {
      {"GET", v + "/session", v + "/session", 200},
      {"GET", v + "/setup", v + "/setup", 200},
      {"GET", v + "/summary", v + "/summary", 200},
      {"GET", v + "/changes?limit=2&since=2020-01-01T00:00:00Z", v + "/changes", 200},
      {"GET", v + "/resources?filter=type:ec2/volume%20name&facets=true&limit=2", v + "/resources", 200},
      {"GET", v + "/resources/export?format=json", v + "/resources/export", 200},
      {"GET", v + "/resources/" + resource, v + "/resources/{id}", 200},
      {"GET", v + "/resources/" + resource + "/history", v + "/resources/{id}/history", 200},
      {"GET", v + "/filter", v + "/filter", 200},
      {"GET", v + "/types", v + "/types", 200},
      {"GET", v + "/coverage", v + "/coverage", 200},
      {"GET", v + "/sweeps?outcome=not_ok", v + "/sweeps", 200},
      {"GET", v + "/scan", v + "/scan", 200},
      {"POST", v + "/scan", v + "/scan", 202, JsonObject{}},
      {"GET", v + "/accounts", v + "/accounts", 200},
      {"POST", v + "/accounts/test", v + "/accounts/test", 200, kNewAccount},
      {"POST", v + "/accounts", v + "/accounts", 201, kNewAccount},
      {"GET", v + "/accounts/333333333333", v + "/accounts/{account_id}", 200},
      {"PATCH", v + "/accounts/333333333333", v + "/accounts/{account_id}", 200,
       JsonObject{{"enabled", false}}},
      {"DELETE", v + "/accounts/333333333333", v + "/accounts/{account_id}", 204},
      {"GET", v + "/connect", v + "/connect", 200},
      {"GET", v + "/iam-policy", v + "/iam-policy", 200},
      {"POST", v + "/query", v + "/query", 200,
       JsonObject{{"sql", "select 1"}, {"at", "2026-11-01T00:00:00Z"}}},
      {"POST", v + "/query/export", v + "/query/export", 200, JsonObject{{"sql", "select 1"}}},
      {"GET", v + "/query/tables", v + "/query/tables", 200},
      {"GET", v + "/users", v + "/users", 200},
      {"POST", v + "/users", v + "/users", 201,
       JsonObject{{"name", "new"},
                  {"role", "viewer"},
                  {"scope", JsonObject{{"accounts", JsonArray{"1"}}, {"regions", JsonArray{}}}}}},
      {"PATCH", v + "/users/new", v + "/users/{name}", 200, JsonObject{{"role", "operator"}}},
      {"POST", v + "/users/new/password", v + "/users/{name}/password", 200},
      {"DELETE", v + "/users/new", v + "/users/{name}", 204},
      {"GET", v + "/keys", v + "/keys", 200},
      {"POST", v + "/keys", v + "/keys", 201, JsonObject{{"name", "k"}, {"expires_in_days", 3}}},
      {"POST", v + "/keys/" + key + "/rotate", v + "/keys/{id}/rotate", 200},
      {"DELETE", v + "/keys/" + key, v + "/keys/{id}", 204},
      {"GET", v + "/settings", v + "/settings", 200},
      {"GET", v + "/audit?action=user.&limit=2", v + "/audit", 200},
      {"GET", v + "/openapi.yaml", v + "/openapi.yaml", 200},
      {"GET", "/metrics", "/metrics", 200},
      {"GET", "/healthz", "/healthz", 200},
      {"GET", "/readyz", "/readyz", 200},
      {"POST", v + "/session/password", v + "/session/password", 204,
       JsonObject{{"current_password", kTestPassword}, {"new_password", "another good one"}}},
      {"POST", v + "/session", v + "/session", 200,
       JsonObject{{"name", "admin"}, {"password", "another good one"}}},
      {"DELETE", v + "/session", v + "/session", 204},
  };
}

TEST_F(ScenarioTest, EveryRouteWorksAsItIsMeant) {
  const auto scenarios =
      happy_ones(id_of(kAccountA, "eu-west-1", "vol-a1"), viewer_.substr(0, viewer_.find('_', 3)));
  run(scenarios, session_of("admin"));
  std::set<std::string> covered{"GET /api/v1/live", "POST /api/v1/setup"};  // have tests of their own
  for (const Scenario& scenario : scenarios) covered.insert(scenario.method + " " + scenario.pattern);
  for (const Route& route : all_routes()) {
    EXPECT_TRUE(covered.contains(std::string(route.method) + " " + std::string(route.pattern)))
        << route.method << " " << route.pattern << " has no happy scenario";
  }
}

std::string concrete(std::string_view pattern) {
  std::string url(pattern);
  for (const char* name : {"{id}", "{name}", "{account_id}"}) {
    if (const size_t at = url.find(name); at != std::string::npos)
      url.replace(at, std::string(name).size(), "x");
  }
  return url;
}

TEST_F(ScenarioTest, NobodyGetsInWithoutCredentialsNorWithTooSmallARole) {
  for (const Route& route : all_routes()) {
    if (route.access == Access::none) continue;
    const std::string method(route.method), url = concrete(route.pattern);
    for (const Ask& ask :
         {Ask{}, Ask{.key = "hm_00000000_guess"}, Ask{.key = "x"}, Ask{.key = "", .cookie = "guess"}}) {
      const Got got = call(method, url, ask);
      EXPECT_EQ(got.status, 401) << method << " " << url;
      EXPECT_EQ(got.code(), "unauthorized") << method << " " << url;
    }
    if (route.access > Access::viewer) {
      const Got got = call(method, url, {.key = viewer_});
      EXPECT_EQ(got.status, 403) << method << " " << url;
      EXPECT_EQ(got.code(), "forbidden") << method << " " << url;
    }
    if (route.access > Access::operator_) {
      EXPECT_EQ(call(method, url, {.key = operator_}).status, 403) << method << " " << url;
    }
  }
}

TEST_F(ScenarioTest, BadInputIsToldWhere) {
  const std::string v = "/api/v1";
  const auto with = [](std::initializer_list<std::pair<std::string_view, Json>> changes) {
    Json body = kNewAccount;
    for (const auto& [name, value] : changes) body.as_object()[name] = value;
    return body;
  };
  run(
      {
          {"GET", v + "/resources?filter=foo:bar", "", 400, nullptr, "filter_invalid"},
          {"GET", v + "/resources?limit=0", "", 400, nullptr, "invalid"},
          {"GET", v + "/resources?limit=1001", "", 400, nullptr, "invalid"},
          {"GET", v + "/resources?limit=1&limit=2", "", 400, nullptr, "invalid"},
          {"GET", v + "/resources?sort=size", "", 400, nullptr, "invalid"},
          {"GET", v + "/resources?order=up", "", 400, nullptr, "invalid"},
          {"GET", v + "/resources/export?format=xls", "", 400, nullptr, "invalid"},
          {"GET", v + "/resources/ffffffffffffffff", "", 404, nullptr, "not_found"},
          {"GET", v + "/changes?since=yesterday", "", 400, nullptr, "invalid"},
          {"GET", v + "/changes?cursor=%25%25", "", 400, nullptr, "invalid"},
          {"GET", v + "/sweeps?outcome=green", "", 400, nullptr, "invalid"},
          {"GET", v + "/accounts/999999999999", "", 404, nullptr, "no_such_account"},
          {"POST", v + "/accounts", "", 400, with({{"role_arn", "arn:aws:iam::1:role/x"}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"external_id", "short"}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"regions", JsonArray{"EU WEST"}}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"profile", "default"}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"credential_process", "/bin/sh"}}), "invalid"},
          {"POST", v + "/accounts", "", 409, with({{"role_arn", "arn:aws:iam::111111111111:role/x"}}),
           "account_exists"},
          {"PATCH", v + "/accounts/111111111111", "", 409, JsonObject{{"enabled", false}}, "from_config"},
          {"DELETE", v + "/accounts/111111111111", "", 409, nullptr, "from_config"},
          {"POST", v + "/users", "", 400, JsonObject{{"name", "a b"}, {"role", "viewer"}}, "invalid_name"},
          {"POST", v + "/users", "", 400, JsonObject{{"name", "ab"}, {"role", "root"}}, "invalid"},
          {"POST", v + "/users", "", 400, JsonObject{{"name", "ab"}}, "invalid"},
          {"POST", v + "/users", "", 400, JsonObject{{"name", 1}, {"role", "viewer"}}, "invalid"},
          {"POST", v + "/users", "", 409, JsonObject{{"name", "viewer"}, {"role", "viewer"}}, "user_exists"},
          {"DELETE", v + "/users/admin", "", 409, nullptr, "last_admin"},
          {"DELETE", v + "/users/nobody", "", 404, nullptr, "no_such_user"},
          {"POST", v + "/keys", "", 400, JsonObject{{"name", "k"}, {"expires_in_days", 366}}, "invalid_key"},
          {"DELETE", v + "/keys/hm_00000000", "", 404, nullptr, "no_such_key"},
          {"POST", v + "/query", "", 400, JsonObject{{"sql", "bad"}}, "query_invalid"},
          {"POST", v + "/query", "", 400, JsonObject{{"sql", "huge"}}, "query_limit"},
          {"POST", v + "/query", "", 400, JsonObject{}, "invalid"},
          {"POST", v + "/query", "", 400, JsonObject{{"sql", "select 1"}, {"at", "soon"}}, "invalid"},
          {"POST", v + "/session/password", "", 400,
           JsonObject{{"current_password", kTestPassword}, {"new_password", "short"}}, "weak_password"},
          {"POST", v + "/session/password", "", 400,
           JsonObject{{"current_password", "wrong"}, {"new_password", "another good one"}}, "wrong_password"},
          {"PUT", v + "/users", "", 405, nullptr, "method_not_allowed"},
          {"GET", v + "/nothing", "", 404, nullptr, "not_found"},
          {"GET", "/api", "", 404, nullptr, "not_found"},
          {"GET", v + "/live", "", 400, nullptr, "invalid"},
      },
      session_of("admin"));
}

TEST_F(ScenarioTest, AFilterMistakeHasItsPosition) {
  const Got got = call("GET", "/api/v1/resources?filter=web%20foo:bar", {.key = viewer_});
  EXPECT_EQ(got.body.at("error").at("position").as_int64(), 4);
}

TEST_F(ScenarioTest, NothingIsZeroBeforeAnythingWasSwept) {
  ASSERT_OK(database_->write("test", [](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("delete from resource"));
    HM_DO(transaction.run("delete from resource_version"));
    return transaction.run("delete from sweep");
  }));
  const Got summary = call("GET", "/api/v1/summary", {.key = viewer_});
  EXPECT_TRUE(summary.body.at("resources").is_null());
  EXPECT_TRUE(summary.body.at("untagged").is_null());
  EXPECT_TRUE(summary.body.at("changes_24h").at("gone").is_null());
  EXPECT_TRUE(summary.body.at("as_of").is_null());
  EXPECT_FALSE(summary.body.at("unknown").as_array().empty());
  const Got accounts = call("GET", "/api/v1/accounts", {.key = viewer_});
  EXPECT_TRUE(accounts.body.at("items").at(0).at("resources").is_null());
  EXPECT_EQ(member_text(accounts.body.at("items").at(0), "state"), "pending");
}

}  // namespace
}  // namespace hm::api
