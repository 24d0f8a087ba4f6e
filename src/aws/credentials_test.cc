#include "aws/credentials.h"

#include <gtest/gtest.h>

#include "aws/credential_fakes.h"

namespace hm::aws {
namespace {

using namespace std::chrono_literals;

const Time kNow = *parse_iso("2026-11-23T12:00:00Z");

// The chain on a machine of maps, with a network that answers as told.
struct World {
  FakeMachine machine;
  FakeClock clock{kNow};
  FakeNetwork network;

  explicit World(FakeNetwork::Answer answer) : network(std::move(answer)) {
    machine.variables["HOME"] = "/h";
  }
  Result<Credentials> get(const std::string& profile = {}) {
    return default_credentials({network, clock}, machine.config(profile))->get();
  }
};

FakeNetwork::Answer nobody() {
  return [](const HttpRequest&) { return unreachable(); };
}

TEST(EnvironmentCredentials, HalfAPairIsAnErrorThatNamesTheOtherHalf) {
  FakeMachine machine;
  machine.variables = {{"AWS_ACCESS_KEY_ID", "A"}};
  const auto found = environment_credentials(machine.environment())->get();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, "partial_credentials");
  EXPECT_NE(found.error().message.find("AWS_SECRET_ACCESS_KEY"), std::string::npos);
}

TEST(DefaultCredentials, NothingSetUpIsSaidInOneSentence) {
  World world(nobody());
  const auto found = world.get();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, "no_credentials");
  EXPECT_EQ(found.error().kind, ErrorKind::denied);
}

TEST(DefaultCredentials, ANamedProfileStandsAboveVariables) {
  World world(nobody());
  world.machine.variables["AWS_ACCESS_KEY_ID"] = "variable";
  world.machine.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  world.machine.files["/h/.aws/credentials"] =
      "[p]\naws_access_key_id = profile\naws_secret_access_key = s\n";
  EXPECT_EQ(world.get()->access_key_id, "variable");
  EXPECT_EQ(world.get("p")->access_key_id, "profile");
  world.machine.variables["AWS_PROFILE"] = "p";
  EXPECT_EQ(world.get()->access_key_id, "variable");
}

TEST(DefaultCredentials, ARefusedRoleIsNotFallenThrough) {
  World world([](const HttpRequest&) {
    return reply(
        403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>");
  });
  world.machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  world.machine.files["/h/.aws/config"] =
      "[default]\nrole_arn = arn:aws:iam::222222222222:role/r\nsource_profile = base\nregion = eu-west-1\n"
      "[profile base]\naws_access_key_id = A\naws_secret_access_key = hush\n";
  const auto found = world.get();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, "AccessDenied");
  EXPECT_EQ(found.error().text().find("hush"), std::string::npos);
  ASSERT_EQ(world.network.requests.size(), 1u);
  EXPECT_EQ(world.network.requests[0].url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_TRUE(
      world.network.requests[0].headers.get("Authorization").starts_with("AWS4-HMAC-SHA256 Credential=A/"));
}

TEST(DefaultCredentials, AChainOfRolesIsTakenInOrder) {
  World world([](const HttpRequest& request) {
    const bool second = request.body.find("second") != std::string::npos;
    return reply(200, sts_answer(second ? "SECOND" : "FIRST", "2026-11-23T13:00:00Z"));
  });
  world.machine.files["/h/.aws/config"] =
      "[default]\nrole_arn = arn:aws:iam::1:role/second\nsource_profile = middle\n"
      "[profile middle]\nrole_arn = arn:aws:iam::1:role/first\nsource_profile = base\nexternal_id = ext\n"
      "[profile base]\naws_access_key_id = A\naws_secret_access_key = s\n";
  const auto found = world.get();
  ASSERT_TRUE(found.has_value()) << found.error().text();
  EXPECT_EQ(found->access_key_id, "SECOND");
  EXPECT_EQ(found->account_id, "222222222222");
  ASSERT_EQ(world.network.requests.size(), 2u);
  EXPECT_NE(world.network.requests[0].body.find("ExternalId=ext"), std::string::npos);
  EXPECT_NE(world.network.requests[1].headers.get("Authorization").find("Credential=FIRST/"),
            std::string::npos);
  // Without a region STS is asked at its global endpoint.
  EXPECT_EQ(world.network.requests[0].url, "https://sts.amazonaws.com/");
}

TEST(DefaultCredentials, WebIdentityComesBeforeKeysOfTheProfile) {
  World world([](const HttpRequest& request) {
    EXPECT_TRUE(request.headers.get("Authorization").empty());
    EXPECT_TRUE(request.body.ends_with("&WebIdentityToken=a.jwt")) << request.body;
    std::string answer = sts_answer("WEB", "2026-11-23T13:00:00Z");
    for (const char* from :
         {"<AssumeRoleResponse>", "<AssumeRoleResult>", "</AssumeRoleResult>", "</AssumeRoleResponse>"}) {
      std::string to(from);
      to.insert(to.find("Role") + 4, "WithWebIdentity");
      answer.replace(answer.find(from), std::string(from).size(), to);
    }
    return reply(200, answer);
  });
  world.machine.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  world.machine.variables["AWS_ROLE_ARN"] = "arn:aws:iam::222222222222:role/r";
  world.machine.files["/token"] = "a.jwt\n";
  world.machine.files["/h/.aws/credentials"] =
      "[default]\naws_access_key_id = A\naws_secret_access_key = s\n";
  const auto found = world.get();
  ASSERT_TRUE(found.has_value()) << found.error().text();
  EXPECT_EQ(found->access_key_id, "WEB");
}

TEST(AssumeRole, IsRenewedAndAsksItsSourceAgainAfterExpiry) {
  FakeClock clock(kNow);
  int calls = 0;
  FakeNetwork network([&](const HttpRequest&) -> Result<HttpResponse> {
    if (++calls == 1) {
      return reply(
          403,
          "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>old</Message></Error></ErrorResponse>");
    }
    return reply(200, sts_answer("R", "2026-11-23T13:00:00Z"));
  });
  Credentials keys;
  keys.access_key_id = "A";
  keys.secret_access_key = "s";
  AssumeRole role;
  role.role_arn = "arn:aws:iam::222222222222:role/r";
  role.session_name = "collector";
  role.endpoint_url = "http://127.0.0.1:5000";
  role.region = "eu-west-1";
  const auto provider = assume_role_credentials({network, clock}, static_credentials(keys), role);
  const auto found = provider->get();
  ASSERT_TRUE(found.has_value()) << found.error().text();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(network.requests[1].url, "http://127.0.0.1:5000/");
  EXPECT_NE(network.requests[1].body.find("RoleSessionName=collector"), std::string::npos);
  EXPECT_TRUE(provider->get().has_value());
  EXPECT_EQ(calls, 2);
}

TEST(AssumeRole, RepeatsWhatMayPass) {
  FakeClock clock(kNow);
  int calls = 0;
  FakeNetwork network([&](const HttpRequest&) -> Result<HttpResponse> {
    if (++calls < 3) return unreachable();
    return reply(200, sts_answer("R", "2026-11-23T13:00:00Z"));
  });
  AssumeRole role;
  role.role_arn = "arn:aws:iam::222222222222:role/r";
  Credentials keys;
  keys.access_key_id = "A";
  keys.secret_access_key = "s";
  EXPECT_TRUE(assume_role_credentials({network, clock}, static_credentials(keys), role)->get().has_value());
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace hm::aws
