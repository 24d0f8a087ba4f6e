// How values are spelled inside requests and messages. Requests are written in the bytes that Python's own
// encoders make, so that a request and its signature can be compared with botocore's byte for byte.
#pragma once

#include <string>

#include "base/json.h"

namespace hm::aws {

// Shortest form that reads back the same: "1.0", "1e+16", "NaN", "-Infinity".
std::string float_text(double value);
// A number, "NaN" or "Infinity" (text) of a float parameter; an integer stays an integer.
std::string number_text(const Json& value);
// A scalar as plain text: true, 12, 1.5, text as it is.
std::string scalar_text(const Json& value);

// JSON with ", " and ": " between things and everything beyond ASCII escaped.
void append_json(std::string& out, const Json& value);
void append_json_text(std::string& out, std::string_view text);

// Well-formed, no surrogates, nothing overlong: what a document can hold.
bool is_utf8(std::string_view text);
// The same text where it is UTF-8; else every byte is taken for a Latin-1 character, as HTTP's older fields
// are.
std::string as_utf8(std::string_view text);

// The bytes of a blob parameter, which is base64 text; validate_params has seen that it is.
std::string blob_bytes(const Json& value);

}  // namespace hm::aws
