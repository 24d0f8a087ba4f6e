// When a failed attempt is worth another: AWS's "standard" and "adaptive" retry modes, with one rule of our
// own. A call that changes something and carries no idempotency token is repeated only when AWS surely did
// not act on it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "aws/model.h"
#include "base/http.h"
#include "base/sync.h"
#include "base/time.h"

namespace hm::aws {

// What a failure means for the next attempt.
enum class Failure {
  final,                // repeating changes nothing
  transient,            // the network or the service hiccupped
  timeout,              // as transient, at twice the price
  throttled,            // AWS refused to look at it: surely not acted upon
  clock_skew,           // our clock is off: correct it and sign anew
  expired_credentials,  // fetch new ones and sign anew
};

// `error` is of the transport or an answer; it has the notes "sent" and "http_status" where they apply.
Failure classify(const Error& error, const Operation& operation);

// Whether the same call twice does no harm: the model says so, its name begins with a verb that reads, or it
// carries an idempotency token.
bool reads_only(const Operation& operation);
bool safe_to_repeat(const Operation& operation);

// Whether the failed attempt surely changed nothing.
bool surely_not_done(const Error& error, Failure failure);

// The token bucket of the standard mode, one for each place that can be down (account, service, region): a
// retry takes tokens, success gives back what the last retry took, else 1. An AWS that is down is not
// hammered. Thread-safe.
class RetryQuota {
 public:
  static constexpr int kCapacity = 500;
  bool take(int tokens);
  void give(int tokens);
  int left() const;

 private:
  Synced<int> tokens_{kCapacity};
};

// The figures of the standard mode: those that the SDKs have had for years, and those that they take with
// AWS_NEW_RETRIES_2026=true. Sources: botocore, retries/standard.py and retries/quota.py.
struct RetryRules {
  int max_attempts = 3;  // the first one counted in
  double transient_seconds = 1;
  double throttled_seconds = 1;
  int transient_tokens = 5;
  int timeout_tokens = 10;
  int throttled_tokens = 5;

  static RetryRules of_2026(const Service& service);
  int tokens(Failure failure) const;
  // How long to wait before attempt `next` (from 2): a random share of the first wait, doubled each time, at
  // most 20 seconds. What AWS asks for is honoured up to 5 seconds more than that. `random` gives [0, 1).
  Micros backoff(int next, Failure failure, std::optional<std::chrono::milliseconds> asked,
                 const std::function<double()>& random) const;
};

// Calls that wait for work at the service and are made again at once: they wait even where the quota has no
// tokens for a retry (the rules of 2026), or their callers would spin.
bool long_polls(const Service& service, const Operation& operation);

// What the answer's x-amz-retry-after asks for; none where it does not or says nonsense.
std::optional<std::chrono::milliseconds> retry_after(const HttpHeaders& headers);

// AWS's clock (the answer's Date) minus ours as it was when the request was signed; none where they agree to
// four minutes or nothing is said.
std::optional<Micros> clock_error(const HttpHeaders& headers, Time signed_at);

// The client's rate limiter of the adaptive mode: after a throttling answer the measured rate is cut to 70 %
// and then grows along a cubic curve. One per account, service and region. Thread-safe.
class AdaptiveRate {
 public:
  // How long to wait before sending; 0 while AWS has never throttled.
  Micros acquire(Time now);
  void on_answer(bool throttled, Time now);

 private:
  struct State {
    bool enabled = false;
    double fill_rate = 0;  // requests per second
    double capacity = 0;   // most tokens
    double tokens = 0;     // may be below 0: waiting callers hold them already
    double measured = 0;   // smoothed rate of what was sent
    double last_max = 0;   // the rate at the last throttling
    double window = 0;     // seconds back to it
    Time throttled_at{};
    Time refilled_at{};
    double bucket_start = 0;  // start of the half second that is measured
    int in_bucket = 0;
  };
  static void refill(State& state, Time now);
  static void measure(State& state, Time now);
  static void set_rate(State& state, double rate, Time now);
  Synced<State> state_;
};

}  // namespace hm::aws
