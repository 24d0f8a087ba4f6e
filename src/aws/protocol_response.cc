// Answers that succeeded. What went wrong is in protocol_error.cc.
#include "aws/protocol_response.h"

#include <fmt/format.h>

#include "aws/cbor.h"
#include "aws/protocol.h"
#include "aws/protocol_scalar.h"
#include "aws/protocol_text.h"
#include "aws/xml_reader.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The next element of a list in a header: up to a comma, in quotes where it has one itself.
std::string next_element(std::string_view& rest) {
  std::string element;
  rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.starts_with('"')) {
    size_t at = 1;
    for (; at < rest.size() && rest[at] != '"'; ++at) {
      if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
      element += rest[at];
    }
    rest.remove_prefix(std::min(at + 1, rest.size()));
    const size_t comma = rest.find(',');
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    return element;
  }
  const size_t comma = rest.find(',');
  element = trimmed(rest.substr(0, comma));
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  return element;
}

// "Mon, 16 Dec 2019 23:48:18 GMT, Mon, …": the comma after the weekday separates nothing.
std::string next_http_date(std::string_view& rest) {
  const size_t weekday = rest.find(',');
  if (weekday == std::string_view::npos) return next_element(rest);
  const size_t comma = rest.find(',', weekday + 1);
  std::string element(trimmed(rest.substr(0, comma)));
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  return element;
}

Result<Json> header_list(const Member& member, std::string_view text) {
  const Member element = member.shape().element();
  const bool dates = element.shape().kind() == ShapeKind::timestamp &&
                     (element.timestamp_format() == TimestampFormat::none ||
                      element.timestamp_format() == TimestampFormat::rfc822);
  JsonArray items;
  while (!text.empty()) {
    const std::string one = dates ? next_http_date(text) : next_element(text);
    HM_TRY(Json item, scalar_of_text(element, one));
    items.push_back(std::move(item));
  }
  return Json(std::move(items));
}

Result<Json> header_value(const Member& member, std::string_view text) {
  if (member.json_value()) {
    HM_TRY(const std::string decoded, unbase64(text));
    return parse_json(decoded);
  }
  if (member.shape().kind() == ShapeKind::list) return header_list(member, text);
  return scalar_of_text(member, text);
}

// All fields whose names begin with the member's prefix.
Json header_map(const Member& member, const HttpHeaders& headers) {
  JsonObject result;
  for (const auto& [name, value] : headers) {
    if (!starts_with_ignoring_case(name, member.location_name())) continue;
    result.emplace(as_utf8(std::string_view(name).substr(member.location_name().size())), as_utf8(value));
  }
  return result;
}

Result<JsonObject> structure_of_body(const Service& service, const Shape& shape, std::string_view wrapper,
                                     std::string body) {
  if (is_xml(service)) {
    HM_TRY(const XmlAnswer xml, XmlAnswer::parse(std::move(body)));
    HM_TRY(Json result, xml.read_structure(shape, wrapper));
    return std::move(result.get_object());
  }
  HM_TRY(const Json document, read_document(service, body));
  return structure_of_json(shape, document, service.protocol() == Protocol::rest_json);
}

Result<Json> payload_value(const Service& service, const Member& payload, std::string body) {
  const ShapeKind kind = payload.shape().kind();
  if (kind == ShapeKind::blob) return Json(base64(body));
  if (kind == ShapeKind::string) return scalar_of_text(payload, body);
  if (service.protocol() == Protocol::rest_xml) {
    HM_TRY(const XmlAnswer xml, XmlAnswer::parse(std::move(body)));
    return xml.read_payload(payload);
  }
  HM_TRY(const Json document, read_document(service, body));
  return value_of_json(payload, document, true);
}

bool has_body_members(const Shape& shape) {
  for (const Member member : shape.members()) {
    if (member.location() == Location::body) return true;
  }
  return false;
}

}  // namespace

bool is_xml(const Service& service) {
  const Protocol protocol = service.protocol();
  return protocol == Protocol::ec2 || protocol == Protocol::query || protocol == Protocol::rest_xml;
}

Result<Json> read_document(const Service& service, std::string_view body) {
  if (body.empty()) return Json(JsonObject());
  if (service.protocol() == Protocol::cbor) return read_cbor(body);
  auto document = parse_json(body);
  if (!document) return make_error(ErrorKind::corrupt, "json", "the answer is " + document.error().message);
  return document;
}

Result<JsonObject> read_bound_members(const Shape& shape, const HttpResponse& response) {
  JsonObject result;
  for (const Member member : shape.members()) {
    if (member.location() == Location::status) result.emplace(member.name(), response.status);
    if (member.location() == Location::headers)
      result.emplace(member.name(), header_map(member, response.headers));
    if (member.location() != Location::header) continue;
    const std::string* text = response.headers.find(member.wire_name());
    if (text == nullptr) continue;
    HM_TRY(Json value, header_value(member, as_utf8(*text)));
    result.emplace(member.name(), std::move(value));
  }
  return result;
}

Result<Json> parse(const Service& service, const Operation& operation, HttpResponse response) {
  if (response.status >= 300) return parse_error(service, operation, std::move(response));
  HM_DO(refuse_unsupported(service, operation));
  const auto output = operation.output();
  if (!output) return Json(JsonObject());
  if (service.protocol() != Protocol::rest_json && service.protocol() != Protocol::rest_xml) {
    HM_TRY(JsonObject result,
           structure_of_body(service, *output, operation.result_wrapper(), std::move(response.body)));
    return Json(std::move(result));
  }
  HM_TRY(JsonObject result, read_bound_members(*output, response));
  if (const auto payload = output->find(output->payload())) {
    // No text is an empty text, but no bytes are no document and no blob.
    const bool absent =
        response.body.empty() && !payload->streaming() && payload->shape().kind() != ShapeKind::string;
    if (!absent) {
      HM_TRY(Json value, payload_value(service, *payload, std::move(response.body)));
      if (!value.is_null()) result.emplace(payload->name(), std::move(value));
    }
  } else if (has_body_members(*output)) {
    HM_TRY(JsonObject body, structure_of_body(service, *output, {}, std::move(response.body)));
    for (auto& entry : body) result.emplace(entry.key(), std::move(entry.value()));
  }
  return Json(std::move(result));
}

}  // namespace hm::aws
