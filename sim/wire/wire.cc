#include "sim/wire/wire.h"

#include "base/encoding.h"
#include "sim/wire/xml_writer.h"

namespace hm::sim {

using aws::Protocol;

namespace {

constexpr size_t kMaxFields = 20'000;

// A request that is refused before it is known what it wants has no service.
bool is_s3(const Wire& wire) { return wire.service.raw != nullptr && wire.service.name() == "s3"; }

void add_request_id(const Wire& wire, ServerResponse& response, const std::string& request_id) {
  if (is_s3(wire)) {
    response.headers.set("x-amz-request-id", request_id);
    response.headers.set("x-amz-id-2", base64(request_id + request_id));
  } else {
    response.headers.set("x-amzn-RequestId", request_id);
  }
}

std::string json_error(const Error& refused) {
  return to_json(JsonObject{{"__type", refused.code}, {"message", refused.message}});
}

// The element after the envelope differs: EC2 says RequestID, query services RequestId, S3 has no envelope.
std::string xml_error(const Wire& wire, const Error& refused, const std::string& request_id) {
  XmlWriter xml;
  const auto fields = [&] {
    xml.text("Code", refused.code);
    xml.text("Message", refused.message);
  };
  if (is_s3(wire)) {
    xml.open("Error");
    fields();
    for (const char* key : {"BucketName", "Region"}) {
      if (const auto note = refused.notes.find(key); note != refused.notes.end()) xml.text(key, note->second);
    }
    xml.text("RequestId", request_id);
    xml.close("Error");
  } else if (wire.protocol == Protocol::ec2) {
    xml.open("Response");
    xml.open("Errors");
    xml.open("Error");
    fields();
    xml.close("Error");
    xml.close("Errors");
    xml.text("RequestID", request_id);
    xml.close("Response");
  } else {
    xml.open("ErrorResponse", wire.service.raw ? wire.service.xml_namespace() : std::string_view());
    xml.open("Error");
    xml.text("Type", status_of(refused) >= 500 ? "Receiver" : "Sender");
    fields();
    xml.close("Error");
    xml.text("RequestId", request_id);
    xml.close("ErrorResponse");
  }
  return xml.take();
}

}  // namespace

Error refusal(int status, std::string code, std::string message) {
  const auto kind = status == 404   ? ErrorKind::not_found
                    : status == 403 ? ErrorKind::denied
                    : status >= 500 ? ErrorKind::unavailable
                                    : ErrorKind::invalid;
  return make_error(kind, std::move(code), std::move(message)).note("http_status", std::to_string(status));
}

int status_of(const Error& refused) {
  const auto note = refused.notes.find("http_status");
  return note == refused.notes.end() ? 500 : std::atoi(note->second.c_str());
}

Fields parse_form(std::string_view text) {
  Fields fields;
  const auto decode = [](std::string_view piece) {
    std::string plain(piece);
    for (auto& c : plain) {
      if (c == '+') c = ' ';
    }
    return percent_decode(plain);
  };
  while (!text.empty() && fields.size() < kMaxFields) {
    const auto end = text.find('&');
    const auto piece = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    fields.emplace_back(decode(piece.substr(0, equals)),
                        equals == std::string_view::npos ? std::string() : decode(piece.substr(equals + 1)));
  }
  return fields;
}

Result<Json> parse_input(const Wire& wire, const ServerRequest& request) {
  Result<Json> params = JsonObject{};
  switch (wire.protocol) {
    case Protocol::ec2:
    case Protocol::query: {
      auto fields = wire.query;
      for (auto& field : parse_form(request.body)) fields.push_back(std::move(field));
      params = parse_flat(wire, fields);
      break;
    }
    case Protocol::json10:
    case Protocol::json11:
      params = parse_json_body(wire, request.body);
      break;
    case Protocol::rest_json:
    case Protocol::rest_xml:
      params = parse_rest(wire, request);
      break;
    case Protocol::cbor:
      params = parse_cbor_body(wire, request.body);
      break;
  }
  if (!params) return params;
  HM_DO(check_required(wire, *params));
  return params;
}

ServerResponse write_output(const Wire& wire, const Json& document, const std::string& request_id) {
  ServerResponse response;
  switch (wire.protocol) {
    case Protocol::ec2:
    case Protocol::query:
      response.headers.set("Content-Type", "text/xml;charset=UTF-8");
      response.body = write_xml_output(wire, document, request_id);
      break;
    case Protocol::rest_json:
    case Protocol::rest_xml:
      response = write_rest_output(wire, document, request_id);
      break;
    case Protocol::cbor:
      response.headers.set("Content-Type", "application/cbor");
      response.headers.set("smithy-protocol", "rpc-v2-cbor");
      response.body = write_cbor_output(wire, document);
      break;
    default: {
      std::string body = "{}";
      if (const auto shape = wire.operation.output()) {
        body.clear();
        append_json(body, *shape, aws::TimestampFormat::none, document);
      }
      response.headers.set("Content-Type", wire.protocol == Protocol::json10 ? "application/x-amz-json-1.0"
                                                                             : "application/x-amz-json-1.1");
      response.body = std::move(body);
    }
  }
  add_request_id(wire, response, request_id);
  return response;
}

ServerResponse write_refusal(const Wire& wire, const Error& refused, const std::string& request_id) {
  ServerResponse response;
  response.status = status_of(refused);
  switch (wire.protocol) {
    case Protocol::json10:
    case Protocol::json11:
      response.headers.set("Content-Type", "application/x-amz-json-1.1");
      response.body = json_error(refused);
      break;
    case Protocol::cbor:
      response.headers.set("Content-Type", "application/cbor");
      response.headers.set("smithy-protocol", "rpc-v2-cbor");
      response.body = write_cbor_error(refused);
      break;
    case Protocol::rest_json:
      response.headers.set("Content-Type", "application/json");
      response.headers.set("x-amzn-ErrorType", refused.code);
      response.body = json_error(refused);
      break;
    default:
      response.headers.set("Content-Type", "text/xml;charset=UTF-8");
      response.body = xml_error(wire, refused, request_id);
  }
  if (wire.service.raw != nullptr && wire.operation.raw != nullptr &&
      wire.operation.http_method() == std::string_view("HEAD")) {
    response.body = std::string();
  }
  if (const auto note = refused.notes.find("Region"); note != refused.notes.end()) {
    response.headers.set("x-amz-bucket-region", note->second);
  }
  add_request_id(wire, response, request_id);
  return response;
}

}  // namespace hm::sim
