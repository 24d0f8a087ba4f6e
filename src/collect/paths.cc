#include "collect/paths.h"

namespace hm::collect {

namespace {

using Steps = std::vector<JsonPath::Step>;

void walk(Json& value, const Steps& steps, size_t at, const std::function<void(Json&)>& change) {
  if (at == steps.size()) return change(value);
  if (const auto* name = std::get_if<JsonPath::Member>(&steps[at])) {
    auto* object = value.if_object();
    auto* child = object ? object->if_contains(name->name) : nullptr;
    if (child) walk(*child, steps, at + 1, change);
    return;
  }
  auto* array = value.if_array();
  if (!array) return;
  if (const auto* index = std::get_if<JsonPath::Index>(&steps[at])) {
    const auto size = static_cast<int64_t>(array->size());
    const int64_t position = index->at < 0 ? size + index->at : index->at;
    if (position >= 0 && position < size)
      walk((*array)[static_cast<size_t>(position)], steps, at + 1, change);
    return;
  }
  const auto& each = std::get<JsonPath::Flatten>(steps[at]);
  for (auto& item : *array)
    if (each.takes(item)) walk(item, steps, at + 1, change);
}

}  // namespace

void change_at(Json& document, const JsonPath& path, const std::function<void(Json&)>& change) {
  for (const auto& steps : path.alternatives()) walk(document, steps, 0, change);
}

void remove_at(Json& document, const JsonPath& path) {
  for (const auto& steps : path.alternatives()) {
    if (steps.empty()) continue;
    Steps above(steps.begin(), steps.end() - 1);
    const auto& last = steps.back();
    walk(document, above, 0, [&](Json& value) {
      const auto* name = std::get_if<JsonPath::Member>(&last);
      if (name && value.is_object()) value.get_object().erase(name->name);
      if (!name && value.is_array()) value.get_array().clear();
    });
  }
}

bool reads_part(const JsonPath& path, const std::string& part) {
  for (const auto& steps : path.alternatives()) {
    const auto* first = steps.empty() ? nullptr : std::get_if<JsonPath::Member>(&steps.front());
    if (first && first->name == part) return true;
  }
  return false;
}

}  // namespace hm::collect
