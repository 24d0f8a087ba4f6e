#include "aws/error_codes.h"

#include <algorithm>
#include <array>

namespace hm::aws {

namespace {

// The throttled errors of the SDKs' standard retry mode (botocore, retries/standard.py), and EFS's own
// TooManyRequests, which that list leaves to the status 429.
constexpr std::array<std::string_view, 15> kThrottling = {"Throttling",
                                                          "ThrottlingException",
                                                          "ThrottledException",
                                                          "RequestThrottledException",
                                                          "TooManyRequestsException",
                                                          "ProvisionedThroughputExceededException",
                                                          "TransactionInProgressException",
                                                          "RequestLimitExceeded",
                                                          "BandwidthLimitExceeded",
                                                          "LimitExceededException",
                                                          "RequestThrottled",
                                                          "SlowDown",
                                                          "PriorRequestNotComplete",
                                                          "EC2ThrottledException",
                                                          "TooManyRequests"};
// The transient errors of the same list and its special case of STS (the identity provider did not answer
// it); the internal errors usually bear a status that says the same.
constexpr std::array<std::string_view, 5> kTransient = {
    "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "IDPCommunicationError"};
// botocore corrects no clock; these are the codes that AWS's other SDKs correct theirs on.
constexpr std::array<std::string_view, 6> kClock = {"RequestTimeTooSkewed",  "RequestExpired",
                                                    "RequestInTheFuture",    "InvalidSignatureException",
                                                    "SignatureDoesNotMatch", "AuthFailure"};
constexpr std::array<std::string_view, 4> kExpired = {"ExpiredToken", "ExpiredTokenException",
                                                      "ExpiredTokenFault", "TokenRefreshRequired"};
// Those of the services' lists of common errors whose status is not 401 or 403 everywhere.
constexpr std::array<std::string_view, 17> kDenied = {"UnauthorizedOperation",
                                                      "AuthFailure",
                                                      "UnrecognizedClientException",
                                                      "InvalidClientTokenId",
                                                      "InvalidAccessKeyId",
                                                      "SignatureDoesNotMatch",
                                                      "InvalidSignatureException",
                                                      "ExpiredToken",
                                                      "ExpiredTokenException",
                                                      "RequestExpired",
                                                      "OptInRequired",
                                                      "SubscriptionRequiredException",
                                                      "NotAuthorized",
                                                      "IncompleteSignature",
                                                      "MissingAuthenticationToken",
                                                      "MissingAuthenticationTokenException",
                                                      "AuthorizationError"};

template <size_t N>
bool among(const std::array<std::string_view, N>& table, std::string_view code) {
  return std::find(table.begin(), table.end(), code) != table.end();
}

}  // namespace

bool is_throttling_code(std::string_view code) { return among(kThrottling, code); }
bool is_transient_code(std::string_view code) { return among(kTransient, code); }
bool is_clock_code(std::string_view code) { return among(kClock, code); }
bool is_expired_credentials_code(std::string_view code) { return among(kExpired, code); }
bool is_denial_code(std::string_view code) {
  return among(kDenied, code) || code.find("AccessDenied") != std::string_view::npos;
}

}  // namespace hm::aws
