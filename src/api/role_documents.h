// How the role in a customer's account is made: commands, CloudFormation, Terraform. One policy stands in the
// role itself; several, which are more than a role may hold, are managed policies that are attached to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace hm::api {

constexpr std::string_view kRoleName = "HostMasterReadOnly";

JsonArray role_commands(const Json& trust, const std::vector<Json>& policies);
std::string role_cloudformation(const Json& trust, const std::vector<Json>& policies);
std::string role_terraform(const Json& trust, const std::vector<Json>& policies);

}  // namespace hm::api
