// What answers and error answers share. Private to the protocol files.
#pragma once

#include "aws/protocol.h"

namespace hm::aws {

// Event streams, in or out.
Status refuse_unsupported(const Service& service, const Operation& operation);
bool is_xml(const Service& service);
// A JSON or CBOR body; nothing is an empty object.
Result<Json> read_document(const Service& service, std::string_view body);
// The members of a structure that are in headers and the status line.
Result<JsonObject> read_bound_members(const Shape& shape, const HttpResponse& response);

}  // namespace hm::aws
