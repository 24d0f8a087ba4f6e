// Checks a call that a resource file makes against the AWS models.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/model.h"
#include "catalog/catalog.h"

namespace hm::catalog {

// A fault at a place below the call: ("params/Filters", "there is no such parameter").
using Complain = std::function<void(const std::string& pointer, std::string text)>;

// The operation of "ec2:DescribeVolumes", or an error that says what exists.
Result<aws::Operation> find_operation(std::string_view service, std::string_view operation);
// Every parameter must exist, be of a fitting kind, and the required ones must be given. Values with "${…}"
// are taken on trust; their paths are checked by `check_path`.
void check_params(const Json& params, const aws::Operation& operation, const Complain& complain,
                  const std::function<Status(const std::string& name)>& check_name);
// The IAM action of an operation where AWS names it alike: "ec2:DescribeVolumes".
std::string natural_permission(std::string_view service, std::string_view operation);

}  // namespace hm::catalog
