// catalog/states.yaml as plain structs: what the words mean by which AWS says the state of a resource.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace hm::catalog {

// Its place in the catalog.
inline constexpr std::string_view kStatesFile = "states.yaml";

// The texts are in small letters; a level is "failing", "changing", "stopped" or "fine".
struct StateWords {
  std::map<std::string, std::string, std::less<>> words;     // the whole state -> its level
  std::vector<std::pair<std::string, std::string>> parts;    // what it holds, its level; the first decides
  std::vector<std::pair<std::string, std::string>> endings;  // likewise

  // Of a state in small letters; empty: nothing fits.
  std::string_view level_of(std::string_view state) const;
};

// `document` is states.yaml, which has the form of its schema.
StateWords state_words_of(const Json& document);
// Whether each text says something: none stands twice, or behind another that decides before it.
Status check_state_words(const Json& document);
const Json& states_schema();
// What is in the binary, read when first asked for.
const StateWords& embedded_state_words();

}  // namespace hm::catalog
