#include "catalog/yaml_text.h"

#include <algorithm>
#include <array>

namespace hm::catalog {

namespace {

constexpr size_t kWidest = 116;

bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 8> kWords = {"true", "false", "null", "yes", "no", "on", "off", "y"};
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !letter(text.front()) || text.back() == ' ') return false;
  if (std::find(kWords.begin(), kWords.end(), text) != kWords.end()) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/' || c == ' ';
  });
}

// What JSON writes within quotes means the same in YAML.
std::string scalar(const Json& value) {
  return value.is_string() && is_plain(as_text(value)) ? std::string(as_text(value)) : to_json(value);
}

std::string in_line(const Json& value) {
  std::string out;
  if (const auto* object = value.if_object()) {
    for (const auto& [key, one] : *object)
      out += (out.empty() ? "" : ", ") + scalar(Json(key)) + ": " + in_line(one);
    return "{" + out + "}";
  }
  if (const auto* array = value.if_array()) {
    for (const auto& one : *array) out += (out.empty() ? "" : ", ") + in_line(one);
    return "[" + out + "]";
  }
  return scalar(value);
}

void write(const JsonObject& object, size_t indent, std::string& out) {
  for (const auto& [name, value] : object) {
    const std::string key = std::string(indent, ' ') + scalar(Json(name)) + ":";
    const std::string line = key + " " + in_line(value);
    const auto* inner = value.if_object();
    if (inner == nullptr || inner->empty() || (line.size() <= kWidest && indent > 0)) {
      out += line + "\n";
      continue;
    }
    out += key + "\n";
    write(*inner, indent + 2, out);
  }
}

}  // namespace

std::string yaml_text(const Json& document) {
  std::string out;
  write(document.get_object(), 0, out);
  return out;
}

}  // namespace hm::catalog
