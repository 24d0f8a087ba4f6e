#include "aws/sso.h"

#include <gtest/gtest.h>

#include "aws/credential_fakes.h"
#include "base/json.h"

namespace hm::aws {
namespace {

using namespace std::chrono_literals;

const Time kNow = *parse_iso("2026-11-23T12:00:00Z");
const SsoBase kSso{"corp", "https://corp.awsapps.com/start", "eu-west-1", "222222222222", "Reader"};

std::string cached(const std::string& expires, const std::string& registered = "2027-01-01T00:00:00Z") {
  return R"({"accessToken":"old","expiresAt":")" + expires +
         R"(","refreshToken":"again","clientId":"id","clientSecret":"hush","registrationExpiresAt":")" +
         registered + "\"}";
}

struct World {
  FakeMachine machine;
  FakeClock clock{kNow};
  FakeNetwork network;
  std::string path;

  explicit World(FakeNetwork::Answer answer, const std::string& file = {}) : network(std::move(answer)) {
    machine.variables["HOME"] = "/h";
    path = sso_cache_path(machine.environment(), kSso);
    if (!file.empty()) machine.files[path] = file;
  }
  Result<SsoToken> token() { return sso_token({network, clock}, *machine.config(), kSso); }
};

FakeNetwork::Answer renews() {
  return [](const HttpRequest&) {
    return reply(200, R"({"accessToken":"new","expiresIn":3600,"refreshToken":"next","tokenType":"Bearer"})");
  };
}

FakeNetwork::Answer refuses() {
  return [](const HttpRequest&) { return reply(400, R"({"error":"invalid_grant"})"); };
}

TEST(SsoToken, CacheIsNamedAfterTheSessionOrTheStartUrl) {
  FakeMachine machine;
  machine.variables["HOME"] = "/h";
  SsoBase old = kSso;
  EXPECT_EQ(sso_cache_path(machine.environment(), old),
            "/h/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
  old.session.clear();
  EXPECT_NE(sso_cache_path(machine.environment(), old), sso_cache_path(machine.environment(), kSso));
}

TEST(SsoToken, AFreshOneIsUsedAsItIs) {
  World world(refuses(), cached("2026-11-23T12:30:00UTC"));
  EXPECT_EQ(world.token()->access_token, "old");
  EXPECT_TRUE(world.network.requests.empty());
}

TEST(SsoToken, IsRenewedAndPutBack) {
  World world(renews(), cached("2026-11-23T11:00:00Z"));
  const auto token = world.token();
  ASSERT_TRUE(token.has_value()) << token.error().text();
  EXPECT_EQ(token->access_token, "new");
  EXPECT_EQ(token->expires_at, kNow + 1h);
  const Json file = *parse_json(world.machine.files[world.path]);
  EXPECT_EQ(member_text(file, "accessToken"), "new");
  EXPECT_EQ(member_text(file, "refreshToken"), "next");
  EXPECT_EQ(member_text(file, "expiresAt"), "2026-11-23T13:00:00Z");
  EXPECT_EQ(member_text(file, "clientSecret"), "hush");
  EXPECT_EQ(world.network.requests[0].url, "https://oidc.eu-west-1.amazonaws.com/token");
  EXPECT_TRUE(world.network.requests[0].headers.get("Authorization").empty());
}

TEST(SsoToken, AFailedRenewalHurtsOnlyAfterExpiry) {
  World soon(refuses(), cached("2026-11-23T12:03:00Z"));
  EXPECT_EQ(soon.token()->access_token, "old");
  World late(refuses(), cached("2026-11-23T11:59:00Z"));
  ASSERT_FALSE(late.token().has_value());
  EXPECT_EQ(late.token().error().text().find("hush"), std::string::npos);
}

TEST(SsoToken, SaysHowToLogIn) {
  World absent(refuses());
  EXPECT_EQ(absent.token().error().code, "no_sso_token");
  EXPECT_NE(absent.token().error().message.find("aws sso login --sso-session corp"), std::string::npos);
  World expired(renews(), cached("2026-11-23T11:00:00Z", "2026-01-01T00:00:00Z"));
  EXPECT_EQ(expired.token().error().code, "sso_token_expired");
  World broken(renews(), "hush");
  EXPECT_EQ(broken.token().error().code, "bad_sso_token");
  EXPECT_EQ(broken.token().error().text().find("hush"), std::string::npos);
}

TEST(SsoCredentials, BuysThemWithTheToken) {
  World world(
      [](const HttpRequest& request) {
        EXPECT_EQ(request.headers.get("x-amz-sso_bearer_token"), "old");
        return reply(200, R"({"roleCredentials":{"accessKeyId":"A","secretAccessKey":"s","sessionToken":"t",
                              "expiration":1795438800000}})");
      },
      cached("2026-11-23T12:30:00Z"));
  const auto found = sso_credentials({world.network, world.clock}, *world.machine.config(), kSso);
  ASSERT_TRUE(found.has_value()) << found.error().text();
  EXPECT_EQ(found->access_key_id, "A");
  EXPECT_EQ(found->account_id, "222222222222");
  EXPECT_EQ(to_micros(*found->expires_at), 1795438800000000);
  EXPECT_EQ(world.network.requests[0].url,
            "https://portal.sso.eu-west-1.amazonaws.com/federation/"
            "credentials?role_name=Reader&account_id=222222222222");
}

}  // namespace
}  // namespace hm::aws
