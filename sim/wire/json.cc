// JSON bodies, both ways, along the shapes.
#include "base/encoding.h"
#include "base/time.h"
#include "sim/wire/wire.h"

namespace hm::sim {

using aws::Shape;
using aws::ShapeKind;
using aws::TimestampFormat;

namespace {

Error wrong_type(const std::string& where, std::string_view wanted) {
  return refusal(400, "SerializationException",
                 "Unexpected value at " + (where.empty() ? "the document" : where) + ": expected " +
                     std::string(wanted) + ".");
}

std::string_view json_name(const aws::Member& member) {
  return member.location_name().empty() ? member.name() : member.location_name();
}

Result<Json> read_structure(Shape shape, const Json& value, const std::string& where) {
  if (!value.is_object()) return wrong_type(where, "an object");
  JsonObject object;
  for (const auto& member : shape.members()) {
    const auto* found = value.get_object().if_contains(json_name(member));
    if (found == nullptr || found->is_null()) continue;
    HM_TRY(object[member.name()],
           read_json(member.shape(), *found, where + "/" + std::string(member.name())));
  }
  return Json(std::move(object));
}

Result<Json> read_scalar(Shape shape, const Json& value, const std::string& where) {
  switch (shape.kind()) {
    case ShapeKind::boolean:
      return value.is_bool() ? Result<Json>(value) : wrong_type(where, "a boolean");
    case ShapeKind::timestamp:
      if (value.is_number()) return read_text(shape, TimestampFormat::none, to_json(value), where);
      [[fallthrough]];
    case ShapeKind::string:
    case ShapeKind::blob:
      return value.is_string() ? Result<Json>(value) : wrong_type(where, "a string");
    default:
      return value.is_number() ? Result<Json>(value) : wrong_type(where, "a number");
  }
}

void append_text(std::string& out, std::string_view text) { out += to_json(Json(text)); }

void append_timestamp(std::string& out, TimestampFormat format, const Json& value, Shape shape) {
  if (format == TimestampFormat::iso8601 || format == TimestampFormat::rfc822) {
    append_text(out, scalar_text(shape, format, value));
  } else {
    out += scalar_text(shape, TimestampFormat::unix_seconds, value);
  }
}

void append_structure(std::string& out, Shape shape, const JsonObject& object) {
  out += '{';
  bool first = true;
  for (const auto& member : shape.members()) {
    if (member.location() != aws::Location::body) continue;
    const auto* value = object.if_contains(member.name());
    if (value == nullptr || value->is_null()) continue;
    if (!std::exchange(first, false)) out += ',';
    append_text(out, json_name(member));
    out += ':';
    append_json(out, member.shape(), member.timestamp_format(), *value);
  }
  out += '}';
}

}  // namespace

Result<Json> read_json(Shape shape, const Json& value, const std::string& where) {
  if (shape.kind() == ShapeKind::structure && !shape.document()) return read_structure(shape, value, where);
  if (shape.document()) return value;
  if (shape.kind() == ShapeKind::list) {
    if (!value.is_array()) return wrong_type(where, "a list");
    JsonArray array;
    for (const auto& item : value.get_array()) {
      HM_TRY(auto read, read_json(shape.element().shape(), item, where + "/" + std::to_string(array.size())));
      array.push_back(std::move(read));
    }
    return Json(std::move(array));
  }
  if (shape.kind() == ShapeKind::map) {
    if (!value.is_object()) return wrong_type(where, "an object");
    JsonObject object;
    for (const auto& [key, item] : value.get_object()) {
      HM_TRY(object[key], read_json(shape.value().shape(), item, where + "/" + std::string(key)));
    }
    return Json(std::move(object));
  }
  return read_scalar(shape, value, where);
}

Result<Json> parse_json_body(const Wire& wire, std::string_view body) {
  const auto input = wire.operation.input();
  if (!input || body.empty()) return Json(JsonObject{});
  auto parsed = parse_json(body);
  if (!parsed) return refusal(400, "SerializationException", "The request body is not valid JSON.");
  return read_json(*input, *parsed, "");
}

void append_json(std::string& out, Shape shape, TimestampFormat format, const Json& value) {
  // A free-form document is written as it is, whatever kind its shape claims: it has no members to go by.
  const bool modelled = !shape.document();
  if (modelled && shape.kind() == ShapeKind::structure && value.is_object()) {
    append_structure(out, shape, value.get_object());
  } else if (modelled && shape.kind() == ShapeKind::list && value.is_array()) {
    out += '[';
    bool first = true;
    const auto element = shape.element();
    for (const auto& item : value.get_array()) {
      if (!std::exchange(first, false)) out += ',';
      append_json(out, element.shape(), element.timestamp_format(), item);
    }
    out += ']';
  } else if (modelled && shape.kind() == ShapeKind::map && value.is_object()) {
    out += '{';
    bool first = true;
    const auto element = shape.value();
    for (const auto& [key, item] : value.get_object()) {
      if (!std::exchange(first, false)) out += ',';
      append_text(out, key);
      out += ':';
      append_json(out, element.shape(), element.timestamp_format(), item);
    }
    out += '}';
  } else if (modelled && shape.kind() == ShapeKind::timestamp) {
    append_timestamp(out, format, value, shape);
  } else {
    out += to_json(value);
  }
}

}  // namespace hm::sim
