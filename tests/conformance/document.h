// Documents as the vectors write them, beside ours.
#pragma once

#include "aws/model.h"
#include "base/json.h"

namespace hm::conformance {

// Parameters of a vector, whose blobs are plain text, as ours, whose blobs are base64.
Json params_of_vector(const aws::Shape& shape, const Json& params);
// A result of ours as vectors write it: timestamps are seconds since 1970, blobs plain text.
Json result_for_vector(const aws::Shape& shape, const Json& result);
// Equal as documents: the order of members does not matter, and 1 is 1.0.
bool same(const Json& a, const Json& b);
// Equal as XML trees: the order of attributes and white space between elements do not matter.
bool same_xml(const std::string& a, const std::string& b);

}  // namespace hm::conformance
