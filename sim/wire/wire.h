// What travels: AWS's protocols seen from the server. Requests become documents in the form of the
// operation's input shape, documents in the form of the output shape become responses. Nothing here is shared
// with the client in src/aws but the models, so that a misreading on one side shows on the other.
//
// Documents hold timestamps as ISO text ("2026-11-23T15:04:05Z") and blobs as base64, whatever the protocol.
// Everything here is stateless and safe in any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/model.h"
#include "base/http_server.h"
#include "base/json.h"

namespace hm::sim {

// A refusal is what AWS answers instead of a result: its code, its sentence and its HTTP status.
Error refusal(int status, std::string code, std::string message);
int status_of(const Error& refused);

using Fields = std::vector<std::pair<std::string, std::string>>;

// Name=value pairs of a query string or a form body, decoded, in order. At most 20,000.
Fields parse_form(std::string_view text);

// A request after dispatch: which operation, in which protocol, and the labels of its path.
struct Wire {
  aws::Service service;
  aws::Operation operation;
  aws::Protocol protocol = aws::Protocol::query;
  std::map<std::string, std::string> labels;  // of a REST path, decoded
  Fields query;                               // of the URL, decoded
};

// The input document; a refusal where the request cannot be read or breaks the model (missing, unknown or
// mistyped parameters), worded as the protocol's services do.
Result<Json> parse_input(const Wire& wire, const ServerRequest& request);
ServerResponse write_output(const Wire& wire, const Json& document, const std::string& request_id);
ServerResponse write_refusal(const Wire& wire, const Error& refused, const std::string& request_id);

// The pieces, one file each.
Result<Json> parse_flat(const Wire& wire, const Fields& fields);          // ec2 and query
Result<Json> parse_json_body(const Wire& wire, std::string_view body);    // json 1.0 and 1.1
Result<Json> parse_cbor_body(const Wire& wire, std::string_view body);    // RPC v2
Result<Json> parse_rest(const Wire& wire, const ServerRequest& request);  // rest-json and rest-xml
Result<Json> parse_xml_body(aws::Shape shape, std::string_view body);
// A JSON value read by a shape: unknown members dropped, types checked. `where` names it in refusals.
Result<Json> read_json(aws::Shape shape, const Json& value, const std::string& where);
Result<Json> read_text(aws::Shape shape, aws::TimestampFormat format, std::string_view text,
                       const std::string& where);
Status check_required(const Wire& wire, const Json& params);

std::string write_xml_output(const Wire& wire, const Json& document, const std::string& request_id);
ServerResponse write_rest_output(const Wire& wire, const Json& document, const std::string& request_id);
std::string write_cbor_output(const Wire& wire, const Json& document);
std::string write_cbor_error(const Error& refused);
void append_json(std::string& out, aws::Shape shape, aws::TimestampFormat format, const Json& value);
std::string scalar_text(aws::Shape shape, aws::TimestampFormat format, const Json& value);

}  // namespace hm::sim
