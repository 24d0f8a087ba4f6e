// Hexadecimal, base64 and percent-encoding.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hm {

std::string hex(std::string_view bytes);  // lower case
Result<std::string> unhex(std::string_view text);
std::string base64(std::string_view bytes);  // with padding
// Standard and URL-safe alphabets, padding optional, white space ignored.
Result<std::string> unbase64(std::string_view text);
std::string base64url(std::string_view bytes);  // no padding
// RFC 3986: everything but A-Z a-z 0-9 - _ . ~ and the characters of `keep` becomes %XX.
std::string percent_encode(std::string_view text, std::string_view keep = {});
// Malformed sequences stay as they are.
std::string percent_decode(std::string_view text);

}  // namespace hm
