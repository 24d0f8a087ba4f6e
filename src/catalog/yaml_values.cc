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

}  // namespace hm::catalog
