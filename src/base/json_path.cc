#include "base/json_path.h"

#include <charconv>

namespace hm {

namespace {

Error bad_path(std::string_view text, std::string_view why) {
  return make_error(ErrorKind::invalid, "bad_path",
                    "'" + std::string(text) + "' is not a path: " + std::string(why));
}

std::string_view trim(std::string_view text) {
  const auto from = text.find_first_not_of(' ');
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(' ') - from + 1);
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == ':';
}

// "Name=='Zone'": a name of letters, digits and _ - :, and a text without quotes.
Result<JsonPath::Step> parse_condition(std::string_view inside, std::string_view whole) {
  size_t length = 0;
  while (length < inside.size() && is_name(inside[length])) ++length;
  const auto name = inside.substr(0, length);
  auto value = inside.substr(length);
  const bool whole_text = value.size() >= 4 && value.starts_with("=='") && value.ends_with('\'');
  value = whole_text ? value.substr(3, value.size() - 4) : std::string_view();
  if (name.empty() || value.empty() || value.find('\'') != std::string_view::npos)
    return bad_path(whole, "a condition is written [?Name=='text'][]");
  return JsonPath::Step(JsonPath::Flatten{std::string(name), std::string(value)});
}

Result<JsonPath::Step> parse_bracket(std::string_view inside, std::string_view whole) {
  if (inside.empty() || inside == "*") return JsonPath::Step(JsonPath::Flatten{});
  if (inside.front() == '?') return parse_condition(inside.substr(1), whole);
  int at = 0;
  const auto [end, failure] = std::from_chars(inside.data(), inside.data() + inside.size(), at);
  if (failure != std::errc() || end != inside.data() + inside.size())
    return bad_path(whole, "an index is a number");
  return JsonPath::Step(JsonPath::Index{at});
}

// A member name: letters, digits and _ - : or anything between double quotes.
Result<std::string> take_name(std::string_view& rest, std::string_view whole) {
  if (rest.front() == '"') {
    const auto close = rest.find('"', 1);
    if (close == std::string_view::npos) return bad_path(whole, "a quote is not closed");
    std::string name(rest.substr(1, close - 1));
    rest.remove_prefix(close + 1);
    return name;
  }
  size_t length = 0;
  while (length < rest.size() && is_name(rest[length])) ++length;
  if (length == 0) return bad_path(whole, "a name is expected at '" + std::string(rest) + "'");
  std::string name(rest.substr(0, length));
  rest.remove_prefix(length);
  return name;
}

Result<std::vector<JsonPath::Step>> parse_steps(std::string_view rest, std::string_view whole) {
  std::vector<JsonPath::Step> steps;
  if (rest.empty()) return bad_path(whole, "it is empty");
  if (rest == "@") return steps;
  while (!rest.empty()) {
    if (rest.front() == '[') {
      const auto close = rest.find(']');
      if (close == std::string_view::npos) return bad_path(whole, "a bracket is not closed");
      HM_TRY(auto step, parse_bracket(rest.substr(1, close - 1), whole));
      steps.push_back(std::move(step));
      const bool condition = rest.starts_with("[?");
      rest.remove_prefix(close + 1);
      // Without it JMESPath gives a list of lists behind another list.
      if (condition && !rest.starts_with("[]")) return bad_path(whole, "behind a condition stands []");
      if (condition) rest.remove_prefix(2);
    } else {
      HM_TRY(auto name, take_name(rest, whole));
      steps.emplace_back(JsonPath::Member{std::move(name)});
    }
    if (!rest.empty() && rest.front() == '.') {
      rest.remove_prefix(1);
      if (rest.empty()) return bad_path(whole, "it ends with a dot");
    }
  }
  return steps;
}

// The values that the steps lead to: copies out of a `const Json`, moved out of a `Json`.
template <class Document>
Json values_at(const std::vector<JsonPath::Step>& steps, size_t at, Document& value) {
  if (at == steps.size()) return std::move(value);
  if (const auto* name = std::get_if<JsonPath::Member>(&steps[at])) {
    auto* object = value.if_object();
    auto* child = object ? object->if_contains(name->name) : nullptr;
    return child ? values_at(steps, at + 1, *child) : Json();
  }
  auto* array = value.if_array();
  if (!array) return Json();
  if (const auto* index = std::get_if<JsonPath::Index>(&steps[at])) {
    const auto size = static_cast<int64_t>(array->size());
    const int64_t position = index->at < 0 ? size + index->at : index->at;
    if (position < 0 || position >= size) return Json();
    return values_at(steps, at + 1, (*array)[static_cast<size_t>(position)]);
  }
  const auto& each = std::get<JsonPath::Flatten>(steps[at]);
  JsonArray out;
  for (auto& item : *array) {
    if (!each.takes(item)) continue;
    Json found = values_at(steps, at + 1, item);
    if (found.is_null()) continue;
    const bool nested = found.is_array() && at + 1 < steps.size();
    if (nested) {
      for (auto& inner : found.get_array()) out.push_back(std::move(inner));
    } else {
      out.push_back(std::move(found));
    }
  }
  return out;
}

// The value that the steps lead to, where there is one place for it; nullptr: nothing stands there.
// `flattens` is set where there may be several.
const Json* value_in_place(const std::vector<JsonPath::Step>& steps, const Json& document, bool& flattens) {
  const Json* at = &document;
  for (const JsonPath::Step& step : steps) {
    if (const auto* name = std::get_if<JsonPath::Member>(&step)) {
      at = member(*at, name->name);
    } else if (const auto* index = std::get_if<JsonPath::Index>(&step)) {
      const auto* array = at->if_array();
      const auto size = array != nullptr ? static_cast<int64_t>(array->size()) : 0;
      const int64_t position = index->at < 0 ? size + index->at : index->at;
      at = position >= 0 && position < size ? &(*array)[static_cast<size_t>(position)] : nullptr;
    } else {
      flattens = true;
      return nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

bool is_empty(const Json& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.if_string()) return text->empty();
  if (const auto* array = value.if_array()) return array->empty();
  if (const auto* object = value.if_object()) return object->empty();
  return value.is_bool() && !value.get_bool();
}

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text) {
  JsonPath path;
  path.text_ = std::string(text);
  std::string_view rest = text;
  while (true) {
    const auto bar = rest.find("||");
    HM_TRY(auto steps, parse_steps(trim(rest.substr(0, bar)), text));
    path.alternatives_.push_back(std::move(steps));
    if (bar == std::string_view::npos) return path;
    rest.remove_prefix(bar + 2);
  }
}

Json JsonPath::eval(const Json& document) const {
  Json made;
  const Json& found = look(document, made);
  return &found == &made ? std::move(made) : found;
}

const Json& JsonPath::look(const Json& document, Json& made) const {
  made = Json();
  const Json* found = &made;
  for (const auto& steps : alternatives_) {
    bool flattens = false;
    const Json* there = value_in_place(steps, document, flattens);
    if (flattens) {
      made = values_at(steps, 0, document);
      there = &made;
    }
    found = there;
    if (found != nullptr && !is_empty(*found)) return *found;
  }
  if (found != nullptr) return *found;
  made = Json();
  return made;
}

Json JsonPath::take(Json&& document) const {
  // Another alternative may need what the first one would have moved away.
  if (alternatives_.size() != 1) return eval(document);
  return values_at(alternatives_.front(), 0, document);
}

bool JsonPath::is_list() const {
  for (const auto& steps : alternatives_) {
    for (const auto& step : steps) {
      if (std::holds_alternative<Flatten>(step)) return true;
    }
  }
  return false;
}

}  // namespace hm
