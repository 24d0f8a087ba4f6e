// AWS Signature Version 4, in the Authorization header and as a presigned URL.
//
// SigV4a, Signature Version 2 and S3 Express sessions are not here on purpose: endpoint.h refuses them by
// name.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/crypto.h"
#include "base/http_client.h"
#include "base/sync.h"
#include "base/time.h"

namespace hm::aws {

// Where and how one request is signed.
struct Signing {
  std::string service;  // the signing name ("ec2", "monitoring"), not the CLI's word
  std::string region;
  Time time;  // the client's clock with its skew correction; seconds count
  // False for the S3 family: the path is then signed as it is sent, neither encoded again nor normalised.
  bool double_encode = true;
  bool content_sha256_header = false;  // S3 wants to see the payload's hash in X-Amz-Content-SHA256
  bool unsigned_payload = false;       // "UNSIGNED-PAYLOAD" for the hash: only over TLS
  bool sign_session_token = true;      // false: the token is added after signing
};

// Every step on the way, so that published vectors can compare each. Only the signature is secret, and that
// only until it expires.
struct SigningStages {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signed_headers;  // "host;x-amz-date"
  std::string signature;       // hexadecimal
};

// Thread-safe. Keeps the derived keys of the last day's (region, service, access key), at most kMaxKeys.
class Signer {
 public:
  static constexpr size_t kMaxKeys = 1024;

  // Sets X-Amz-Date, Authorization and, where they apply, X-Amz-Security-Token and X-Amz-Content-SHA256;
  // what an earlier attempt left there is replaced. A X-Amz-Content-SHA256 that is there already is believed,
  // which is how a streamed body or a repeated attempt avoids hashing again. Every other header is signed,
  // but for those that proxies change. The host is taken from the URL unless a Host header is set, and stands
  // in the URL in lower case from then on: what is sent must be what was signed.
  SigningStages sign(HttpRequest& request, const Credentials& credentials, const Signing& signing);

  // Puts the signature into the query of request.url, valid for `expires`; signs the headers that are set.
  // The host is lowered too.
  SigningStages presign(HttpRequest& request, const Credentials& credentials, const Signing& signing,
                        std::chrono::seconds expires);

 private:
  Digest signing_key(const Credentials& credentials, const Signing& signing, const std::string& date);
  std::string finish(SigningStages& stages, const Credentials& credentials, const Signing& signing,
                     const std::string& timestamp);

  struct Key {
    std::string secret;  // compared as well: a key id may be rotated to another secret
    Digest derived;
  };
  Synced<std::map<std::string, Key>> keys_;
};

// The steps alone, for tests and for whoever verifies a signature. `path` and `query` are as on the wire.
std::string canonical_path(std::string_view path, bool double_encode);
std::string canonical_query(std::string_view query);
// "20261123T150405Z"
std::string format_amz_date(Time time);

}  // namespace hm::aws
