// Checksums that protect bodies on the way: S3's x-amz-checksum-* in both directions, and DynamoDB's CRC32.
#pragma once

#include "aws/model.h"
#include "base/http_client.h"
#include "base/json.h"

namespace hm::aws {

// Adds the checksum that the operation asks for or, where `supported` says so, can have: the caller's
// algorithm, else CRC32. One that the caller has given stays. Fails on an algorithm that is not supported;
// gives whether it added one.
Result<bool> add_request_checksum(const Operation& operation, const Json& params, bool supported,
                                  HttpRequest& request);

// Asks for the checksum of the answer where the operation's can bear one and the caller has not said.
void ask_for_checksum(const Operation& operation, JsonObject& params);

// Fails (kind corrupt, code "bad_checksum") where the answer's checksum does not fit its body: where one was
// `asked` for, of operations whose answers bear one (the answer to an upload bears that of the upload), and
// DynamoDB's own. Checksums of other kinds, of parts of an object, and of objects uploaded in parts prove
// nothing and are passed over.
Status check_response_checksum(const Operation& operation, bool asked, const HttpResponse& response);

}  // namespace hm::aws
