// The parts of serialize(): each writes one protocol's requests from parameters that were validated and
// completed. Private to the protocol files.
#pragma once

#include "aws/protocol.h"

namespace hm::aws {

// ec2 and query: a form in the body.
void write_query_request(const Service& service, const Operation& operation, const Json& params,
                         WireRequest& request);
// json 1.0 and 1.1: everything in the body, the operation in a header.
void write_json_request(const Service& service, const Operation& operation, const Json& params,
                        WireRequest& request);
void write_cbor_request(const Service& service, const Operation& operation, const Json& params,
                        WireRequest& request);
// rest-json and rest-xml: path, query, headers, and the body by one of the two below.
Status write_rest_request(const Service& service, const Operation& operation, const Json& params,
                          WireRequest& request);

// The members of a structure that are in the body, as a JSON or an XML text.
std::string json_body(const Shape& shape, const Json& params);
std::string xml_body(const Operation& operation, const Json& params);
// A payload member's value.
std::string json_payload(const Member& member, const Json& value);
std::string xml_payload(const Member& member, const Json& value);

}  // namespace hm::aws
