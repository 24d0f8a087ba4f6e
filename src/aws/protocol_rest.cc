// rest-json and rest-xml: members go into the path, the query, headers and the body.
#include <fmt/format.h>

#include "aws/protocol_request.h"
#include "aws/protocol_text.h"
#include "aws/protocol_time.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

bool is_float(const Shape& shape) {
  return shape.kind() == ShapeKind::float_number || shape.kind() == ShapeKind::double_number;
}

// A scalar in the path or the query.
std::string plain_text(const Member& member, const Json& value) {
  if (member.shape().kind() == ShapeKind::timestamp) {
    return wire_time_text(value, member.timestamp_format(), TimestampFormat::iso8601);
  }
  return is_float(member.shape()) ? number_text(value) : scalar_text(value);
}

// A list in a header is separated by commas, so an element that has one is quoted.
std::string header_element(const Member& element, const Json& value);

std::string header_text(const Member& member, const Json& value) {
  const Shape shape = member.shape();
  if (member.json_value()) return base64(to_json(value));
  switch (shape.kind()) {
    case ShapeKind::timestamp:
      return wire_time_text(value, member.timestamp_format(), TimestampFormat::rfc822);
    case ShapeKind::list: {
      std::string text;
      for (const Json& item : value.get_array()) {
        if (item.is_null()) continue;
        if (!text.empty()) text += ',';
        text += header_element(shape.element(), item);
      }
      return text;
    }
    default:
      return is_float(shape) ? number_text(value) : scalar_text(value);
  }
}

