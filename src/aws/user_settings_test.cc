#include "aws/user_settings.h"

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

Result<ClientOptions> settings(const std::string& profile,
                               const std::map<std::string, std::string>& variables = {}) {
  Environment environment;
  environment.variable = [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  environment.read_file = [profile](const std::string& path) -> Result<std::string> {
    return path.ends_with("config") ? "[default]\n" + profile : std::string();
  };
  HM_TRY(auto config, SharedConfig::load(environment));
  ClientOptions options;
  HM_DO(apply_user_settings(config, options));
  return options;
}

TEST(UserSettings, LeaveEverythingAloneWhereNothingIsSet) {
  const auto options = settings("region = eu-west-1\n");
  ASSERT_TRUE(options.has_value()) << options.error().text();
  EXPECT_FALSE(options->max_attempts.has_value());
  EXPECT_FALSE(options->adaptive);
  EXPECT_FALSE(options->retries_of_2026);
  EXPECT_FALSE(options->s3.path_style.has_value());
  EXPECT_FALSE(options->s3.sign_payload.has_value());
  EXPECT_EQ(options->configured_endpoint("EC2"), "");
}

TEST(UserSettings, ReadRetriesFromTheProfileAndTheVariables) {
  auto options = settings("retry_mode = adaptive\nmax_attempts = 7\n");
  ASSERT_TRUE(options.has_value()) << options.error().text();
  EXPECT_TRUE(options->adaptive);
  EXPECT_EQ(options->max_attempts, 7);
  options =
      settings("retry_mode = adaptive\nmax_attempts = 7\n",
               {{"AWS_MAX_ATTEMPTS", "2"}, {"AWS_RETRY_MODE", "standard"}, {"AWS_NEW_RETRIES_2026", "True"}});
  ASSERT_TRUE(options.has_value()) << options.error().text();
  EXPECT_FALSE(options->adaptive);
  EXPECT_TRUE(options->retries_of_2026);
  EXPECT_EQ(options->max_attempts, 2);
}

TEST(UserSettings, ReadChecksumsAndTheAccountInEndpoints) {
  auto options = settings("region = x\n");
  ASSERT_TRUE(options.has_value()) << options.error().text();
  EXPECT_TRUE(options->add_checksums && options->check_answers);
  EXPECT_EQ(options->account_id_endpoint_mode, "preferred");
  options = settings(
      "request_checksum_calculation = WHEN_REQUIRED\nresponse_checksum_validation = when_supported\n",
      {{"AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"}, {"AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled"}});
  ASSERT_TRUE(options.has_value()) << options.error().text();
  EXPECT_FALSE(options->add_checksums || options->check_answers);
  EXPECT_EQ(options->account_id_endpoint_mode, "disabled");
}

TEST(UserSettings, ReadTheBlockOfS3) {
  const auto options = settings(
      "s3 =\n  addressing_style = path\n  use_accelerate_endpoint = true\n  payload_signing_enabled = false\n"
      "  us_east_1_regional_endpoint = legacy\n  use_dualstack_endpoint=true\n  use_arn_region = false\n");
  ASSERT_TRUE(options.has_value()) << options.error().text();
  EXPECT_EQ(options->s3.path_style, true);
  EXPECT_TRUE(options->s3.accelerate);
  EXPECT_TRUE(options->s3.dualstack);
  EXPECT_TRUE(options->s3.global_us_east_1);
  EXPECT_EQ(options->s3.sign_payload, false);
  EXPECT_EQ(options->s3.use_arn_region, false);
  const auto by_variable = settings("", {{"AWS_S3_USE_ARN_REGION", "true"},
                                         {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "legacy"},
                                         {"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "true"}});
  ASSERT_TRUE(by_variable.has_value());
  EXPECT_EQ(by_variable->s3.use_arn_region, true);
  EXPECT_TRUE(by_variable->s3.global_us_east_1);
  EXPECT_EQ(by_variable->s3.disable_multiregion_access_points, true);
}

TEST(UserSettings, RefuseWhatTheAwsCliRefuses) {
  const std::pair<const char*, const char*> cases[] = {
      {"max_attempts = many\n", "\"max_attempts\": many must be an integer"},
      {"max_attempts = 0\n", "\"max_attempts\": 0 must be an integer"},
      {"retry_mode = eager\n", "\"mode\": \"eager\" must be one of"},
      {"request_checksum_calculation = always\n",
       "Unsupported configuration value for request_checksum_calculation. Expected one of ('when_supported', "
       "'when_required') but got always."},
      {"account_id_endpoint_mode = maybe\n",
       "for account_id_endpoint_mode. Expected one of ('preferred', 'disabled'"},
      {"s3 =\n  addressing_style = round\n", "S3 addressing style round is invalid"},
      {"s3 =\n  us_east_1_regional_endpoint = both\n", "endpoint option both is invalid"},
  };
  for (const auto& [profile, words] : cases) {
    const auto options = settings(profile);
    ASSERT_FALSE(options.has_value()) << profile;
    EXPECT_NE(options.error().message.find(words), std::string::npos) << options.error().message;
  }
}

}  // namespace
}  // namespace hm::aws
