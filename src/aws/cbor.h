// CBOR (RFC 8949) as far as RPC v2 needs it.
#pragma once

#include <string>

#include "aws/model.h"
#include "base/json.h"

namespace hm::aws {

// One item and nothing after it, as JSON: byte strings become base64 text, tagged times numbers, undefined
// null, NaN and the infinities text, integers beyond 64 bits text. Both definite and indefinite lengths;
// nesting deeper than 128 and anything malformed is an error of kind corrupt.
Result<Json> read_cbor(std::string_view bytes);

// A structure that was validated, as the model says.
std::string write_cbor(const Shape& shape, const Json& value);

}  // namespace hm::aws
