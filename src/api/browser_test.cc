// What protects people's browsers, and the log-in that they use.
#include "api/test_api.h"

namespace hm::api {
namespace {

class BrowserTest : public ApiTest {
 protected:
  void SetUp() override {
    ApiTest::SetUp();
    key_of("root", identity::Role::admin);
    cookie_ = session_of("root");
  }
  Ask with(const std::string& name, const std::string& value) {
    Ask ask;
    ask.cookie = cookie_;
    ask.body = JsonObject{};
    if (!name.empty()) ask.headers.add(name, value);
    return ask;
  }
  Ask login(const std::string& password, const std::string& name = "root") {
    Ask ask;
    ask.body = JsonObject{{"name", name}, {"password", password}};
    return ask;
  }
  std::string cookie_;
};

TEST_F(BrowserTest, ChangesWithTheCookieMustComeFromOurOwnPages) {
  struct Case {
    std::string header, value;
    int status;
  };
  const Case cases[] = {
      {"Origin", "http://127.0.0.1:8620", 202},
      {"Sec-Fetch-Site", "same-origin", 202},
      {"", "", 403},
      {"Origin", "http://evil.example", 403},
      {"Origin", "http://127.0.0.1:9999", 403},
      {"Origin", "null", 403},
      {"Sec-Fetch-Site", "same-site", 403},
      {"Sec-Fetch-Site", "cross-site", 403},
  };
  for (const Case& one : cases) {
    const Got got = call("POST", "/api/v1/scan", with(one.header, one.value));
    EXPECT_EQ(got.status, one.status) << one.header << " " << one.value;
    if (one.status == 403) {
      EXPECT_EQ(got.code(), "bad_origin");
    }
  }
  // Reading with the cookie needs no origin: SameSite=Strict keeps other sites from it.
  EXPECT_EQ(call("GET", "/api/v1/session", with("", "")).status, 200);
  // A log-in from another site's page would be a log-in as somebody else.
  Ask ask = login(std::string(kTestPassword));
  ask.headers.add("Origin", "http://evil.example");
  EXPECT_EQ(call("POST", "/api/v1/session", ask).code(), "bad_origin");
}

TEST_F(BrowserTest, OnlyKnownHostsAreAnswered) {
  struct Case {
    std::string host;
    int status;
  };
  const Case cases[] = {
      {"127.0.0.1:8620", 200},
      {"[::1]:8620", 200},
      {"localhost:8620", 200},
      {"LocalHost", 200},
      {"hostmaster.example.com", 200},
      {"evil.example", 403},
      {"127.0.0.1.evil.example", 403},
      {"", 403},
      {"localhost.evil.example:8620", 403},
  };
  for (const Case& one : cases) {
    for (const std::string url : {"/", "/api/v1/openapi.yaml", "/api/v1/session"}) {
      Ask ask;
      ask.host = one.host;
      const Got got = call("GET", url, ask);
      EXPECT_EQ(got.status == 403, one.status == 403) << one.host << url;
      if (one.status == 403) {
        EXPECT_EQ(got.code(), "bad_host");
      }
    }
  }
}

TEST_F(BrowserTest, ProbesComeByAnyName) {
  Ask ask;
  ask.host = "10-0-0-1.probe.internal";
  EXPECT_EQ(call("GET", "/healthz", ask).status, 200);
  EXPECT_EQ(call("GET", "/readyz", ask).status, 200);
}

TEST_F(BrowserTest, ABodyMustBeJson) {
  Ask ask = with("Origin", "http://127.0.0.1:8620");
  ask.headers.add("Content-Type", "text/plain");  // as a form of another site would send it
  EXPECT_EQ(call("POST", "/api/v1/scan", ask).status, 400);
}

TEST_F(BrowserTest, EveryAnswerHasTheStrictHeaders) {
  for (const std::string url :
       {"/", "/inventory", "/assets/a.js", "/assets/none.js", "/api/v1/session", "/healthz", "/api/x"}) {
    const Got got = call("GET", url);
    EXPECT_EQ(got.headers.get("x-content-type-options"), "nosniff") << url;
    EXPECT_EQ(got.headers.get("x-frame-options"), "DENY") << url;
    EXPECT_EQ(got.headers.get("referrer-policy"), "no-referrer") << url;
    EXPECT_NE(got.headers.get("content-security-policy").find("default-src 'none'"), std::string_view::npos)
        << url;
    EXPECT_NE(got.headers.get("content-security-policy").find("frame-ancestors 'none'"),
              std::string_view::npos)
        << url;
    EXPECT_FALSE(got.headers.get("x-request-id").empty()) << url;
  }
  EXPECT_EQ(call("GET", "/api/v1/session", with("", "")).headers.get("cache-control"), "no-store");
}

TEST_F(BrowserTest, PagesHaveAFreshNonceAndAssetsAreCompressed) {
  const Got one = call("GET", "/"), two = call("GET", "/inventory?filter=x");
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(two.status, 200);
  EXPECT_EQ(one.headers.get("cache-control"), "no-cache");
  const std::string policy(one.headers.get("content-security-policy"));
  const size_t at = policy.find("'nonce-") + 7;
  const std::string nonce = policy.substr(at, policy.find('\'', at) - at);
  EXPECT_GE(nonce.size(), 20u);
  EXPECT_NE(one.text.find("nonce=\"" + nonce + "\""), std::string::npos);
  EXPECT_EQ(two.text.find(nonce), std::string::npos);
  EXPECT_EQ(one.text.find("__CSP_NONCE__"), std::string::npos);

  Ask brotli;
  brotli.headers.add("Accept-Encoding", "gzip, deflate, br");
  const Got packed = call("GET", "/assets/a.js", brotli);
  EXPECT_EQ(packed.headers.get("content-encoding"), "br");
  EXPECT_EQ(packed.text, "br");
  EXPECT_EQ(packed.headers.get("content-type"), "text/javascript");
  EXPECT_EQ(packed.headers.get("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(call("GET", "/assets/a.js").text, "hello");
  Ask refused;
  refused.headers.add("Accept-Encoding", "br;q=0");
  EXPECT_EQ(call("GET", "/assets/a.js", refused).text, "hello");

  EXPECT_EQ(call("GET", "/assets/none.js").status, 404);
  EXPECT_EQ(call("GET", "/assets/none").status, 404);
  EXPECT_EQ(call("GET", "/favicon.png").status, 404);
  EXPECT_EQ(call("GET", "/assets/../index.html").status, 404);
  EXPECT_EQ(call("POST", "/", with("Origin", "http://127.0.0.1:8620")).status, 405);
}

TEST_F(BrowserTest, TheCookieIsStrict) {
  const Got got = call("POST", "/api/v1/session", login(std::string(kTestPassword)));
  ASSERT_EQ(got.status, 200) << got.text;
  const std::string cookie(got.headers.get("set-cookie"));
  for (const char* part :
       {"hm_session=", "; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=604800"}) {
    EXPECT_NE(cookie.find(part), std::string::npos) << cookie;
  }
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);  // not over TLS in this test
  Ask ask;
  ask.cookie = cookie.substr(11, cookie.find(';') - 11);
  EXPECT_EQ(call("GET", "/api/v1/session", ask).status, 200);
  ask.headers.add("Origin", "http://127.0.0.1:8620");
  const Got out = call("DELETE", "/api/v1/session", ask);
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(std::string(out.headers.get("set-cookie")).find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(call("GET", "/api/v1/session", ask).status, 401);
}

TEST_F(BrowserTest, GuessingIsLockedOutAndSlowedDown) {
  for (int i = 0; i < identity::kFreeFailures; ++i) {
    EXPECT_EQ(call("POST", "/api/v1/session", login("wrong password")).status, 401);
  }
  const Got locked = call("POST", "/api/v1/session", login(std::string(kTestPassword)));
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(locked.code(), "locked_out");
  EXPECT_EQ(locked.headers.get("retry-after"), "30");
  EXPECT_EQ(locked.body.at("error").at("retry_after_seconds").as_int64(), 30);
  // From one address, names are not to be had either: twenty attempts, then one each three seconds.
  int limited = 0;
  for (int i = 0; i < 20; ++i)
    limited += call("POST", "/api/v1/session", Ask{.key = "", .cookie = "", .body = JsonObject{}}).code() ==
               "too_many_requests";
  EXPECT_EQ(limited, 6);
  clock_.advance(std::chrono::seconds(60));
  EXPECT_EQ(call("POST", "/api/v1/session", login(std::string(kTestPassword))).status, 200);
}

TEST_F(BrowserTest, ExpiredSessionsAndRevokedKeysAreRefused) {
  Ask ask;
  ask.cookie = cookie_;
  EXPECT_EQ(call("GET", "/api/v1/session", ask).status, 200);
  clock_.advance(std::chrono::hours(12));
  EXPECT_EQ(call("GET", "/api/v1/session", ask).status, 401);

  const std::string key = key_of("ann", identity::Role::viewer);
  EXPECT_EQ(call("GET", "/api/v1/session", {.key = key}).status, 200);
  EXPECT_EQ(call("DELETE", "/api/v1/keys/" + key.substr(0, 11), {.key = key}).status, 204);
  EXPECT_EQ(call("GET", "/api/v1/session", {.key = key}).status, 401);
}

TEST_F(BrowserTest, AOneTimePasswordOpensOnlyTheDoorToANewOne) {
  ASSERT_OK(users_->set_password({"root", identity::Via::cli, ""}, "root", "one time password", true));
  const Got in = call("POST", "/api/v1/session", login("one time password"));
  ASSERT_EQ(in.status, 200);
  EXPECT_TRUE(in.body.at("must_change_password").as_bool());
  const std::string cookie(in.headers.get("set-cookie"));
  Ask ask;
  ask.cookie = cookie.substr(11, cookie.find(';') - 11);
  EXPECT_EQ(call("GET", "/api/v1/summary", ask).code(), "must_change_password");
  ask.headers.add("Origin", "http://127.0.0.1:8620");
  ask.body = JsonObject{{"current_password", "one time password"}, {"new_password", "a password of mine"}};
  EXPECT_EQ(call("POST", "/api/v1/session/password", ask).status, 204);
  ask.body = nullptr;
  EXPECT_EQ(call("GET", "/api/v1/summary", ask).status, 200);
}

TEST_F(BrowserTest, NeitherErrorsNorTheAuditTellSecrets) {
  call("POST", "/api/v1/session", login("a secret that was mistyped"));
  const Got audit = call("GET", "/api/v1/audit", with("", ""));
  EXPECT_EQ(audit.text.find("mistyped"), std::string::npos);
  EXPECT_NE(audit.text.find("session.login"), std::string::npos);
  EXPECT_TRUE(audit.body.at("chain").at("intact").as_bool());
}

TEST(HostTest, AddressesAreAllowedAndLookalikesAreNot) {
  EXPECT_TRUE(host_allowed("10.0.0.1:80", {}));
  EXPECT_FALSE(host_allowed("1.2.3.4.example", {}));
}

class EmptyTest : public ApiTest {};

TEST_F(EmptyTest, TheFirstAdministratorIsMadeOnce) {
  EXPECT_TRUE(call("GET", "/api/v1/setup").body.at("needed").as_bool());
  const auto token = first_admin_->offer();
  ASSERT_OK(token);
  Ask ask;
  ask.body = JsonObject{{"token", "guess"}, {"name", "root"}, {"password", kTestPassword}};
  EXPECT_EQ(call("POST", "/api/v1/setup", ask).code(), "wrong_token");
  ask.body.as_object()["token"] = **token;
  const Got made = call("POST", "/api/v1/setup", ask);
  EXPECT_EQ(made.status, 200) << made.text;
  EXPECT_EQ(member_text(made.body, "role"), "admin");
  EXPECT_FALSE(made.headers.get("set-cookie").empty());
  EXPECT_FALSE(call("GET", "/api/v1/setup").body.at("needed").as_bool());
  EXPECT_EQ(call("POST", "/api/v1/setup", ask).code(), "set_up_already");
}

}  // namespace
}  // namespace hm::api
