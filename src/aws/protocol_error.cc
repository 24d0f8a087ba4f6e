// Error answers: what AWS means, whatever the protocol, the proxy in between or the service's age.
#include <algorithm>

#include "aws/error_codes.h"
#include "aws/protocol.h"
#include "aws/protocol_response.h"
#include "aws/protocol_scalar.h"
#include "aws/protocol_text.h"
#include "aws/xml_reader.h"

namespace hm::aws {

namespace {

struct Found {
  std::string code;
  std::string message;
  std::string fault;
  std::string request_id;
  std::string original_code;  // where a header renames it
  std::string bucket_region;
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

ErrorKind kind_of(std::string_view code, int status) {
  if (status == 429 || is_throttling_code(code)) return ErrorKind::throttled;
  if (code == "RequestTimeout" || code == "RequestTimeoutException") return ErrorKind::timeout;
  if (status >= 500) return ErrorKind::unavailable;
  if (status == 401 || status == 403 || is_denial_code(code)) return ErrorKind::denied;
  if (status == 404 || has(code, "NotFound") || code.starts_with("NoSuch")) return ErrorKind::not_found;
  if (status == 409 || has(code, "AlreadyExists") || has(code, "Conflict")) return ErrorKind::conflict;
  return ErrorKind::invalid;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Request Entity Too Large";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "";
  }
}

// "com.amazonaws.dynamodb#Name:http://…" is "Name".
std::string bare_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const size_t hash = code.rfind('#');
  return std::string(hash == std::string_view::npos ? code : code.substr(hash + 1));
}

Found from_xml(const XmlAnswer& xml) {
  auto text = xml.error_text();
  return {
      std::move(text.code),  std::move(text.message), std::move(text.fault), std::move(text.request_id), {},
      std::move(text.region)};
}

std::string_view first_text(const Json& body, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string_view text = member_text(body, name); !text.empty()) return text;
  }
  return {};
}

Found from_document(const Json& body, const HttpHeaders& headers) {
  Found found;
  found.message = first_text(body, {"message", "Message", "errorMessage"});
  std::string_view code = headers.get("x-amzn-errortype");
  if (code.empty()) code = first_text(body, {"__type", "code", "Code"});
  found.code = bare_code(code);
  const std::string_view renamed = headers.get("x-amzn-query-error");
  const size_t semicolon = renamed.find(';');
  if (semicolon != std::string_view::npos && semicolon > 0) {
    found.original_code = std::exchange(found.code, std::string(renamed.substr(0, semicolon)));
    found.fault = renamed.substr(semicolon + 1);
  }
  return found;
}

std::optional<Shape> shape_of(const Service& service, const Operation& operation, const Found& found) {
  const auto matches = [&](const Shape& shape) {
    return shape.error_code() == found.code || shape.name() == found.code ||
           (!found.original_code.empty() && shape.name() == found.original_code);
  };
  const auto of_operation = operation.errors();
  const auto own = std::find_if(of_operation.begin(), of_operation.end(), matches);
  if (own != of_operation.end()) return *own;
  const auto of_service = service.errors();
  const auto any = std::find_if(of_service.begin(), of_service.end(), matches);
  if (any != of_service.end()) return *any;
  return std::nullopt;
}

// A proxy's page, or nothing at all: only the status says something.
bool is_generic(const HttpResponse& response) {
  const size_t first = response.body.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return true;
  const std::string_view start = std::string_view(response.body).substr(first, 9);
  return start.starts_with("<html") || start.starts_with("<HTML") || equal_ignoring_case(start, "<!doctype");
}

void add_members(Error& error, const Shape& shape, const HttpResponse& response, Result<JsonObject> body) {
  JsonObject members;
  if (auto bound = read_bound_members(shape, response)) members = *std::move(bound);
  if (body) {
    for (auto& entry : *body) members.emplace(entry.key(), std::move(entry.value()));
  }
  if (!members.empty()) error.notes["members"] = to_json(members);
}

std::string request_id_of(const HttpHeaders& headers) {
  for (const std::string_view name : {"x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"}) {
    if (const std::string* id = headers.find(name)) return *id;
  }
  return {};
}

Error to_error(Found found, const HttpResponse& response) {
  if (found.code.empty()) found.code = std::to_string(response.status);
  if (found.message.empty()) found.message = reason_phrase(response.status);
  found.code = as_utf8(found.code);
  found.message = as_utf8(found.message);
  found.fault = as_utf8(found.fault);
  const ErrorKind kind = kind_of(found.code, response.status);
  Error error = make_error(kind, std::move(found.code), std::move(found.message));
  error.notes["http_status"] = std::to_string(response.status);
  std::string request_id = request_id_of(response.headers);
  if (request_id.empty()) request_id = std::move(found.request_id);
  if (!request_id.empty()) error.notes["request_id"] = as_utf8(request_id);
  if (!found.fault.empty()) error.notes["fault"] = std::move(found.fault);
  if (!found.bucket_region.empty()) error.notes["bucket_region"] = as_utf8(found.bucket_region);
  return error;
}

void add_model_facts(Error& error, const Shape& shape) {
  if (shape.throttling()) error.kind = ErrorKind::throttled;
  if (shape.retryable()) error.notes["retryable"] = shape.throttling() ? "throttling" : "yes";
}

}  // namespace

Error parse_error(const Service& service, const Operation& operation, HttpResponse response) {
  if (is_xml(service)) {
    auto xml = is_generic(response) ? Result<XmlAnswer>(make_error(ErrorKind::corrupt, "xml", "no XML"))
                                    : XmlAnswer::parse(std::move(response.body));
    if (!xml) return to_error({}, response);
    const Found found = from_xml(*xml);
    Error error = to_error(found, response);
    if (const auto shape = shape_of(service, operation, found)) {
      add_model_facts(error, *shape);
      auto body = xml->read_error(*shape);
      add_members(
          error, *shape, response,
          body ? Result<JsonObject>(std::move(body->get_object())) : Result<JsonObject>(body.error()));
    }
    return error;
  }
  const auto body =
      is_generic(response) ? Result<Json>(Json(JsonObject())) : read_document(service, response.body);
  // A body that is no document is best shown as it is.
  if (!body) {
    Found found = from_document(Json(JsonObject()), response.headers);
    if (service.protocol() != Protocol::cbor) found.message = response.body.substr(0, 1000);
    return to_error(std::move(found), response);
  }
  const Found found = from_document(*body, response.headers);
  Error error = to_error(found, response);
  if (const auto shape = shape_of(service, operation, found)) {
    add_model_facts(error, *shape);
    add_members(error, *shape, response,
                structure_of_json(*shape, *body, service.protocol() == Protocol::rest_json));
  }
  return error;
}

}  // namespace hm::aws
