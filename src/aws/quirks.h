// The handful of documented exceptions: what single services want or answer differently from what their
// models say. This is the one place in the client where services have names.
#pragma once

#include <optional>

#include "aws/client.h"
#include "aws/endpoint.h"
#include "aws/model.h"
#include "aws/protocol.h"
#include "base/http_client.h"
#include "base/json.h"

namespace hm::aws {

// Changes the parameters as the service wants them (UserData in base64, "/hostedzone/" cut off ids...).
// Fails where the parameters cannot work at all.
Status amend_params(const Service& service, const Operation& operation, JsonObject& params);

// Changes the request before it gets its endpoint: paths and host prefixes that the endpoint rules write
// themselves, headers that the model does not know.
void amend_wire(const Service& service, const Operation& operation, WireRequest& wire);

// Changes the request once it has its URL.
void amend_request(const Service& service, const Operation& operation, HttpRequest& request);

// Whether the operation is for callers who have no credentials yet.
bool never_signed(const Service& service, const Operation& operation);

// Whether the request wants a URL in it that is presigned for another region: the copy of a snapshot reads
// in one region and writes in the other.
struct CrossRegion {
  std::string_view parameter;  // where the URL goes
  bool source_in_body;         // EC2 wants SourceRegion and DestinationRegion as well
};
std::optional<CrossRegion> cross_region(const Service& service, const Operation& operation);

// Whether the payload's hash is a header of its own and the path is signed as it is: the S3 family.
bool signs_like_s3(const Service& service);
// The one region that a service signs in although its endpoint rules do not say so; else empty.
std::string_view signing_region(const Service& service);
// The user's settings for S3, as far as they concern the service.
void apply_s3_options(const Service& service, const Json& params, const S3Options& s3,
                      EndpointOptions& endpoint);
// Whether calls name a bucket, which lives in one region and answers with redirects from the others.
bool has_buckets(const Service& service);

// An answer of status 200 that holds an error after all: to be taken for a 500.
bool hides_error(const Service& service, const Operation& operation, const HttpResponse& response);

// Changes the answer's document to what the AWS CLI prints. `asked` is what the caller gave, `body` the
// answer's text.
void amend_document(const Service& service, const Operation& operation, const Json& asked,
                    const HttpHeaders& headers, std::string_view body, Json& document);
// Whether amend_document needs the body, which parsing uses up.
bool wants_body(const Service& service, const Operation& operation);

}  // namespace hm::aws
