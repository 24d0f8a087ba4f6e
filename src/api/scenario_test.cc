// Every route: without credentials, with too small a role, with bad input, and as it is meant.
#include <algorithm>
#include <set>

#include "api/test_api.h"
#include "identity/views.h"
#include "rules/keeper.h"

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
    services_->run_query = [this](const identity::Scope&, const std::string& sql, std::optional<Time>,
                                  const std::stop_token&) -> Result<QueryAnswer> {
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
      trust.unknown_columns = {{"aws_s3_bucket", "policy", 3}};
      trust.behind_changes = 4;
      trust.behind_since = clock_.now();
      return QueryAnswer{
          {"id", "size"}, {JsonArray{"=vol", 8}, JsonArray{nullptr, 1.5}}, true, 1.5, std::move(trust)};
    };
    services_->quotas = [](const identity::Scope&) -> Result<inventory::QuotaList> {
      inventory::QuotaList list;
      list.quotas.resize(3);
      for (auto& quota : list.quotas) {
        quota.account_id = "111111111111";
        quota.region = "eu-west-1";
        quota.service_code = "vpc";
        quota.value = 5;
      }
      list.quotas[0].counts = list.quotas[1].counts = "VPCs";
      list.quotas[0].used = 4;
      list.quotas[1].unknown = "ec2/vpc in eu-west-1: denied (AccessDenied)";
      return list;
    };
    services_->try_rule = [](const rules::ActiveRule&) -> Result<rules::Evaluation> {
      rules::Evaluation evaluation;
      rules::Found row;
      row.resource_id = "0123456789abcdef";
      row.reason = "large";
      evaluation.found.emplace(row.resource_id, row);
      return evaluation;
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
  // The id of a finding of one of the catalog's rules, as a run would keep it.
  std::string found(std::string_view account, const std::string& key) {
    const auto rule = rules_->find("ebs_volume_unattached");
    EXPECT_TRUE(rule.has_value());
    rules::Evaluation evaluation;
    evaluation.at = clock_.now() - std::chrono::hours(2);
    const std::string id = id_of(account, "eu-west-1", key);
    rules::Found row;
    row.resource_id = id;
    row.severity = catalog::Severity::low;
    row.reason = key + " is attached to nothing";
    row.evidence = JsonObject{{"volume_id", key + "; rm -rf /"}, {"size", 8}};
    evaluation.found.emplace(id, row);
    evaluation.subjects.emplace(
        id, rules::Subject{id, "ec2/volume", std::string(account), "eu-west-1", "eu-west-1", {}});
    evaluation.exists.insert(id);
    evaluation.doubts = {{"denied", "ec2/volume in us-east-1: denied"}};
    evaluation.counts[{std::string(account), "eu-west-1"}] = {1, 2, 3, 1, {{0, 4}}};
    rules::Keeper keeper(*database_);
    EXPECT_TRUE(keeper.keep(*rule, evaluation).has_value());
    // The rule asks that it holds for a while.
    evaluation.at = clock_.now();
    EXPECT_TRUE(keeper.keep(*rule, evaluation).has_value());
    return inventory::resource_id(
        rules::finding_number(rule->id(), *inventory::resource_number(std::string_view(id))));
  }
  // The id of a view that they have saved.
  std::string view_of(const std::string& user) {
    identity::Principal principal;
    principal.name = user;
    const auto view = identity::Views(*database_, clock_)
                          .add(principal, {"inventory", "Mine", false, JsonObject{{"filter", "vol"}}});
    EXPECT_TRUE(view.has_value());
    return view ? view->id : "";
  }
  std::string viewer_, operator_, admin_;
};

constexpr const char* kQueue = "https://sqs.eu-west-1.amazonaws.com/333333333333/hostmaster-events";
const Json kNewAccount = JsonObject{{"name", "Gamma"},
                                    {"role_arn", "arn:aws:iam::333333333333:role/Reader"},
                                    {"external_id", "0123456789abcdef"},
                                    {"regions", JsonArray{"eu-west-1"}},
                                    {"event_queues", JsonArray{kQueue}}};

const Json kNewRule =
    JsonObject{{"id", "mine"},
               {"category", "cost"},
               {"title", "Is every volume small?"},
               {"severity", "low"},
               {"description", "Large ones are dear."},
               {"resource", "ec2/volume"},
               {"sql", "select resource_id, 'large' as reason from aws_ebs_volume where size > 1"}};

