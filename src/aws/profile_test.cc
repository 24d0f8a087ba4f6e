#include "aws/profile.h"

#include <gtest/gtest.h>

#include "aws/credential_fakes.h"
#include "aws/profile_chain.h"
#include "aws/shared_config.h"

namespace hm::aws {
namespace {

TEST(Profile, ReadsSectionsOfAllKinds) {
  const auto parsed = parse_profiles(
      "[default]\nregion = eu-west-1 # comment\n\n[profile work]\nservices = mine\nS3 =\n  addressing_style "
      "= path\n"
      "[sso-session corp]\nsso_region = us-east-1\n[services mine]\ncost_explorer =\n  endpoint_url = "
      "http://x\n"
      "[plugins]\nx = y\n",
      "[work]\naws_access_key_id = A\n");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().text();
  EXPECT_EQ(property(parsed->profiles.at("default"), "region"), "eu-west-1");
  EXPECT_EQ(property(parsed->profiles.at("work"), "aws_access_key_id"), "A");
  EXPECT_EQ(sub_properties(property(parsed->profiles.at("work"), "s3")).at("addressing_style"), "path");
  EXPECT_EQ(property(parsed->sso_sessions.at("corp"), "sso_region"), "us-east-1");
  EXPECT_EQ(parsed->services.size(), 1u);
  EXPECT_EQ(parsed->profiles.size(), 2u);
}

TEST(Profile, ErrorsNameTheLineAndNoValue) {
  const auto parsed = parse_profiles("[default]\naws_secret_access_key: hush\n", "", "/home/me/config");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_NE(parsed.error().message.find("/home/me/config, line 2"), std::string::npos);
  EXPECT_EQ(parsed.error().text().find("hush"), std::string::npos);
  EXPECT_EQ(parsed.error().notes.at("fault"), "no_equals_sign");
}

TEST(Profile, TheByteOrderMarkOfEditorsIsNoText) {
  const auto parsed = parse_profiles("\xEF\xBB\xBF[default]\nregion = r\n", "");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(property(parsed->profiles.at("default"), "region"), "r");
}

TEST(Profile, WhatTheToolsOfAwsWriteAndPeopleIndent) {
  const auto parsed = parse_profiles(
      "[profile 'my work']\nregion = a\n[default]\ns3 =\n  # how buckets are addressed\n  addressing_style = "
      "path\n",
      "");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().text();
  EXPECT_EQ(property(parsed->profiles.at("my work"), "region"), "a");
  EXPECT_EQ(sub_properties(property(parsed->profiles.at("default"), "s3")).size(), 1u);
}

TEST(ProfileChain, RefusesByName) {
  const struct {
    const char* config;
    const char* code;
  } rows[] = {
      {"role_arn = r\nsource_profile = p\nmfa_serial = m\naws_access_key_id = a\naws_secret_access_key = b",
       "mfa_unsupported"},
      {"role_arn = r\ncredential_source = Moon", "unknown_credential_source"},
      {"role_arn = r\ncredential_source = Environment\nduration_seconds = long", "bad_duration"},
      {"login_session = x", "login_unsupported"},
      {"region = x", "no_credentials_in_profile"},
      {"sso_start_url = u\nsso_account_id = 1\nsso_role_name = r", "bad_sso_profile"},
  };
  for (const auto& row : rows) {
    const auto profiles = parse_profiles(std::string("[profile p]\n") + row.config, "");
    const auto chain = resolve_profile_chain(*profiles, "p");
    EXPECT_EQ(chain.has_value() ? "resolved" : chain.error().code, row.code) << row.config;
  }
}

// Where a profile says more than one thing, whoever else reads it must end up as the same person.
TEST(ProfileChain, TakesTheSourceThatTheAwsCliTakes) {
  const std::string keys = "aws_access_key_id = K\naws_secret_access_key = s\n";
  const std::string process = "credential_process = p\n";
  const std::string session = "sso_session = c\n";
  const std::string whole = session + "sso_account_id = 1\nsso_role_name = r\n";
  const struct {
    std::string config, secrets;
    size_t source;  // in ProfileBase: 0 keys, 2 SSO, 3 a process
  } rows[] = {
      {keys + process, "", 3},    {process, keys, 0},    {session + keys, "", 0},
      {session + process, "", 3}, {whole + keys, "", 2}, {whole + process, keys, 2},
      {session, "", 2},
  };
  for (const auto& row : rows) {
    const auto profiles =
        parse_profiles("[profile p]\n" + row.config + "[sso-session c]\nsso_region = r\nsso_start_url = u\n",
                       "[p]\n" + row.secrets);
    ASSERT_TRUE(profiles.has_value());
    const auto chain = resolve_profile_chain(*profiles, "p");
    ASSERT_TRUE(chain.has_value()) << row.config << chain.error().text();
    EXPECT_EQ(chain->base.index(), row.source) << row.config << "/" << row.secrets;
  }
}

// A token of one file does not belong to the keys of the other.
TEST(ProfileChain, KeysOfTheCredentialsFileComeWithItsOwnToken) {
  const auto profiles = parse_profiles("[profile p]\naws_session_token = t\n",
                                       "[p]\naws_access_key_id = K\naws_secret_access_key = s\n");
  const auto chain = resolve_profile_chain(*profiles, "p");
  ASSERT_TRUE(chain.has_value());
  EXPECT_EQ(std::get<StaticKeys>(chain->base).session_token, "");
}

TEST(ProfileChain, ARoleKeepsItsSettings) {
  const auto profiles = parse_profiles(
      "[profile p]\nrole_arn = r\ncredential_source = EcsContainer\nexternal_id = e\nrole_session_name = s\n"
      "duration_seconds = 900\n",
      "");
  const auto chain = resolve_profile_chain(*profiles, "p");
  ASSERT_TRUE(chain.has_value());
  EXPECT_EQ(std::get<NamedSource>(chain->base), NamedSource::container);
  ASSERT_EQ(chain->roles.size(), 1u);
  EXPECT_EQ(chain->roles[0].external_id, "e");
  EXPECT_EQ(chain->roles[0].session_name, "s");
  EXPECT_EQ(chain->roles[0].duration_seconds, 900);
}

TEST(SharedConfig, PrecedenceOfRegionAndFlags) {
  FakeMachine machine;
  machine.variables = {{"HOME", "/h"}};
  machine.files["/h/.aws/config"] =
      "[default]\nregion = a\nuse_fips_endpoint = TRUE\n[profile other]\nregion = b\n";
  EXPECT_EQ(machine.config()->region(), "a");
  EXPECT_TRUE(machine.config()->use_fips());
  EXPECT_FALSE(machine.config()->use_dualstack());
  EXPECT_EQ(machine.config("other")->region(), "b");
  machine.variables["AWS_PROFILE"] = "other";
  EXPECT_EQ(machine.config()->region(), "b");
  EXPECT_FALSE(machine.config()->profile_is_explicit());
  EXPECT_EQ(machine.config("default")->region(), "a");
  machine.variables["AWS_DEFAULT_REGION"] = "c";
  EXPECT_EQ(machine.config()->region(), "c");
  machine.variables["AWS_REGION"] = "d";
  EXPECT_EQ(machine.config()->region(), "d");
  machine.variables["AWS_USE_FIPS_ENDPOINT"] = "false";
  EXPECT_FALSE(machine.config("default")->use_fips());
}

TEST(SharedConfig, FilesByVariableAndMissingProfiles) {
  FakeMachine machine;
  machine.variables = {{"HOME", "/h"}, {"AWS_CONFIG_FILE", "~/elsewhere"}};
  machine.files["/h/elsewhere"] = "[profile here]\nregion = x\n";
  EXPECT_EQ(machine.config("here")->region(), "x");
  const auto missing = SharedConfig::load(machine.environment(), "gone");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, "profile_not_found");
  machine.variables["AWS_PROFILE"] = "gone";
  EXPECT_EQ(machine.config(), nullptr);
  machine.variables.erase("AWS_PROFILE");
  EXPECT_TRUE(machine.config()->profile().empty());
}

TEST(SharedConfig, EndpointOfAServiceWithSpacesInItsName) {
  FakeMachine machine;
  machine.variables = {{"AWS_ENDPOINT_URL_COST_EXPLORER", "http://ce"}};
  EXPECT_EQ(machine.config()->endpoint_url("Cost Explorer"), "http://ce");
  EXPECT_EQ(machine.config()->endpoint_url("EC2"), "");
}

}  // namespace
}  // namespace hm::aws
