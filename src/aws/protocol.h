// AWS's wire protocols (ec2, query, json 1.0 and 1.1, rest-json, rest-xml, RPC v2 CBOR), both directions,
// driven by the models alone: no service is named here. A request gets its endpoint, checksums and signature
// from the client. Pure functions, safe in any thread.
//
// How values stand in documents, going in and coming out:
//   timestamp    "2026-11-23T08:52:06+00:00", microseconds only where they are not zero; going in, anything
//   that
//                parse_iso understands, or a number of seconds since 1970
//   blob         base64 text
//   float        a number; "NaN", "Infinity" and "-Infinity" as text, which JSON has no other way to say
//   integer      exact over the 64-bit range; beyond it, text
//   document     any JSON
// A member that is null is one that was not given.
//
// Event streams are refused by name (kind invalid, code "unsupported").
#pragma once

#include <functional>
#include <string>

#include "aws/model.h"
#include "base/http_client.h"
#include "base/json.h"

namespace hm::aws {

// One request of an operation, before it has an endpoint and a signature.
struct WireRequest {
  std::string method;
  std::string path;     // percent-encoded; to append to the endpoint's own path, which stands alone if empty
  std::string query;    // percent-encoded, in the model's order, without '?'; often empty
  HttpHeaders headers;  // what the protocol asks for; no host, length, date or signature
  std::string body;     // may be empty
  std::string host_prefix;  // to put before the endpoint's host, labels filled in; mostly empty
  bool streaming = false;   // the body is a streaming blob
};

struct SerializeOptions {
  // Makes the value of idempotency tokens that were not given; else random UUIDs. Keep the request for a
  // retry: a second serialize() makes another token.
  std::function<std::string()> new_token;
};

// Checks the parameters (see validate_params), fills in tokens and writes the request.
Result<WireRequest> serialize(const Service& service, const Operation& operation, const Json& params,
                              const SerializeOptions& options = {});

// All faults at once, in the AWS CLI's words, as one error of kind invalid and code "ParamValidation".
Status validate_params(const Operation& operation, const Json& params);

// The result document: members in the model's order, those of headers first; absent ones are left out. An
// answer with a status of 300 or more is the error that AWS means, see parse_error. An answer that is not
// what the protocol says is an error of kind corrupt. The body is used up.
Result<Json> parse(const Service& service, const Operation& operation, HttpResponse response);

// The error in an answer: code and message as AWS words them, a kind that follows from both, and the notes
//   http_status, request_id     as far as they are known
//   fault                       "Sender" or "Receiver", where the answer says it
//   members                     JSON text: what the model says besides, where there is any
//   retryable                   "yes" or "throttling", where the model says so
// `body` is used up.
Error parse_error(const Service& service, const Operation& operation, HttpResponse response);

}  // namespace hm::aws
