#include "catalog/yaml_values.h"

#include <charconv>

namespace hm::catalog {

std::chrono::seconds duration_of(std::string_view text) {
  int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  switch (text.back()) {
    case 'd':
      return std::chrono::hours(24 * count);
    case 'h':
      return std::chrono::hours(count);
    case 'm':
      return std::chrono::minutes(count);
    default:
      return std::chrono::seconds(count);
  }
}

std::vector<std::string> texts(const Json* list) {
  std::vector<std::string> out;
  if (list == nullptr) return out;
  for (const auto& one : list->as_array()) out.emplace_back(as_text(one));
  return out;
}

ListLimits limits_of(const Json* node) {
  ListLimits limits;
  if (node == nullptr) return limits;
  if (const auto* pages = member(*node, "pages")) limits.pages = pages->to_number<int64_t>();
  if (const auto* items = member(*node, "items")) limits.items = items->to_number<int64_t>();
  return limits;
}

}  // namespace hm::catalog
