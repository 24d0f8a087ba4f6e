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

}  // namespace
}  // namespace hm::catalog
