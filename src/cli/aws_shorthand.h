// The AWS CLI's shorthand syntax: "Name=tag:env,Values=a,b", with lists in [], objects in {}, quotes, and
// "key@=file://..." for a value from a file.
#pragma once

#include <string>
#include <string_view>

#include "aws/model.h"
#include "base/json.h"

namespace hm::cli {

// The values are texts, lists and objects as written; fit_shorthand() gives them the model's types. The error
// is worded and marked as the AWS CLI does it.
Result<Json> parse_shorthand(std::string_view text);

// Numbers and booleans out of texts, and a list where one value stands for it.
Status fit_shorthand(Json& value, const aws::Shape& shape);

}  // namespace hm::cli