// In the order in which they can follow each other, as an administrator.
std::vector<Scenario> happy_about_resources(const std::string& resource, const std::string& finding) {
  const std::string v = "/api/v1";
  return {
      {"GET", v + "/changes?limit=2&from=2020-01-01T00:00:00Z&kind=found,gone&counts=true&filter=vol",
       v + "/changes", 200},
      {"GET", v + "/changes/export?format=json", v + "/changes/export", 200},
      {"GET", v + "/changes/1", v + "/changes/{seq}", 200},
      {"GET", v + "/diff?from=2020-01-01T00:00:00Z&filter=type:ec2/volume", v + "/diff", 200},
      {"GET", v + "/resources?filter=type:ec2/volume%20name&facets=true&limit=2", v + "/resources", 200},
      {"GET", v + "/resources/export?format=json", v + "/resources/export", 200},
      {"GET", v + "/search?q=name&limit=2", v + "/search", 200},
      {"GET", v + "/resources/" + resource, v + "/resources/{id}", 200},
      {"GET", v + "/resources/" + resource + "/history", v + "/resources/{id}/history", 200},
      {"GET", v + "/resources/" + resource + "/series?step=300", v + "/resources/{id}/series", 200},
      {"GET", v + "/resources/" + resource + "/neighbours?hops=2", v + "/resources/{id}/neighbours", 200},
      {"GET", v + "/topology?account=111111111111&region=eu-west-1&filter=vol", v + "/topology", 200},
      {"GET", v + "/findings?facets=true&severity=low&category=cost&word=vol", v + "/findings", 200},
      {"GET", v + "/findings/export?format=json&state=open,resolved", v + "/findings/export", 200},
      {"GET", v + "/findings/" + finding, v + "/findings/{id}", 200},
      {"POST", v + "/findings/" + finding + "/acknowledge", v + "/findings/{id}/acknowledge", 200,
       JsonObject{{"note", "on it"}}},
      {"POST", v + "/findings/" + finding + "/snooze", v + "/findings/{id}/snooze", 200,
       JsonObject{{"until", "2026-12-24T00:00:00Z"}}},
      {"POST", v + "/findings/" + finding + "/except", v + "/findings/{id}/except", 200,
       JsonObject{{"reason", "kept for the audit"}, {"until", "2027-01-31T00:00:00Z"}}},
      {"POST", v + "/findings/" + finding + "/reopen", v + "/findings/{id}/reopen", 200, JsonObject{}},
  };
}

const Json kNewView = JsonObject{{"kind", "query"},
                                 {"name", "Large volumes"},
                                 {"state", JsonObject{{"sql", "select 1"}, {"at", "2026-11-01T00:00:00Z"}}}};

const Json kPreferences = JsonObject{
    {"theme", "dark"},  {"zone", "utc"},        {"density", "compact"},
    {"rail", "narrow"}, {"single_keys", false}, {"columns", JsonObject{{"inventory", JsonArray{"name"}}}}};

// What is known of the estate as a whole, and what is not.
std::vector<Scenario> happy_about_the_whole() {
  const std::string v = "/api/v1";
  return {
      {"GET", v + "/coverage", v + "/coverage", 200},
      {"GET", v + "/coverage/plan", v + "/coverage/plan", 200},
      {"GET", v + "/event-queues", v + "/event-queues", 200},
      {"GET", v + "/quotas?show=all&service_code=vpc&limit=2", v + "/quotas", 200},
      {"GET", v + "/tags/coverage", v + "/tags/coverage", 200},
      {"GET", v + "/tags/keys", v + "/tags/keys", 200},
      {"GET", v + "/tags/values?key=env", v + "/tags/values", 200},
      {"GET", v + "/tags/owners", v + "/tags/owners", 200},
      {"GET", v + "/tags/plan?filter=type:ec2/volume&key=env&value=prod", v + "/tags/plan", 200},
      {"GET", v + "/sweeps?outcome=not_ok", v + "/sweeps", 200},
  };
}

