#include "base/json.h"

#include <algorithm>

#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

namespace hm {

Result<Json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 128;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code failure;
  const size_t used = parser.write_some(text.data(), text.size(), failure);
  if (!failure && used < text.size() && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    failure = boost::json::error::extra_data;
  }
  if (!failure) parser.finish(failure);
  if (failure) {
    return make_error(ErrorKind::invalid, "bad_json",
                      "not valid JSON at byte " + std::to_string(used) + ": " + failure.message());
  }
  return parser.release();
}

std::string to_json(const Json& value) { return boost::json::serialize(value); }

namespace {

void indent(std::string& out, int depth) { out.append(static_cast<size_t>(depth) * 4, ' '); }

void print(std::string& out, const Json& value, int depth) {
  if (const auto* object = value.if_object(); object && !object->empty()) {
    out += "{\n";
    bool first = true;
    for (const auto& entry : *object) {
      if (!first) out += ",\n";
      first = false;
      indent(out, depth + 1);
      out += boost::json::serialize(boost::json::string_view(entry.key()));
      out += ": ";
      print(out, entry.value(), depth + 1);
    }
    out += "\n";
    indent(out, depth);
    out += "}";
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    out += "[\n";
    bool first = true;
    for (const auto& item : *array) {
      if (!first) out += ",\n";
      first = false;
      indent(out, depth + 1);
      print(out, item, depth + 1);
    }
    out += "\n";
    indent(out, depth);
    out += "]";
  } else {
    out += boost::json::serialize(value);
  }
}

}  // namespace

std::string to_json_pretty(const Json& value) {
  std::string out;
  print(out, value, 0);
  return out;
}

const Json* member(const Json& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

std::string_view member_text(const Json& value, std::string_view key, std::string_view otherwise) {
  const Json* found = member(value, key);
  return found && found->is_string() ? as_text(*found) : otherwise;
}

Json sorted(const Json& value) {
  if (const auto* object = value.if_object()) {
    std::vector<std::pair<std::string_view, const Json*>> entries;
    entries.reserve(object->size());
    for (const auto& entry : *object) entries.emplace_back(std::string_view(entry.key()), &entry.value());
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    JsonObject out;
    out.reserve(entries.size());
    for (const auto& [key, child] : entries) out.emplace(key, sorted(*child));
    return out;
  }
  if (const auto* array = value.if_array()) {
    JsonArray out;
    out.reserve(array->size());
    for (const auto& item : *array) out.push_back(sorted(item));
    return out;
  }
  return value;
}

}  // namespace hm
