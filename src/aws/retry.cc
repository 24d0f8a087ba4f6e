#include "aws/retry.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace hm::aws {

namespace {

// The tables of the SDKs' standard retry mode.
constexpr std::array<std::string_view, 14> kThrottlingCodes = {"Throttling",
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
                                                               "EC2ThrottledException"};
// The IDP code is STS's, where the identity provider did not answer it.
constexpr std::array<std::string_view, 5> kTransientCodes = {
    "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "IDPCommunicationError"};
// Of these the last three have other causes too, so they count only where the clocks differ.
constexpr std::array<std::string_view, 6> kSkewCodes = {"RequestTimeTooSkewed",  "RequestExpired",
                                                        "RequestInTheFuture",    "InvalidSignatureException",
                                                        "SignatureDoesNotMatch", "AuthFailure"};
constexpr std::array<std::string_view, 4> kExpiredCodes = {"ExpiredToken", "ExpiredTokenException",
                                                           "ExpiredTokenFault", "TokenRefreshRequired"};
constexpr std::array<std::string_view, 12> kReadingVerbs = {"Describe", "List",     "Get",      "Search",
                                                            "Head",     "Lookup",   "Query",    "Scan",
                                                            "Select",   "BatchGet", "Simulate", "Check"};

template <size_t N>
bool among(const std::array<std::string_view, N>& table, std::string_view code) {
  return std::find(table.begin(), table.end(), code) != table.end();
}

int status_of(const Error& error) {
  int status = 0;
  if (const auto note = error.notes.find("http_status"); note != error.notes.end()) {
    std::from_chars(note->second.data(), note->second.data() + note->second.size(), status);
  }
  return status;
}

}  // namespace

Failure classify(const Error& error, const Operation& operation) {
  const int status = status_of(error);
  if (status == 0) {  // no answer at all
    if (error.kind == ErrorKind::timeout) return Failure::timeout;
    // A cut or garbled answer is the network's doing more often than the service's.
    const bool passing = error.kind == ErrorKind::unavailable || error.kind == ErrorKind::corrupt;
    return passing ? Failure::transient : Failure::final;
  }
  if (among(kThrottlingCodes, error.code) || status == 429) return Failure::throttled;
  if (among(kExpiredCodes, error.code)) return Failure::expired_credentials;
  if (among(kSkewCodes, error.code)) return Failure::clock_skew;
  if (among(kTransientCodes, error.code)) return Failure::transient;
  for (const Shape& shape : operation.errors()) {
    if (shape.error_code() != error.code || !shape.retryable()) continue;
    return shape.throttling() ? Failure::throttled : Failure::transient;
  }
  const bool passing = status == 500 || status == 502 || status == 503 || status == 504;
  return passing ? Failure::transient : Failure::final;
}

bool reads_only(const Operation& operation) {
  if (operation.read_only() || operation.http_method() == "HEAD") return true;
  return std::any_of(kReadingVerbs.begin(), kReadingVerbs.end(),
                     [&](std::string_view verb) { return operation.name().starts_with(verb); });
}

bool safe_to_repeat(const Operation& operation) {
  if (reads_only(operation) || operation.idempotent()) return true;
  const auto input = operation.input();
  if (!input) return false;
  const auto members = input->members();
  return std::any_of(members.begin(), members.end(),
                     [](const Member& member) { return member.idempotency_token(); });
}

bool surely_not_done(const Error& error, Failure failure) {
  switch (failure) {
    case Failure::throttled:
    case Failure::clock_skew:
    case Failure::expired_credentials:
      return true;
    default:
      break;
  }
  const auto sent = error.notes.find("sent");
  return sent != error.notes.end() && sent->second == "no";
}

bool RetryQuota::take(int tokens) {
  return tokens_.with([tokens](int& left) {
    if (left < tokens) return false;
    left -= tokens;
    return true;
  });
}

void RetryQuota::give(int tokens) {
  tokens_.with([tokens](int& left) { left = std::min(kCapacity, left + tokens); });
}

int RetryQuota::left() const {
  return tokens_.with([](int left) { return left; });
}

Micros backoff(int next, std::optional<std::chrono::milliseconds> asked,
               const std::function<double()>& random) {
  constexpr double kMostSeconds = 20;
  const int doublings = std::clamp(next - 2, 0, 10);
  const double seconds = random() * std::min(static_cast<double>(1 << doublings), kMostSeconds);
  const Micros wait(static_cast<int64_t>(seconds * 1e6));
  if (!asked) return wait;
  return std::max<Micros>(wait, std::min<Micros>(*asked, wait + std::chrono::seconds(5)));
}

}  // namespace hm::aws
