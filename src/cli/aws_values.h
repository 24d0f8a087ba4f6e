// One parameter's words, as the AWS CLI reads them by the parameter's shape.
#pragma once

#include <string>
#include <vector>

#include "aws/model.h"
#include "base/json.h"

namespace hm::cli {

// `option` is its name for messages, with dashes. A list takes all `words`, everything else the first.
Result<Json> read_value(const aws::Member& member, const std::string& option,
                        const std::vector<std::string>& words);

// What is bytes in the model is plain text on the command line and base64 in documents; times may be numbers.
void encode_blobs(Json& value, const aws::Shape& shape);

}  // namespace hm::cli
