// One value of an answer, from text (XML, headers) or JSON (which CBOR is turned into), as documents hold it.
#pragma once

#include "aws/model.h"
#include "base/json.h"

namespace hm::aws {

// Booleans are true only where the text is "true"; numbers must be numbers (else an error of kind corrupt),
// and integers beyond 64 bits stay text. A timestamp that cannot be understood stays as it is.
Result<Json> scalar_of_text(const Member& member, std::string_view text);

// The value of a member from JSON. Null members are dropped, null elements kept, unknown members dropped.
// `coerce`: text and numbers are turned into what the model says (rest-json).
Result<Json> value_of_json(const Member& member, const Json& value, bool coerce, int depth = 0);
Result<JsonObject> structure_of_json(const Shape& shape, const Json& value, bool coerce, int depth = 0);

}  // namespace hm::aws
