// Signature Version 4 as the receiver sees it: taken apart and checked. Written for the simulator alone; it
// shares no line with the client's signer.
#pragma once

#include <map>
#include <string>

#include "base/http_server.h"
#include "base/sync.h"
#include "base/time.h"

namespace hm::sim {

// What the Authorization header or the query of a presigned URL says.
struct Signature {
  std::string access_key_id;
  std::string date;  // 20261123
  std::string region;
  std::string service;  // signing name
  std::string signed_headers;
  std::string value;
  std::string time;  // 20261123T150405Z
  std::string session_token;
  bool presigned = false;
  int64_t expires_s = 0;  // of a presigned URL
  bool present() const { return !access_key_id.empty(); }
};

// An absent signature gives an empty one; a mangled one, and one that leaves out the host or the date, is an
// error with code "IncompleteSignature", and a X-Amz-Content-SHA256 that is none is "InvalidArgument".
Result<Signature> read_signature(const ServerRequest& request);

class SignatureChecker {
 public:
  // Whether `signature` is what `secret` makes of the request. Thread-safe; derived keys are cached.
  bool matches(const ServerRequest& request, const Signature& signature, const std::string& secret) const;

 private:
  std::string derived_key(const Signature& signature, const std::string& secret) const;
  mutable Synced<std::map<std::string, std::string>> keys_;
};

// The moment in `time`, or an error where it is malformed.
Result<Time> signed_at(const Signature& signature);

}  // namespace hm::sim
