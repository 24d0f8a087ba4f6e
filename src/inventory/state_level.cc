#include "inventory/state_level.h"

#include <algorithm>
#include <array>
#include <string>

#include "catalog/state_words.h"

namespace hm::inventory {
namespace {

constexpr std::array<std::string_view, kStateLevels> kNames = {"failing", "changing", "unknown", "stopped",
                                                               "other",   "fine",     "none"};

}  // namespace

std::string_view to_string(StateLevel level) { return kNames[static_cast<size_t>(level)]; }

StateLevel state_level(std::string_view state) {
  if (state.empty()) return StateLevel::none;
  std::string word(state);
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::string_view level = catalog::embedded_state_words().level_of(word);
  const auto* const found = std::find(kNames.begin(), kNames.end(), level);
  return found == kNames.end() ? StateLevel::other : static_cast<StateLevel>(found - kNames.begin());
}

}  // namespace hm::inventory
