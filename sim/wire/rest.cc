// REST, both ways: what goes into the path, the query, the headers and the payload.
#include "base/encoding.h"
#include "sim/wire/wire.h"
#include "sim/wire/xml_writer.h"

namespace hm::sim {

using aws::Location;
using aws::Member;
using aws::Protocol;
using aws::Shape;
using aws::ShapeKind;

std::string write_xml_root(std::string_view name, Shape shape, std::string_view xml_namespace,
                           const Json& document);

namespace {

std::string wire_name(const Member& member) {
  return std::string(member.location_name().empty() ? member.name() : member.location_name());
}

Result<Json> read_query(const Wire& wire, const Member& member) {
  const auto name = wire_name(member);
  const auto shape = member.shape();
  JsonArray items;
  JsonObject pairs;
  for (const auto& [key, value] : wire.query) {
    if (shape.kind() == ShapeKind::map) {
      pairs[key] = value;
    } else if (key == name) {
      const auto scalar = shape.kind() == ShapeKind::list ? shape.element().shape() : shape;
      HM_TRY(auto item, read_text(scalar, member.timestamp_format(), value, name));
      items.push_back(std::move(item));
    }
  }
  if (shape.kind() == ShapeKind::map) return pairs.empty() ? Json() : Json(std::move(pairs));
  if (items.empty()) return Json();
  return shape.kind() == ShapeKind::list ? Json(std::move(items)) : items.front();
}

Result<Json> read_header(const Member& member, const HttpHeaders& headers) {
  const auto name = wire_name(member);
  if (member.location() == Location::headers) {
    JsonObject map;
    for (const auto& [field, value] : headers) {
      if (field.size() > name.size() && equal_ignoring_case(field.substr(0, name.size()), name)) {
        map[field.substr(name.size())] = value;
      }
    }
    return map.empty() ? Json() : Json(std::move(map));
  }
  const auto* value = headers.find(name);
  if (value == nullptr) return Json();
  if (member.shape().kind() == ShapeKind::list) return Json(JsonArray{Json(*value)});
  return read_text(member.shape(), member.timestamp_format(), *value, name);
}

Result<Json> read_payload(const Wire& wire, Shape shape, const std::string& body) {
  if (shape.kind() == ShapeKind::structure) {
    if (body.empty()) return Json();
    if (wire.protocol == Protocol::rest_xml) return parse_xml_body(shape, body);
    auto parsed = parse_json(body);
    if (!parsed) return refusal(400, "SerializationException", "The request body is not valid JSON.");
    return read_json(shape, *parsed, "");
  }
  if (body.empty()) return Json();
  return Json(shape.kind() == ShapeKind::blob ? base64(body) : body);
}

Status read_body(const Wire& wire, Shape input, const std::string& body, JsonObject& params) {
  if (!input.payload().empty()) {
    const auto member = input.find(input.payload());
    if (!member) return ok();
    HM_TRY(auto value, read_payload(wire, member->shape(), body));
    if (!value.is_null()) params[member->name()] = std::move(value);
    return ok();
  }
  if (body.empty()) return ok();
  HM_TRY(auto rest, read_payload(wire, input, body));
  if (!rest.is_object()) return ok();
  for (const auto& member : input.members()) {
    if (member.location() != Location::body) continue;
    if (auto* value = rest.get_object().if_contains(member.name())) params[member.name()] = std::move(*value);
  }
  return ok();
}

void add_headers(Shape shape, const Json& document, ServerResponse& response) {
  for (const auto& member : shape.members()) {
    const auto* value = hm::member(document, member.name());
    if (value == nullptr || value->is_null()) continue;
    if (member.location() == Location::header) {
      auto format = member.timestamp_format();
      if (format == aws::TimestampFormat::none) format = aws::TimestampFormat::rfc822;
      response.headers.set(wire_name(member), scalar_text(member.shape(), format, *value));
    } else if (member.location() == Location::headers && value->is_object()) {
      for (const auto& [key, item] : value->get_object()) {
        response.headers.set(wire_name(member) + std::string(key), scalar_text(member.shape(), {}, item));
      }
    } else if (member.location() == Location::status && value->is_int64()) {
      response.status = static_cast<int>(value->get_int64());
    }
  }
}

bool has_body_members(Shape shape) {
  for (const auto& member : shape.members()) {
    if (member.location() == Location::body) return true;
  }
  return false;
}

std::string write_body(const Wire& wire, Shape shape, std::string_view root, std::string_view space,
                       const Json& document) {
  if (wire.protocol == Protocol::rest_xml) return write_xml_root(root, shape, space, document);
  std::string body;
  append_json(body, shape, aws::TimestampFormat::none, document);
  return body;
}

}  // namespace

Result<Json> parse_rest(const Wire& wire, const ServerRequest& request) {
  const auto input = wire.operation.input();
  JsonObject params;
  if (!input) return Json(std::move(params));
  for (const auto& member : input->members()) {
    Json value;
    switch (member.location()) {
      case Location::uri: {
        const auto label = wire.labels.find(wire_name(member));
        if (label == wire.labels.end()) break;
        HM_TRY(value, read_text(member.shape(), member.timestamp_format(), label->second, label->first));
        break;
      }
      case Location::query: {
        HM_TRY(value, read_query(wire, member));
        break;
      }
      case Location::header:
      case Location::headers: {
        HM_TRY(value, read_header(member, request.headers));
        break;
      }
      default:
        break;
    }
    if (!value.is_null()) params[member.name()] = std::move(value);
  }
  HM_DO(read_body(wire, *input, request.body, params));
  return Json(std::move(params));
}

ServerResponse write_rest_output(const Wire& wire, const Json& document, const std::string&) {
  ServerResponse response;
  response.status = wire.operation.response_code() != 0 ? wire.operation.response_code() : 200;
  response.body = std::string();
  const auto shape = wire.operation.output();
  if (!shape) return response;
  add_headers(*shape, document, response);
  const bool xml = wire.protocol == Protocol::rest_xml;
  const auto space = wire.service.name() == "s3" ? std::string_view("http://s3.amazonaws.com/doc/2006-03-01/")
                                                 : wire.service.xml_namespace();
  if (!shape->payload().empty()) {
    const auto member = shape->find(shape->payload());
    const auto* value = member ? hm::member(document, member->name()) : nullptr;
    if (value == nullptr) return response;
    if (value->is_string()) {
      std::string text(as_text(*value));
      if (member->shape().kind() == ShapeKind::blob) text = unbase64(text).value_or(std::string());
      response.body = std::move(text);
      return response;
    }
    const auto root = member->location_name().empty() ? member->shape().name() : member->location_name();
    response.body = write_body(wire, member->shape(), root, space, *value);
  } else if (wire.operation.name() == "GetBucketLocation") {
    // The one answer whose root element is the value itself.
    XmlWriter root;
    root.open("LocationConstraint", space);
    XmlWriter::escape(root.buffer(), member_text(document, "LocationConstraint"));
    root.close("LocationConstraint");
    response.body = root.take();
  } else if (has_body_members(*shape)) {
    const auto root = shape->name();
    response.body = write_body(wire, *shape, root, space, document);
  } else if (!xml) {
    response.body = std::string("{}");
  }
  if (wire.operation.http_method() == std::string_view("HEAD")) response.body = std::string();
  response.headers.set("Content-Type", xml ? "application/xml" : "application/json");
  return response;
}

}  // namespace hm::sim
