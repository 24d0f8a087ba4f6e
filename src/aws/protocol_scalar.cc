#include "aws/protocol_scalar.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "aws/protocol_text.h"
#include "aws/protocol_time.h"

namespace hm::aws {

namespace {

constexpr int kMaxDepth = 128;

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Error wrong(const Member& member, std::string_view what, std::string_view text) {
  return make_error(
      ErrorKind::corrupt, "answer",
      fmt::format("{} in the answer is no {}: \"{}\"", member.name(), what, text.substr(0, 80)));
}

Result<Json> integer(const Member& member, std::string_view given) {
  std::string_view text = trimmed(given);
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec == std::errc{} && parsed.ptr == end) return Json(number);
  const bool digits =
      !text.empty() && text.find_first_not_of("0123456789", text[0] == '-') == std::string_view::npos;
  if (!digits || text == "-") return wrong(member, "integer", given);
  uint64_t large = 0;
  const auto unsigned_parsed = std::from_chars(text.data(), end, large);
  if (unsigned_parsed.ec == std::errc{} && unsigned_parsed.ptr == end) return Json(large);
  return Json(text);
}

Json number(double value) {
  if (std::isfinite(value)) return value;
  return Json(float_text(value));
}

Result<Json> real(const Member& member, std::string_view given) {
  const std::string_view text = trimmed(given);
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
    return wrong(member, "number", given);
  return number(value);
}

Json time_of_text(std::string_view text) {
  const auto time = read_any_time(trimmed(text));
  return time ? Json(document_time(*time)) : Json(text);
}

Json time_of_json(const Json& value) {
  if (value.is_string()) return time_of_text(as_text(value));
  const auto time = parameter_time(value);
  return time ? Json(document_time(*time)) : value;
}

Result<Json> scalar_of_json(const Member& member, const Json& value, bool coerce) {
  const ShapeKind kind = member.shape().kind();
  if (kind == ShapeKind::timestamp) return time_of_json(value);
  if (value.is_double() && !std::isfinite(value.get_double())) return number(value.get_double());
  if (!coerce) return value;
  switch (kind) {
    case ShapeKind::boolean:
      return value.is_string() ? scalar_of_text(member, as_text(value)) : Result<Json>(value);
    case ShapeKind::integer:
    case ShapeKind::long_integer:
      if (value.is_string()) return integer(member, as_text(value));
      if (value.is_double() && std::abs(value.get_double()) < 9e15) {
        return Json(static_cast<int64_t>(value.get_double()));
      }
      return value;
    case ShapeKind::float_number:
    case ShapeKind::double_number:
      if (value.is_string()) return real(member, as_text(value));
      return value.is_number() ? Json(value.to_number<double>()) : value;
    default:
      return value;
  }
}

Error not_a(const Member& member, std::string_view what, const Json& value) {
  return wrong(member, what, to_json(value));
}

}  // namespace

Result<Json> scalar_of_text(const Member& member, std::string_view text) {
  if (!is_utf8(text)) {
    return make_error(ErrorKind::corrupt, "answer",
                      fmt::format("{} in the answer is no UTF-8", member.name()));
  }
  switch (member.shape().kind()) {
    case ShapeKind::boolean:
      return Json(trimmed(text) == "true" || trimmed(text) == "True");
    case ShapeKind::integer:
    case ShapeKind::long_integer:
      return integer(member, text);
    case ShapeKind::float_number:
    case ShapeKind::double_number:
      return real(member, text);
    case ShapeKind::timestamp:
      return time_of_text(text);
    default:
      return Json(text);
  }
}

Result<JsonObject> structure_of_json(const Shape& shape, const Json& value, bool coerce, int depth) {
  JsonObject result;
  const JsonObject* object = value.if_object();
  if (object == nullptr) {
    return make_error(ErrorKind::corrupt, "answer",
                      fmt::format("the answer has {} where an object must be", to_json(value).substr(0, 80)));
  }
  for (const Member member : shape.members()) {
    if (member.location() != Location::body) continue;
    const auto found = object->find(member.wire_name());
    if (found == object->end() || found->value().is_null()) continue;
    HM_TRY(Json item, value_of_json(member, found->value(), coerce, depth + 1));
    result.emplace(member.name(), std::move(item));
  }
  if (shape.is_union() && result.empty()) {
    for (const auto& [key, item] : *object) {
      if (key == "__type" || item.is_null()) continue;
      result.emplace("SDK_UNKNOWN_MEMBER", JsonObject{{"name", key}});
      break;
    }
  }
  return result;
}

Result<Json> value_of_json(const Member& member, const Json& value, bool coerce, int depth) {
  if (depth > kMaxDepth) return make_error(ErrorKind::corrupt, "answer", "the answer is nested too deeply");
  const Shape shape = member.shape();
  if (value.is_null() || shape.document()) return value;
  switch (shape.kind()) {
    case ShapeKind::structure: {
      HM_TRY(JsonObject object, structure_of_json(shape, value, coerce, depth));
      return Json(std::move(object));
    }
    case ShapeKind::list: {
      if (!value.is_array()) return not_a(member, "list", value);
      JsonArray items;
      items.reserve(value.get_array().size());
      const Member element = shape.element();
      for (const Json& item : value.get_array()) {
        HM_TRY(Json read, value_of_json(element, item, coerce, depth + 1));
        items.push_back(std::move(read));
      }
      return Json(std::move(items));
    }
    case ShapeKind::map: {
      if (!value.is_object()) return not_a(member, "map", value);
      JsonObject entries;
      const Member entry = shape.value();
      for (const auto& [key, item] : value.get_object()) {
        HM_TRY(Json read, value_of_json(entry, item, coerce, depth + 1));
        entries.emplace(key, std::move(read));
      }
      return Json(std::move(entries));
    }
    default:
      return scalar_of_json(member, value, coerce);
  }
}

}  // namespace hm::aws
