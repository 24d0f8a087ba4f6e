// From an operation and its parameters to the bytes on the wire: parameters checked and amended, serialized,
// sent to the right endpoint, with checksums; signed anew for every attempt.
#pragma once

#include <functional>

#include "aws/client.h"
#include "aws/endpoint.h"
#include "aws/model.h"
#include "aws/sigv4.h"

namespace hm::aws {

struct RequestOptions {
  EndpointOptions endpoint;
  std::function<std::string()> new_token;  // for idempotency tokens; else random UUIDs
  std::string user_agent;
  std::optional<bool> sign_s3_payload;  // as S3Options::sign_payload
  bool add_checksums = true;            // this and the next as in ClientOptions
  bool check_answers = true;
  size_t compress_from_bytes = 10240;  // botocore's default, for the operations that allow it
};

// A request that lacks only its signature. Kept over the attempts of one call, with its tokens.
struct PreparedRequest {
  HttpRequest http;
  Signing signing;  // without its time
  bool sign = true;
  // Where the request must hold a URL that is presigned for another region: see cross_region().
  std::string presign_url;  // the unsigned GET of the source region; else empty
  std::string presign_region;
  std::string presign_parameter;
  std::string destination_region;  // to be named in the request as well; mostly empty
};

class RequestBuilder {
 public:
  explicit RequestBuilder(EndpointResolver& endpoints) : endpoints_(endpoints) {}
  Result<PreparedRequest> prepare(const Service& service, const Operation& operation, const Json& params,
                                  const RequestOptions& options) const;

 private:
  EndpointResolver& endpoints_;
};

// Signs a copy for one attempt.
HttpRequest signed_request(const PreparedRequest& prepared, Signer& signer, const Credentials& credentials,
                           Time now);

}  // namespace hm::aws
