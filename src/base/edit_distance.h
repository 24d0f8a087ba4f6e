// How alike two words are, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>

namespace hm {

// How many letters must be put in, left out or changed to make one of the other (Levenshtein). Time is the
// product of the lengths: cut off what a stranger wrote.
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace hm
