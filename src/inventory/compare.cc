#include "inventory/compare.h"

#include <algorithm>
#include <optional>

namespace hm::inventory {
namespace {

using Elements = std::vector<size_t>;  // positions in a list

std::string pointer_step(std::string_view key) {
  std::string step = "/";
  for (const char c : key) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

// ".Groups[].Id"; nothing for a path that names one element of a list, which has no such form.
std::optional<std::string> pattern_of(const std::vector<JsonPath::Step>& steps) {
  std::string pattern;
  for (const JsonPath::Step& step : steps) {
    if (const auto* member = std::get_if<JsonPath::Member>(&step)) {
      pattern += "." + member->name;
    } else if (std::holds_alternative<JsonPath::Flatten>(step)) {
      pattern += "[]";
    } else {
      return std::nullopt;
    }
  }
  return pattern;
}

void add_patterns(const std::vector<JsonPath>& paths, std::set<std::string>& patterns) {
  for (const JsonPath& path : paths)
    for (const auto& steps : path.alternatives())
      if (auto pattern = pattern_of(steps)) patterns.insert(std::move(*pattern));
}

std::string as_pattern(std::string_view key) { return "." + std::string(key); }

// The members whose values tell one element of a list from another, most telling first.
bool names_element(std::string_view key) {
  return key == "Key" || key == "TagKey" || key == "key" || key.ends_with("Id") || key.ends_with("Arn") ||
         key.ends_with("Name");
}

// What an element is known by through one member, or through all of its scalars ("").
std::optional<std::string> identity(const Json& element, const std::string& key) {
  const JsonObject* object = element.if_object();
  if (object == nullptr) return std::nullopt;
  if (!key.empty()) {
    const Json* value = object->if_contains(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(as_text(*value));
  }
  std::map<std::string, std::string> scalars;
  for (const auto& [name, value] : *object)
    if (!value.is_structured()) scalars.emplace(std::string(name), to_json(value));
  std::string text;
  for (const auto& [name, value] : scalars) text += name + "=" + value + "\n";
  return text;
}

class Differ {
 public:
  Differ(const ComparedPaths& paths, const State& before, const State& after, size_t limit,
         Comparison& result)
      : paths_(paths), before_(before), after_(after), limit_(limit), result_(result) {}

  void run() { compare("", "", before_.document, after_.document); }

 private:
  void compare(const std::string& path, const std::string& pattern, const Json& before, const Json& after) {
    if (paths_.volatile_parts.contains(pattern) || before == after) return;
    if (before.is_object() && after.is_object())
      return compare_objects(path, pattern, before.get_object(), after.get_object());
    if (before.is_array() && after.is_array())
      return compare_arrays(path, pattern, before.get_array(), after.get_array());
    add(path, Difference::Kind::changed, before, after);
  }

  void add(const std::string& path, Difference::Kind kind, const Json& before, const Json& after) {
    if (result_.differences.size() >= limit_) {
      result_.truncated = true;
      return;
    }
    // Unknown is told of parts: the first member of the path.
    const std::string part = path.empty() ? path : path.substr(1, path.find('/', 1) - 1);
    const bool unread_before = before_.unknown.contains(part);
    const bool unread_after = after_.unknown.contains(part);
    // What could not be read was not "nothing" for that.
    if (unread_before || unread_after) kind = Difference::Kind::changed;
    result_.differences.push_back({path, kind, before, after, unread_before, unread_after});
  }

  void compare_objects(const std::string& path, const std::string& pattern, const JsonObject& before,
                       const JsonObject& after) {
    for (const auto& [key, value] : before) {
      const std::string within = pattern + as_pattern(key);
      if (paths_.volatile_parts.contains(within)) continue;
      const Json* other = after.if_contains(key);
      const std::string at = path + pointer_step(key);
      if (other == nullptr) {
        add(at, Difference::Kind::removed, value, Json());
      } else {
        compare(at, within, value, *other);
      }
    }
    for (const auto& [key, value] : after)
      if (!before.contains(key) && !paths_.volatile_parts.contains(pattern + as_pattern(key)))
        add(path + pointer_step(key), Difference::Kind::added, Json(), value);
  }

  // Lists of equal length whose order means something are compared in place; of others, what stands on both
  // sides is left out, wherever it stands, and the rest is paired by what names it.
  void compare_arrays(const std::string& path, const std::string& pattern, const JsonArray& before,
                      const JsonArray& after) {
    const std::string within = pattern + "[]";
    if (before.size() == after.size() && !paths_.sets.contains(pattern)) {
      for (size_t i = 0; i < before.size(); ++i)
        compare(path + "/" + std::to_string(i), within, before[i], after[i]);
      return;
    }
    auto [gone, come] = leave_out_equal(within, before, after);
    for (const auto& [old_at, new_at] : pair(before, gone, after, come))
      compare(path + "/" + std::to_string(new_at), within, before[old_at], after[new_at]);
    for (const size_t i : gone)
      add(path + "/" + std::to_string(i), Difference::Kind::removed, before[i], Json());
    for (const size_t i : come)
      add(path + "/" + std::to_string(i), Difference::Kind::added, Json(), after[i]);
  }

  std::pair<Elements, Elements> leave_out_equal(const std::string& pattern, const JsonArray& before,
                                                const JsonArray& after) const {
    std::multimap<std::string, size_t> left;
    for (size_t i = 0; i < after.size(); ++i) left.emplace(canonical(pattern, after[i]), i);
    Elements gone;
    for (size_t i = 0; i < before.size(); ++i) {
      const auto found = left.find(canonical(pattern, before[i]));
      if (found == left.end()) {
        gone.push_back(i);
      } else {
        left.erase(found);
      }
    }
    Elements come;
    for (const auto& [text, at] : left) come.push_back(at);
    std::sort(come.begin(), come.end());
    return {std::move(gone), std::move(come)};
  }

  // Alike for values that do not differ: without what is volatile, members and sets in one order.
  std::string canonical(const std::string& pattern, const Json& value) const {
    if (paths_.volatile_parts.contains(pattern)) return {};
    std::vector<std::string> parts;
    if (const JsonObject* object = value.if_object()) {
      for (const auto& [key, one] : *object) {
        const std::string within = pattern + as_pattern(key);
        if (!paths_.volatile_parts.contains(within))
          parts.push_back(to_json(Json(key)) + ":" + canonical(within, one));
      }
      std::sort(parts.begin(), parts.end());
    } else if (const JsonArray* array = value.if_array()) {
      for (const Json& one : *array) parts.push_back(canonical(pattern + "[]", one));
      if (paths_.sets.contains(pattern)) std::sort(parts.begin(), parts.end());
    } else {
      return to_json(value);
    }
    std::string text = value.is_object() ? "{" : "[";
    for (const std::string& part : parts) text += part + ",";
    return text;
  }

  // Takes the pairs out of both lists. A name pairs two elements only where no others bear it.
  static std::vector<std::pair<size_t, size_t>> pair(const JsonArray& before, Elements& gone,
                                                     const JsonArray& after, Elements& come) {
    std::vector<std::pair<size_t, size_t>> pairs;
    std::vector<std::string> keys;
    for (const size_t i : come) {
      if (!after[i].is_object()) continue;
      for (const auto& [key, value] : after[i].get_object())
        if (names_element(key) && std::find(keys.begin(), keys.end(), key) == keys.end())
          keys.emplace_back(key);
    }
    keys.emplace_back();
    for (const std::string& key : keys) {
      const auto old_names = by_identity(before, gone, key);
      for (const auto& [name, at] : by_identity(after, come, key)) {
        const auto old = old_names.find(name);
        if (!at || old == old_names.end() || !old->second) continue;
        pairs.emplace_back(*old->second, *at);
        std::erase(gone, *old->second);
        std::erase(come, *at);
      }
    }
    return pairs;
  }

  // Nothing for a name that several bear.
  static std::map<std::string, std::optional<size_t>> by_identity(const JsonArray& list,
                                                                  const Elements& elements,
                                                                  const std::string& key) {
    std::map<std::string, std::optional<size_t>> names;
    for (const size_t i : elements) {
      auto name = identity(list[i], key);
      if (!name) continue;
      const auto [at, fresh] = names.try_emplace(std::move(*name), i);
      if (!fresh) at->second.reset();
    }
    return names;
  }

  const ComparedPaths& paths_;
  const State& before_;
  const State& after_;
  const size_t limit_;
  Comparison& result_;
};

}  // namespace

std::string_view to_string(Difference::Kind kind) {
  switch (kind) {
    case Difference::Kind::added:
      return "added";
    case Difference::Kind::removed:
      return "removed";
    case Difference::Kind::changed:
      return "changed";
  }
  return "changed";
}

ComparedPaths ComparedPaths::of(const catalog::ResourceType* type) {
  ComparedPaths paths;
  if (type == nullptr) return paths;
  add_patterns(type->volatile_paths, paths.volatile_parts);
  add_patterns(type->set_paths, paths.sets);
  return paths;
}

Comparison compare(const ComparedPaths& paths, const State& before, const State& after, size_t limit) {
  Comparison comparison;
  Differ(paths, before, after, limit, comparison).run();
  comparison.unknown_before = before.unknown;
  comparison.unknown_after = after.unknown;
  return comparison;
}

Comparison Comparer::compare(const std::string& type, const State& before, const State& after, size_t limit) {
  auto found = paths_.find(type);
  if (found == paths_.end()) found = paths_.emplace(type, ComparedPaths::of(catalog_.find(type))).first;
  return inventory::compare(found->second, before, after, limit);
}

}  // namespace hm::inventory
