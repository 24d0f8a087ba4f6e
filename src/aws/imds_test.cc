#include "aws/imds.h"

#include <gtest/gtest.h>

#include "aws/container_credentials.h"
#include "aws/credential_fakes.h"

namespace hm::aws {
namespace {

using namespace std::chrono_literals;

const Time kNow = *parse_iso("2026-11-23T12:00:00Z");

std::string role_answer(const std::string& expires) {
  return R"({"Code":"Success","AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":")" + expires +
         "\"}";
}

// An instance that gives tokens with `token_status` and has a role.
FakeNetwork::Answer instance(int token_status, const std::string& expires = "2026-11-23T18:00:00Z") {
  return [=](const HttpRequest& request) -> Result<HttpResponse> {
    if (request.method == "PUT") {
      if (token_status == 0) return make_error(ErrorKind::timeout, "timeout", "no answer in time");
      return reply(token_status, token_status == 200 ? "TOKEN" : "");
    }
    if (request.url.ends_with("/security-credentials/")) return reply(200, "my-role\n");
    return reply(200, role_answer(expires));
  };
}

struct Outcome {
  std::string code, key;
  size_t requests = 0;
  bool with_token = false;
};

Outcome ask(FakeNetwork::Answer answer, std::map<std::string, std::string> variables = {}) {
  FakeMachine machine;
  machine.variables = std::move(variables);
  FakeClock clock(kNow);
  FakeNetwork network(std::move(answer));
  const auto found = instance_credentials({network, clock}, *machine.config());
  Outcome out;
  if (found.has_value()) {
    out.key = found->access_key_id;
  } else {
    out.code = found.error().code;
  }
  out.requests = network.requests.size();
  for (const HttpRequest& request : network.requests) {
    EXPECT_FALSE(request.use_proxy);
    if (request.headers.get("x-aws-ec2-metadata-token") == "TOKEN") out.with_token = true;
  }
  return out;
}

TEST(InstanceCredentials, VersionTwo) {
  const Outcome out = ask(instance(200));
  EXPECT_EQ(out.key, "A");
  EXPECT_TRUE(out.with_token);
  EXPECT_EQ(out.requests, 3u);
}

TEST(InstanceCredentials, VersionOneOnlyWhereTwoIsUnknown) {
  for (const int status : {403, 404, 405, 0}) {
    const Outcome out = ask(instance(status));
    EXPECT_EQ(out.key, "A") << status;
    EXPECT_FALSE(out.with_token);
    EXPECT_EQ(ask(instance(status), {{"AWS_EC2_METADATA_V1_DISABLED", "true"}}).code, "no_credentials")
        << status;
  }
  EXPECT_EQ(ask(instance(400)).code, "bad_imds_request");
  EXPECT_EQ(ask(instance(500)).code, "no_credentials");
}

TEST(InstanceCredentials, AbsentOrSwitchedOff) {
  const Outcome absent = ask([](const HttpRequest&) { return unreachable(); });
  EXPECT_EQ(absent.code, "no_credentials");
  EXPECT_EQ(absent.requests, 1u);
  const Outcome off = ask(instance(200), {{"AWS_EC2_METADATA_DISABLED", "True"}});
  EXPECT_EQ(off.code, "no_credentials");
  EXPECT_EQ(off.requests, 0u);
}

TEST(InstanceCredentials, AttemptsAreConfigured) {
  EXPECT_EQ(
      ask([](const HttpRequest&) { return unreachable(); }, {{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "3"}})
          .requests,
      3u);
}

TEST(InstanceCredentials, AlmostExpiredOnesAreKeptForAWhile) {
  FakeMachine machine;
  FakeClock clock(kNow);
  for (const char* expires : {"2026-11-23T12:05:00Z", "2026-11-23T11:00:00Z"}) {
    FakeNetwork network(instance(200, expires));
    const auto found = instance_credentials({network, clock}, *machine.config());
    ASSERT_TRUE(found.has_value());
    EXPECT_GE(*found->expires_at, kNow + 12min);
    EXPECT_LE(*found->expires_at, kNow + 20min);
  }
}

TEST(InstanceCredentials, ServeOnWhileTheServiceIsDisturbed) {
  FakeMachine machine;
  FakeClock clock(kNow);
  bool down = false;
  FakeNetwork network([&](const HttpRequest& request) -> Result<HttpResponse> {
    if (down) return unreachable();
    return instance(200)(request);
  });
  const auto provider = default_credentials({network, clock}, machine.config());
  ASSERT_TRUE(provider->get().has_value());
  down = true;
  clock.advance(5h + 55min);
  EXPECT_EQ(provider->get()->access_key_id, "A");
}

TEST(InstanceCredentials, ARoleNameIsNoPath) {
  const Outcome out = ask([](const HttpRequest& request) {
    return reply(200, request.method == "PUT" ? "TOKEN" : "../../user-data?x");
  });
  EXPECT_EQ(out.code, "no_credentials");
}

TEST(ContainerCredentials, PlainHttpGoesToKnownAddressesOnly) {
  const struct {
    const char* url;
    bool allowed;
  } rows[] = {
      {"http://127.0.0.1:80/x", true},
      {"http://127.9.9.9/x", true},
      {"http://[::1]/x", true},
      {"http://localhost/x", true},
      {"http://169.254.170.23/v1", true},
      {"https://anywhere.example/x", true},
      {"http://10.0.0.1/x", false},
      {"http://localhost.evil.example/x", false},
      {"http://localhost@evil.example/x", false},
      {"http://localhost:1@evil.example/x", false},
      {"http://127.evil.example/x", false},
      {"ftp://localhost/x", false},
      {"localhost/x", false},
  };
  for (const auto& row : rows) {
    FakeMachine machine;
    machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = row.url;
    EXPECT_EQ(container_url(machine.environment()).has_value(), row.allowed) << row.url;
  }
}

TEST(ContainerCredentials, TheTokenFileWinsAndIsCheckedForLineBreaks) {
  FakeMachine machine;
  FakeClock clock(kNow);
  machine.variables = {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1"},
                       {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "from-variable"},
                       {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/t"}};
  machine.files["/t"] = "from-file";
  FakeNetwork network([](const HttpRequest&) { return reply(200, role_answer("2026-11-23T18:00:00Z")); });
  ASSERT_TRUE(container_credentials({network, clock}, machine.environment()).has_value());
  EXPECT_EQ(network.requests[0].headers.get("Authorization"), "from-file");
  EXPECT_FALSE(network.requests[0].use_proxy);
  machine.files["/t"] = "a\r\nHost: evil";
  EXPECT_EQ(container_credentials({network, clock}, machine.environment()).error().code,
            "bad_container_token");
}

TEST(ContainerCredentials, RepeatsServerErrorsAndNoOthers) {
  FakeMachine machine;
  FakeClock clock(kNow);
  machine.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  for (const auto& [status, expected] : {std::pair{500, 3u}, std::pair{401, 1u}}) {
    FakeNetwork network([status = status](const HttpRequest&) { return reply(status, ""); });
    EXPECT_EQ(container_credentials({network, clock}, machine.environment()).error().code,
              "container_refused");
    EXPECT_EQ(network.requests.size(), expected);
  }
}

TEST(MetadataCredentials, NoSecretInAnError) {
  const auto found = read_metadata_credentials(R"({"SecretAccessKey":"hush","Code":"Failed"})", "container");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().text().find("hush"), std::string::npos);
  EXPECT_NE(found.error().text().find("Failed"), std::string::npos);
  EXPECT_EQ(read_metadata_credentials("hush", "container").error().text().find("hush"), std::string::npos);
}

}  // namespace
}  // namespace hm::aws
