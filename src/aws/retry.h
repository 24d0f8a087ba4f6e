// When a failed attempt is worth another: AWS's "standard" and "adaptive" retry modes, with one rule of our
// own. A call that changes something and carries no idempotency token is repeated only when AWS surely did
// not act on it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "aws/model.h"
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

// The token bucket of the standard mode: 500 tokens per client; a retry takes 5, after a timeout 10; success
// gives back what the retry took, else 1. An AWS that is down is not hammered. Thread-safe.
class RetryQuota {
 public:
  static constexpr int kCapacity = 500;
  static int cost(Failure failure) { return failure == Failure::timeout ? 10 : 5; }
  bool take(int tokens);
  void give(int tokens);
  int left() const;

 private:
  Synced<int> tokens_{kCapacity};
};

// How long to wait before attempt `next` (from 2): a random share of 1, 2, 4... seconds, at most 20. What AWS
// asks for in x-amz-retry-after is honoured up to 5 seconds more than that. `random` gives [0, 1).
Micros backoff(int next, std::optional<std::chrono::milliseconds> asked,
               const std::function<double()>& random);

// The client's rate limiter of the adaptive mode: after a throttling answer the measured rate is cut to 70 %
// and then grows along a cubic curve. One per client and service endpoint. Thread-safe.
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
