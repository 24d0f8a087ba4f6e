#include <algorithm>
#include <cmath>

#include "aws/retry.h"

// The figures are those of the SDKs' adaptive retry mode (a CUBIC congestion control as TCP has it).
namespace hm::aws {

namespace {

constexpr double kLeastRate = 0.5;  // requests per second
constexpr double kLeastCapacity = 1;
constexpr double kSmoothing = 0.8;
constexpr double kBeta = 0.7;
constexpr double kScale = 0.4;
constexpr double kBucketSeconds = 0.5;

double seconds_of(Time time) { return static_cast<double>(to_micros(time)) / 1e6; }

}  // namespace

void AdaptiveRate::refill(State& state, Time now) {
  if (state.refilled_at != Time{}) {
    const double passed = std::max(0.0, seconds_of(now) - seconds_of(state.refilled_at));
    state.tokens = std::min(state.capacity, state.tokens + passed * state.fill_rate);
  }
  state.refilled_at = now;
}

void AdaptiveRate::measure(State& state, Time now) {
  const double bucket = std::floor(seconds_of(now) / kBucketSeconds) * kBucketSeconds;
  ++state.in_bucket;
  // A clock that was set back begins anew.
  if (state.bucket_start == 0 || bucket < state.bucket_start) state.bucket_start = bucket;
  if (bucket <= state.bucket_start) return;
  const double rate = state.in_bucket / (bucket - state.bucket_start);
  state.measured = rate * kSmoothing + state.measured * (1 - kSmoothing);
  state.in_bucket = 0;
  state.bucket_start = bucket;
}

void AdaptiveRate::set_rate(State& state, double rate, Time now) {
  refill(state, now);
  state.fill_rate = std::max(rate, kLeastRate);
  state.capacity = std::max(rate, kLeastCapacity);
  state.tokens = std::min(state.tokens, state.capacity);
}

Micros AdaptiveRate::acquire(Time now) {
  return state_.with([now](State& state) {
    if (!state.enabled) return Micros(0);
    refill(state, now);
    state.tokens -= 1;
    if (state.tokens >= 0) return Micros(0);
    return Micros(static_cast<int64_t>(-state.tokens / state.fill_rate * 1e6));
  });
}

void AdaptiveRate::on_answer(bool throttled, Time now) {
  state_.with([&](State& state) {
    measure(state, now);
    double rate = 0;
    if (throttled) {
      const double limit = state.enabled ? std::min(state.measured, state.fill_rate) : state.measured;
      state.last_max = limit;
      state.window = std::cbrt(limit * (1 - kBeta) / kScale);
      state.throttled_at = now;
      state.enabled = true;
      rate = limit * kBeta;
    } else {
      state.window = std::cbrt(state.last_max * (1 - kBeta) / kScale);
      state.throttled_at = std::min(state.throttled_at, now);
      const double passed = seconds_of(now) - seconds_of(state.throttled_at);
      rate = kScale * std::pow(passed - state.window, 3) + state.last_max;
    }
    if (state.enabled) set_rate(state, std::min(rate, 2 * state.measured), now);
  });
}

}  // namespace hm::aws