std::vector<Scenario> happy_others(const std::string& key, const std::string& view) {
  const std::string v = "/api/v1";
  return {
      {"GET", v + "/session", v + "/session", 200},
      {"GET", v + "/setup", v + "/setup", 200},
      {"GET", v + "/summary", v + "/summary", 200},
      {"GET", v + "/rules", v + "/rules", 200},
      {"GET", v + "/rules/ebs_volume_unattached", v + "/rules/{id}", 200},
      {"POST", v + "/rules/test", v + "/rules/test", 200, kNewRule},
      {"POST", v + "/rules", v + "/rules", 201, kNewRule},
      {"PUT", v + "/rules/mine", v + "/rules/{id}", 200, kNewRule},
      {"DELETE", v + "/rules/mine", v + "/rules/{id}", 204},
      {"GET", v + "/filter", v + "/filter", 200},
      {"GET", v + "/types", v + "/types", 200},
      {"GET", v + "/scan", v + "/scan", 200},
      {"POST", v + "/scan", v + "/scan", 202, JsonObject{}},
      {"GET", v + "/accounts", v + "/accounts", 200},
      {"POST", v + "/accounts/test", v + "/accounts/test", 200, kNewAccount},
      {"POST", v + "/accounts", v + "/accounts", 201, kNewAccount},
      {"GET", v + "/accounts/333333333333", v + "/accounts/{account_id}", 200},
      {"PATCH", v + "/accounts/333333333333", v + "/accounts/{account_id}", 200,
       JsonObject{{"enabled", false}, {"event_queues", JsonArray{}}}},
      {"DELETE", v + "/accounts/333333333333", v + "/accounts/{account_id}", 204},
      {"GET", v + "/connect", v + "/connect", 200},
      {"GET", v + "/iam-policy", v + "/iam-policy", 200},
      {"POST", v + "/query", v + "/query", 200,
       JsonObject{{"sql", "select 1"}, {"at", "2026-11-01T00:00:00Z"}}},
      {"POST", v + "/query/export", v + "/query/export", 200, JsonObject{{"sql", "select 1"}}},
      {"POST", v + "/query/export", v + "/query/export", 200,
       JsonObject{{"sql", "select 1"}, {"format", "json"}}},
      {"DELETE", v + "/query", v + "/query", 204},
      {"GET", v + "/query/tables", v + "/query/tables", 200},
      {"GET", v + "/views?kind=inventory", v + "/views", 200},
      {"POST", v + "/views", v + "/views", 201, kNewView},
      {"PATCH", v + "/views/" + view, v + "/views/{id}", 200, JsonObject{{"shared", true}}},
      {"DELETE", v + "/views/" + view, v + "/views/{id}", 204},
      {"PATCH", v + "/me/preferences", v + "/me/preferences", 200, kPreferences},
      {"GET", v + "/me/preferences", v + "/me/preferences", 200},
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
      {"GET", v + "/spending", v + "/spending", 200},
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
  auto scenarios = happy_about_resources(id_of(kAccountA, "eu-west-1", "vol-a1"), found(kAccountA, "vol-a1"));
  const auto others = happy_others(viewer_.substr(0, viewer_.find('_', 3)), view_of("admin"));
  for (const auto& more : {happy_about_the_whole(), others})
    scenarios.insert(scenarios.end(), more.begin(), more.end());
  run(scenarios, session_of("admin"));
  std::set<std::string> covered{"GET /api/v1/live", "POST /api/v1/setup"};  // have tests of their own
  for (const Scenario& scenario : scenarios) covered.insert(scenario.method + " " + scenario.pattern);
  for (const Route& route : all_routes()) {
    EXPECT_TRUE(covered.contains(std::string(route.method) + " " + std::string(route.pattern)))
        << route.method << " " << route.pattern << " has no happy scenario";
  }
}

TEST_F(ScenarioTest, QuotasAreCountedApartAndPaged) {
  const auto ask = [&](const std::string& query) {
    return call("GET", "/api/v1/quotas" + query, {.key = viewer_}).body;
  };
  EXPECT_EQ(to_json(ask("").at("counts")),
            R"({"total":3,"near":1,"counted":1,"unknown":1,"not_counted":1,"service_codes":["vpc"]})");
  EXPECT_EQ(ask("").at("total").as_int64(), 2) << "those whose use is counted, known or not";
  EXPECT_EQ(ask("?show=near").at("items").at(0).at("used_percent").to_number<double>(), 80);
  const Json unknown = ask("?show=unknown").at("items").at(0);
  EXPECT_TRUE(unknown.at("used").is_null());
  EXPECT_EQ(member_text(unknown, "unknown"), "ec2/vpc in eu-west-1: denied (AccessDenied)");
  const Json first = ask("?show=all&limit=2");
  EXPECT_EQ(first.at("items").as_array().size(), 2u);
  const Json rest = ask("?show=all&limit=2&cursor=" + std::string(member_text(first, "next_cursor")));
  EXPECT_EQ(rest.at("items").as_array().size(), 1u);
  EXPECT_TRUE(rest.at("next_cursor").is_null());
  EXPECT_EQ(ask("?regions=us-east-1").at("counts").at("total").as_int64(), 0);
}

std::string many_values(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += (i == 0 ? "v" : ",v") + std::to_string(i);
  return list;
}

std::string concrete(std::string_view pattern) {
  std::string url(pattern);
  for (const char* name : {"{id}", "{name}", "{account_id}", "{seq}"}) {
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

TEST_F(ScenarioTest, BadInputAboutWhatChangedAndHangsTogetherIsToldWhere) {
  const std::string v = "/api/v1";
  run(
      {
          {"GET", v + "/search", "", 400, nullptr, "invalid"},
          {"GET", v + "/search?q=is:gone", "", 400, nullptr, "invalid"},
          {"GET", v + "/search?q=1+2+3+4+5+6+7+8+9+10+11", "", 400, nullptr, "invalid"},
          {"GET", v + "/search?q=vol&limit=101", "", 400, nullptr, "invalid"},
          {"GET", v + "/resources/ffffffffffffffff/neighbours", "", 404, nullptr, "not_found"},
          {"GET", v + "/resources/ffffffffffffffff/neighbours?hops=3", "", 400, nullptr, "invalid"},
          {"GET", v + "/topology?region=eu-west-1", "", 400, nullptr, "invalid"},
          {"GET", v + "/topology?account=1&vpc=vpc-1", "", 400, nullptr, "invalid"},
          {"GET", v + "/topology?account=1&region=eu-west-1&vpc=none&subnet=x", "", 400, nullptr, "invalid"},
          {"GET", v + "/topology?filter=foo:bar", "", 400, nullptr, "filter_invalid"},
          {"GET", v + "/changes?from=yesterday", "", 400, nullptr, "invalid"},
          {"GET", v + "/changes?kind=found,green", "", 400, nullptr, "invalid"},
          {"GET", v + "/changes?filter=foo:bar", "", 400, nullptr, "filter_invalid"},
          {"GET", v + "/changes?cursor=eA", "", 400, nullptr, "cursor"},
          {"GET", v + "/changes/export?format=xls", "", 400, nullptr, "invalid"},
          {"GET", v + "/changes/999999", "", 404, nullptr, "not_found"},
          {"GET", v + "/changes/one", "", 404, nullptr, "not_found"},
          {"GET", v + "/diff", "", 400, nullptr, "invalid"},
          {"GET", v + "/diff?from=2026-11-02&to=2026-11-01", "", 400, nullptr, "invalid"},
          {"GET", v + "/changes?cursor=%25%25", "", 400, nullptr, "invalid"},
      },
      session_of("admin"));
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
          {"GET", v + "/sweeps?outcome=green", "", 400, nullptr, "invalid"},
          {"GET", v + "/quotas?show=full", "", 400, nullptr, "invalid"},
          {"GET", v + "/quotas?limit=0", "", 400, nullptr, "invalid"},
          {"GET", v + "/tags/values", "", 400, nullptr, "invalid"},
          {"GET", v + "/accounts/999999999999", "", 404, nullptr, "no_such_account"},
          {"POST", v + "/accounts", "", 400, with({{"role_arn", "arn:aws:iam::1:role/x"}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"external_id", "short"}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"regions", JsonArray{"EU WEST"}}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"event_queues", JsonArray{"https://x"}}}), "invalid"},
          {"POST", v + "/accounts", "", 400, with({{"event_queues", JsonArray{kQueue, kQueue}}}), "invalid"},
          {"POST", v + "/accounts/test", "", 400, with({{"event_queues", JsonArray{"arn:q"}}}), "invalid"},
          {"PATCH", v + "/accounts/111111111111", "", 409, JsonObject{{"event_queues", JsonArray{kQueue}}},
           "from_config"},
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
          {"POST", v + "/query", "", 400, JsonObject{{"sql", "select 1"}, {"format", "csv"}}, "invalid"},
          {"POST", v + "/query/export", "", 400, JsonObject{{"sql", "select 1"}, {"format", "xls"}},
           "invalid"},
          {"POST", v + "/views", "", 400, JsonObject{{"kind", "query"}, {"name", "x"}}, "invalid"},
          {"POST", v + "/views", "", 400,
           JsonObject{{"kind", "settings"}, {"name", "x"}, {"state", JsonObject{}}}, "invalid_view"},
          {"PATCH", v + "/views/x", "", 404, JsonObject{{"name", "x"}}, "no_such_view"},
          {"PATCH", v + "/views/x", "", 400, JsonObject{{"owner", "x"}}, "invalid"},
          {"DELETE", v + "/views/x", "", 404, nullptr, "no_such_view"},
          {"PATCH", v + "/me/preferences", "", 400, JsonObject{{"theme", "pink"}}, "invalid_preference"},
          {"PATCH", v + "/me/preferences", "", 400, JsonObject{{"secret", "x"}}, "invalid_preference"},
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

TEST_F(ScenarioTest, BadInputAboutFindingsAndRulesIsToldWhere) {
  const std::string v = "/api/v1";
  const std::string finding = found(kAccountA, "vol-a1");
  run(
      {
          {"GET", v + "/findings?state=green", "", 400, nullptr, "invalid"},
          {"GET", v + "/findings?severity=awful", "", 400, nullptr, "invalid"},
          {"GET", v + "/findings?sort=size", "", 400, nullptr, "invalid"},
          {"GET", v + "/findings?account=" + many_values(201), "", 400, nullptr, "invalid"},
          {"GET", v + "/findings?rule=" + many_values(201), "", 400, nullptr, "invalid"},
          {"GET", v + "/findings?rule=no_such", "", 400, nullptr, "invalid"},
          {"GET", v + "/findings/export?rule=no_such", "", 400, nullptr, "invalid"},
          {"GET", v + "/findings?cursor=%25%25", "", 400, nullptr, "cursor"},
          {"GET", v + "/findings/export?format=xls", "", 400, nullptr, "invalid"},
          {"GET", v + "/findings/ffffffffffffffff", "", 404, nullptr, "not_found"},
          {"POST", v + "/findings/ffffffffffffffff/acknowledge", "", 404, JsonObject{}, "not_found"},
          {"POST", v + "/findings/" + finding + "/snooze", "", 400, JsonObject{}, "invalid"},
          {"POST", v + "/findings/" + finding + "/snooze", "", 400, JsonObject{{"until", "soon"}}, "invalid"},
          {"POST", v + "/findings/" + finding + "/except", "", 400,
           JsonObject{{"until", "2027-01-31T00:00:00Z"}}, "invalid"},
          {"POST", v + "/findings/" + finding + "/acknowledge", "", 400, JsonObject{{"until", "x"}},
           "invalid"},
          {"POST", v + "/findings/" + finding + "/reopen", "", 409, JsonObject{}, "open"},
          {"GET", v + "/rules/nothing", "", 404, nullptr, "no_such_rule"},
          {"POST", v + "/rules", "", 400, JsonObject{{"id", "mine"}, {"category", "cost"}}, "bad_rule"},
          {"POST", v + "/rules", "", 400, JsonObject{}, "invalid"},
          {"PUT", v + "/rules/mine", "", 404, kNewRule, "no_such_rule"},
          {"DELETE", v + "/rules/mine", "", 404, nullptr, "no_such_rule"},
          {"DELETE", v + "/rules/ebs_volume_unattached", "", 409, nullptr, "built_in"},
      },
      session_of("admin"));
}

TEST_F(ScenarioTest, FindingsAndCountsStayWithinTheScope) {
  const std::string a = found(kAccountA, "vol-a1");
  const std::string only_b = key_of("beta", identity::Role::operator_,
                                    {std::set<std::string>{std::string(kAccountB)}, std::nullopt});
  const Got all = call("GET", "/api/v1/findings?facets=true", {.key = viewer_});
  EXPECT_EQ(all.body.at("total").as_int64(), 1);
  EXPECT_EQ(all.body.at("unknown").at("count").as_int64(), 3);
  const Got none = call("GET", "/api/v1/findings?facets=true", {.key = only_b});
  EXPECT_EQ(none.body.at("total").as_int64(), 0);
  EXPECT_EQ(none.body.at("unknown").at("count").as_int64(), 0);
  EXPECT_TRUE(none.body.at("unknown").at("reasons").as_array().empty());
  // That no rule has looked there is not that there is nothing.
  EXPECT_TRUE(none.body.at("as_of").is_null()) << none.text;
  const int64_t others = all.body.at("unknown").at("not_run").as_int64();
  const auto rules = rules_->rules();
  ASSERT_OK(rules);
  EXPECT_EQ(others,
            std::count_if(rules->begin(), rules->end(), [](const auto& rule) { return rule.enabled; }) - 1)
      << "one has run";
  EXPECT_EQ(none.body.at("unknown").at("not_run").as_int64(), others + 1);
  const std::string v = "/api/v1/findings?rule=ebs_volume_unattached";
  EXPECT_EQ(call("GET", v, {.key = viewer_}).body.at("unknown").at("not_run").as_int64(), 0);
  for (const std::string& part :
       {std::string("&accounts=999999999999"), "&account=" + std::string(kAccountB)}) {
    const Got never = call("GET", v + part, {.key = viewer_});
    EXPECT_TRUE(never.body.at("as_of").is_null()) << part << never.text;
    EXPECT_EQ(never.body.at("unknown").at("not_run").as_int64(), 1) << part;
  }
  // The regions of a scope are no reason to wait for rules that never look there.
  EXPECT_EQ(call("GET", v + "&regions=global", {.key = viewer_}).body.at("unknown").at("not_run").as_int64(),
            0);
  EXPECT_EQ(
      call("GET", v + "&regions=us-west-2", {.key = viewer_}).body.at("unknown").at("not_run").as_int64(), 1);
  EXPECT_EQ(call("GET", "/api/v1/findings/" + a, {.key = only_b}).status, 404);
  EXPECT_EQ(
      call("POST", "/api/v1/findings/" + a + "/acknowledge", {.key = only_b, .body = JsonObject{}}).status,
      404);
  EXPECT_EQ(call("GET", "/api/v1/findings/export", {.key = only_b}).text.find("vol-a1"), std::string::npos);
  EXPECT_TRUE(
      call("GET", "/api/v1/rules/ebs_volume_unattached", {.key = only_b}).body.at("counts").is_null());
}

TEST_F(ScenarioTest, AFixNamesTheResourceAndCannotRunItsName) {
  const Got got = call("GET", "/api/v1/findings/" + found(kAccountA, "vol-a1"), {.key = viewer_});
  const std::string cli(member_text(got.body.at("fix"), "cli"));
  EXPECT_NE(cli.find("--region eu-west-1 --volume-id 'vol-a1; rm -rf /'"), std::string::npos) << cli;
}

TEST_F(ScenarioTest, TheQueuesOfAnAccountAreAllowedByThePolicyWithinTheScope) {
  const auto policies = [&](const std::string& key) {
    return to_json(call("GET", "/api/v1/iam-policy", {.key = key}).body.at("policies"));
  };
  EXPECT_EQ(policies(viewer_).find("sqs:ReceiveMessage"), std::string::npos) << "nobody reads a queue";
  ASSERT_EQ(call("POST", "/api/v1/accounts", {.key = admin_, .body = kNewAccount}).status, 201);
  EXPECT_NE(policies(viewer_).find("arn:aws:sqs:eu-west-1:333333333333:hostmaster-events"),
            std::string::npos);
  const identity::Scope only_b{std::set<std::string>{std::string(kAccountB)}, std::nullopt};
  EXPECT_EQ(policies(key_of("only-b", identity::Role::viewer, only_b)).find("sqs:ReceiveMessage"),
            std::string::npos);
  const Got got = call("GET", "/api/v1/accounts/333333333333", {.key = viewer_});
  EXPECT_EQ(got.body.at("event_queues"), Json(JsonArray{kQueue}));
  const Got taken = call("POST", "/api/v1/accounts",
                         {.key = admin_,
                          .body = JsonObject{{"role_arn", "arn:aws:iam::444444444444:role/Reader"},
                                             {"external_id", "0123456789abcdef"},
                                             {"event_queues", JsonArray{kQueue}}}});
  EXPECT_EQ(taken.status, 409);
  EXPECT_EQ(taken.code(), "queue_taken");
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
