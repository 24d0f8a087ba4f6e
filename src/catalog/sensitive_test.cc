#include "catalog/sensitive.h"

#include <gtest/gtest.h>

namespace hm::catalog {
namespace {

TEST(NamesSecret, TellsWhatHoldsOneFromWhatNamesOne) {
  for (const auto* name :
       {"HECToken", "AuthToken", "MasterUserPassword", "ClientSecret", "environment", "env",
        "environmentVariables", "Properties", "logOptions", "OAuthTokens", "accesstoken"})
    EXPECT_TRUE(names_secret(name)) << name;
  for (const auto* name : {"SecretArn", "SecretARN", "EnvironmentName", "TokenEndpoint", "DhcpOptionsId",
                           "Envelope", "OptionGroup", "Property", "Size", "x", ""})
    EXPECT_FALSE(names_secret(name)) << name;
}

// Types that nobody has looked at; curated files decide by hand.
TEST(MayHoldSecret, IsWiderForWhatNobodyHasLookedAt) {
  for (const auto* name :
       {"authKey", "ApiKey", "apiKeyValue", "SecretAccessKey", "PrivateKey", "SharedKey", "streamKey",
        "SignedUrl", "configurationsDownloadUrl", "confirmationUrl", "ConnectionString", "UserData",
        "DefaultArguments", "Arguments", "ExecutableParameters", "customerRouterConfig"}) {
    EXPECT_TRUE(may_hold_secret(name)) << name;
  }
  for (const auto* name : {"authKey", "Arguments", "SignedUrl"}) EXPECT_FALSE(names_secret(name)) << name;
  EXPECT_TRUE(may_hold_secret("Password"));
  for (const auto* name : {"AccessKeyId", "accessKeyId", "ApiKeyArn", "apiKeyName", "KmsKeyId", "PublicKey",
                           "Url", "KeyPairName", "RouterId"})
    EXPECT_FALSE(may_hold_secret(name)) << name;
}

}  // namespace
}  // namespace hm::catalog
