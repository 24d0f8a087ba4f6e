#include "sim/server/refusals.h"

namespace hm::sim {

namespace {

enum Family { kEc2, kQuery, kJson, kRestJson, kS3, kFamilies };

struct Wording {
  int status;
  const char* code;
  const char* message = nullptr;  // where the service has words of its own
};

struct Row {
  Reason reason;
  Wording by_family[kFamilies];
  const char* message;
};

constexpr const char* kNotValidated = "AWS was not able to validate the provided access credentials";

// Codes, statuses and words as the services answer them (common error types of each API reference).
constexpr Row kRows[] = {
    {Reason::missing_credentials,
     {{401, "AuthFailure", kNotValidated},
      {403, "MissingAuthenticationToken"},
      {400, "MissingAuthenticationTokenException"},
      {403, "MissingAuthenticationTokenException"},
      {403, "AccessDenied", "Access Denied"}},
     "The request must contain a valid (registered) AWS access key ID and a signature."},
    {Reason::unknown_key,
     {{401, "AuthFailure", kNotValidated},
      {403, "InvalidClientTokenId"},
      {400, "UnrecognizedClientException"},
      {403, "UnrecognizedClientException"},
      {403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."}},
     "The security token included in the request is invalid."},
    {Reason::bad_token,
     {{401, "AuthFailure", kNotValidated},
      {403, "InvalidClientTokenId"},
      {400, "UnrecognizedClientException"},
      {403, "UnrecognizedClientException"},
      {400, "InvalidToken", "The provided token is malformed or otherwise invalid."}},
     "The security token included in the request is invalid."},
    {Reason::wrong_signature,
     {{401, "AuthFailure", kNotValidated},
      {403, "SignatureDoesNotMatch"},
      {400, "InvalidSignatureException"},
      {403, "InvalidSignatureException"},
      {403, "SignatureDoesNotMatch",
       "The request signature we calculated does not match the signature you provided. Check your key and "
       "signing method."}},
     "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
     "Access "
     "Key and signing method."},
    {Reason::expired_session,
     {{400, "RequestExpired", "Request has expired."},
      {403, "ExpiredToken"},
      {400, "ExpiredTokenException"},
      {403, "ExpiredTokenException"},
      {400, "ExpiredToken", "The provided token has expired."}},
     "The security token included in the request is expired"},
    {Reason::skewed_clock,
     {{400, "RequestExpired", "Request has expired."},
      {403, "SignatureDoesNotMatch"},
      {400, "InvalidSignatureException"},
      {403, "InvalidSignatureException"},
      {403, "RequestTimeTooSkewed",
       "The difference between the request time and the current time is too large."}},
     "Signature expired: the difference between the request time and the current time is too large."},
    {Reason::expired_url,
     {{400, "RequestExpired", "Request has expired."},
      {403, "SignatureDoesNotMatch"},
      {400, "InvalidSignatureException"},
      {403, "InvalidSignatureException"},
      {403, "AccessDenied"}},
     "Request has expired"},
    {Reason::denied,
     {{403, "UnauthorizedOperation"},
      {403, "AccessDenied"},
      {400, "AccessDeniedException"},
      {403, "AccessDeniedException"},
      {403, "AccessDenied", "Access Denied"}},
     "You are not authorized to perform this operation."},
    {Reason::throttled,
     {{503, "RequestLimitExceeded", "Request limit exceeded."},
      {400, "Throttling"},
      {400, "ThrottlingException"},
      {429, "TooManyRequestsException"},
      {503, "SlowDown", "Please reduce your request rate."}},
     "Rate exceeded"},
    {Reason::internal,
     {{500, "InternalError", "An internal error has occurred"},
      {500, "InternalFailure"},
      {500, "InternalFailure"},
      {500, "ServiceException"},
      {500, "InternalError", "We encountered an internal error. Please try again."}},
     "An internal error has occurred. Please try your query again at a later time."},
};

Family family_of(const Wire& wire) {
  if (wire.service.raw != nullptr && wire.service.name() == "s3") return kS3;
  switch (wire.protocol) {
    case aws::Protocol::ec2:
      return kEc2;
    case aws::Protocol::json10:
    case aws::Protocol::json11:
    case aws::Protocol::cbor:
      return kJson;
    case aws::Protocol::rest_json:
      return kRestJson;
    default:
      return kQuery;
  }
}

}  // namespace

Error refuse(const Wire& wire, Reason reason, const std::string& detail) {
  for (const auto& row : kRows) {
    if (row.reason != reason) continue;
    const auto& wording = row.by_family[family_of(wire)];
    const char* message = wording.message != nullptr ? wording.message : row.message;
    return refusal(wording.status, wording.code, detail.empty() ? message : detail);
  }
  return refusal(500, "InternalFailure", detail);
}

}  // namespace hm::sim
