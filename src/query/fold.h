// Text made comparable for the search: upper and lower case become one, what is no UTF-8 becomes U+FFFD, and
// control characters become spaces, so that they are free to stand between values.
//
// Case is folded one character for one, as Unicode's simple folding does it: "STRASSE" is not "straße".
// Letters with accents differ from those without.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hm::query {

std::string fold_case(std::string_view text);

// Of text as fold_case() gives it: its characters, as parts of it.
std::vector<std::string_view> characters(std::string_view text);

// Differs where the folding of this machine differs: what was folded elsewhere must be folded anew.
std::string fold_fingerprint();

}  // namespace hm::query
