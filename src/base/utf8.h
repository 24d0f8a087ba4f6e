// What is text and what only claims to be.
#pragma once

#include <string>
#include <string_view>

namespace hm {

// The same text where it is valid UTF-8; else each byte that is not becomes U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace hm
