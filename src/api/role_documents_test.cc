#include "api/role_documents.h"

#include <gtest/gtest.h>

#include "api/iam_policy.h"

namespace hm::api {
namespace {

std::vector<std::string> actions(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i)
    names.push_back("service:DescribeSomethingWithALongName" + std::to_string(i));
  return names;
}

size_t times(const std::string& text, std::string_view part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(RoleDocumentsTest, EveryActionIsInThemHoweverManyThereAre) {
  const Json trust = trust_policy("arn:aws:iam::1:role/R", "external");
  for (const size_t count : {size_t{10}, size_t{1000}}) {
    const auto policies = iam_policies_of(actions(count));
    EXPECT_EQ(policies.size() > 1, count > 100) << policies.size();
    std::string commands;
    for (const Json& command : role_commands(trust, policies))
      commands += std::string(as_text(command)) + "\n";
    for (const std::string& text :
         {commands, role_cloudformation(trust, policies), role_terraform(trust, policies)}) {
      EXPECT_EQ(times(text, "service:Describe"), count) << text.substr(0, 500);
      EXPECT_EQ(times(text, "sts:AssumeRole"), 1u);
    }
    EXPECT_EQ(times(commands, "put-role-policy"), count > 100 ? 0u : 1u);
    EXPECT_EQ(times(commands, "attach-role-policy"), count > 100 ? policies.size() : 0u);
  }
}

}  // namespace
}  // namespace hm::api