std::string header_element(const Member& element, const Json& value) {
  std::string text = header_text(element, value);
  if (element.shape().kind() != ShapeKind::string || text.find_first_of("\",") == std::string::npos)
    return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

class RestWriter {
 public:
  RestWriter(const Operation& operation, const Json& params, WireRequest& request)
      : operation_(operation), params_(params), request_(request) {}

  Status path();
  void query();
  void headers();
  void body(Protocol protocol);

 private:
  const Json* given(const Member& member) const {
    const Json* value = member_of(params_, member.name());
    return value != nullptr && !value->is_null() ? value : nullptr;
  }
  static const Json* member_of(const Json& object, std::string_view name) { return hm::member(object, name); }
  const Json* label_value(std::string_view label, std::optional<Member>& found) const;
  void query_pair(std::string_view name, std::string_view value);
  void query_member(const Member& member, const Json& value);
  void structure_body(Protocol protocol, const Shape& input);
  void payload_body(Protocol protocol, const Member& payload, const Json* value);

  const Operation& operation_;
  const Json& params_;
  WireRequest& request_;
};

const Json* RestWriter::label_value(std::string_view label, std::optional<Member>& found) const {
  const auto input = operation_.input();
  if (!input) return nullptr;
  for (const Member member : input->members()) {
    if (member.location() == Location::uri && member.wire_name() == label) {
      found = member;
      return given(member);
    }
  }
  return nullptr;
}

// Fills the labels of the model's URI; "{Key+}" keeps slashes.
Status RestWriter::path() {
  const std::string_view uri = operation_.request_uri();
  const size_t question = uri.find('?');
  std::string_view rest = uri.substr(0, question);
  if (question != std::string_view::npos) request_.query = uri.substr(question + 1);
  while (!rest.empty()) {
    const size_t open = rest.find('{');
    request_.path += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const size_t close = rest.find('}', open);
    if (close == std::string_view::npos) break;
    std::string_view label = rest.substr(open + 1, close - open - 1);
    rest.remove_prefix(close + 1);
    const bool greedy = label.ends_with('+');
    if (greedy) label.remove_suffix(1);
    std::optional<Member> member;
    const Json* value = label_value(label, member);
    const std::string text = value != nullptr ? plain_text(*member, *value) : std::string();
    if (text.empty()) {
      return make_error(
          ErrorKind::invalid, "ParamValidation",
          fmt::format("Parameter validation failed:\nInvalid length for parameter {}, value: 0, valid "
                      "min length: 1",
                      member ? member->name() : label));
    }
    request_.path += percent_encode(text, greedy ? "/~" : "");
  }
  return ok();
}

void RestWriter::query_pair(std::string_view name, std::string_view value) {
  if (!request_.query.empty()) request_.query += '&';
  request_.query += percent_encode(name) + "=" + percent_encode(value);
}

void RestWriter::query_member(const Member& member, const Json& value) {
  const Shape shape = member.shape();
  if (shape.kind() == ShapeKind::list) {
    for (const Json& item : value.get_array())
      query_pair(member.wire_name(), plain_text(shape.element(), item));
    return;
  }
  if (shape.kind() != ShapeKind::map) return query_pair(member.wire_name(), plain_text(member, value));
  // A map's entries are parameters themselves; a parameter of the model wins over one of the same name.
  const auto input = operation_.input();
  for (const auto& [key, item] : value.get_object()) {
    bool taken = false;
    for (const Member other : input->members()) {
      taken = taken || (other.location() == Location::query && other.shape().kind() != ShapeKind::map &&
                        other.wire_name() == std::string_view(key) && given(other) != nullptr);
    }
    if (taken) continue;
    if (const JsonArray* items = item.if_array()) {
      for (const Json& one : *items) query_pair(key, plain_text(shape.value().shape().element(), one));
    } else {
      query_pair(key, plain_text(shape.value(), item));
    }
  }
}

void RestWriter::query() {
  const auto input = operation_.input();
  if (!input || !params_.is_object()) return;
  for (const auto& [key, value] : params_.get_object()) {
    const auto member = input->find(key);
    if (member && !value.is_null() && member->location() == Location::query) query_member(*member, value);
  }
}

void RestWriter::headers() {
  const auto input = operation_.input();
  if (!input || !params_.is_object()) return;
  for (const auto& [key, value] : params_.get_object()) {
    const auto member = input->find(key);
    if (!member || value.is_null()) continue;
    if (member->location() == Location::headers) {
      for (const auto& [name, item] : value.get_object()) {
        request_.headers.set(std::string(member->location_name()) + std::string(name), scalar_text(item));
      }
    } else if (member->location() == Location::header) {
      if (value.is_array() && value.get_array().empty()) continue;
      request_.headers.set(std::string(member->wire_name()), header_text(*member, value));
    }
  }
}

void RestWriter::payload_body(Protocol protocol, const Member& payload, const Json* value) {
  const ShapeKind kind = payload.shape().kind();
  request_.streaming = payload.streaming();
  if (kind == ShapeKind::blob || kind == ShapeKind::string) {
    if (value != nullptr)
      request_.body = kind == ShapeKind::blob ? blob_bytes(*value) : std::string(as_text(*value));
  } else if (value != nullptr) {
    request_.body =
        protocol == Protocol::rest_json ? json_payload(payload, *value) : xml_payload(payload, *value);
  } else if (protocol == Protocol::rest_json) {
    request_.body = "{}";
  }
}

void RestWriter::structure_body(Protocol protocol, const Shape& input) {
  bool in_model = false;
  bool is_given = false;
  for (const Member member : input.members()) {
    if (member.location() != Location::body) continue;
    in_model = true;
    is_given = is_given || given(member) != nullptr;
  }
  if (protocol == Protocol::rest_json && in_model) request_.body = json_body(input, params_);
  if (protocol == Protocol::rest_xml && is_given) request_.body = xml_body(operation_, params_);
}

std::string_view content_type(Protocol protocol, const std::optional<Member>& payload, bool has_body) {
  const ShapeKind kind = payload ? payload->shape().kind() : ShapeKind::structure;
  // What a stream holds only the caller can say.
  if (kind == ShapeKind::blob) return payload->streaming() ? "" : "application/octet-stream";
  if (!has_body) return "";
  if (kind == ShapeKind::string) return "text/plain";
  return protocol == Protocol::rest_json ? "application/json" : "application/xml";
}

void RestWriter::body(Protocol protocol) {
  const auto input = operation_.input();
  if (!input) return;
  const auto payload = input->find(input->payload());
  if (payload) {
    payload_body(protocol, *payload, given(*payload));
  } else {
    structure_body(protocol, *input);
  }
  const std::string_view type = content_type(protocol, payload, !request_.body.empty());
  if (!type.empty() && request_.headers.find("Content-Type") == nullptr) {
    request_.headers.set("Content-Type", std::string(type));
  }
}

}  // namespace

Status write_rest_request(const Service& service, const Operation& operation, const Json& params,
                          WireRequest& request) {
  RestWriter writer(operation, params, request);
  HM_DO(writer.path());
  writer.query();
  writer.headers();
  writer.body(service.protocol());
  return ok();
}

}  // namespace hm::aws
