// What a state means for somebody who looks at many resources at once. The words are AWS's; what each means
// stands in catalog/states.yaml, and one that is not there is shown as it is and judged as nothing.
#pragma once

#include <string_view>

namespace hm::inventory {

// Worst first. unknown: the type has a state and none could be read. none: no state is asked for its
// type.
enum class StateLevel { failing, changing, unknown, stopped, other, fine, none };
constexpr int kStateLevels = 7;
std::string_view to_string(StateLevel level);

// Of a word of AWS's, whatever its case; of the empty one, none.
StateLevel state_level(std::string_view state);

}  // namespace hm::inventory
