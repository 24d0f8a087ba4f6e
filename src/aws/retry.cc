#include "aws/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "aws/error_codes.h"

namespace hm::aws {

namespace {

constexpr std::array<std::string_view, 12> kReadingVerbs = {"Describe", "List",     "Get",      "Search",
                                                            "Head",     "Lookup",   "Query",    "Scan",
                                                            "Select",   "BatchGet", "Simulate", "Check"};

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
  if (is_throttling_code(error.code) || status == 429) return Failure::throttled;
  if (is_expired_credentials_code(error.code)) return Failure::expired_credentials;
  if (is_clock_code(error.code)) return Failure::clock_skew;
  if (is_transient_code(error.code)) return Failure::transient;
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

RetryRules RetryRules::of_2026(const Service& service) {
  const bool dynamodb = service.name() == "dynamodb" || service.name() == "dynamodbstreams";
  RetryRules rules;
  rules.max_attempts = dynamodb ? 4 : 3;
  rules.transient_seconds = dynamodb ? 0.025 : 0.05;
  rules.transient_tokens = rules.timeout_tokens = 14;
  return rules;
}

int RetryRules::tokens(Failure failure) const {
  if (failure == Failure::throttled) return throttled_tokens;
  return failure == Failure::timeout ? timeout_tokens : transient_tokens;
}

Micros RetryRules::backoff(int next, Failure failure, std::optional<std::chrono::milliseconds> asked,
                           const std::function<double()>& random) const {
  constexpr double kMostSeconds = 20;
  const double first = failure == Failure::throttled ? throttled_seconds : transient_seconds;
  const int doublings = std::clamp(next - 2, 0, 10);
  const double seconds = random() * std::min(first * static_cast<double>(1 << doublings), kMostSeconds);
  const Micros wait(static_cast<int64_t>(seconds * 1e6));
  if (!asked) return wait;
  return std::max<Micros>(wait, std::min<Micros>(*asked, wait + std::chrono::seconds(5)));
}

bool long_polls(const Service& service, const Operation& operation) {
  const std::string_view name = operation.name();
  if (service.name() == "sqs") return name == "ReceiveMessage";
  if (service.name() == "stepfunctions") return name == "GetActivityTask";
  return service.name() == "swf" && (name == "PollForActivityTask" || name == "PollForDecisionTask");
}

std::optional<std::chrono::milliseconds> retry_after(const HttpHeaders& headers) {
  constexpr int64_t kMost = 86'400'000;  // a day; more would not be heeded anyway, and might overflow
  const std::string* asked = headers.find("x-amz-retry-after");
  if (!asked) return std::nullopt;
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(asked->data(), asked->data() + asked->size(), value);
  const bool number = failure == std::errc() && end == asked->data() + asked->size();
  if (!number || value < 0) return std::nullopt;
  return std::chrono::milliseconds(std::min(value, kMost));
}

std::optional<Micros> clock_error(const HttpHeaders& headers, Time signed_at) {
  // Signatures are good for five minutes; less than this is no reason to distrust our clock.
  constexpr std::chrono::minutes kTolerable(4);
  const std::string* date = headers.find("Date");
  std::tm parts{};
  if (!date || !strptime(date->c_str(), "%a, %d %b %Y %H:%M:%S", &parts)) return std::nullopt;
  const Time theirs = from_micros(static_cast<int64_t>(timegm(&parts)) * 1'000'000);
  const Micros off = theirs - signed_at;
  if (off < kTolerable && off > -kTolerable) return std::nullopt;
  return off;
}

}  // namespace hm::aws
