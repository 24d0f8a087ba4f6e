// Points in time are UTC with microseconds; the clock is injected so that tests own the time.
#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hm {

using Micros = std::chrono::microseconds;
using Time = std::chrono::time_point<std::chrono::system_clock, Micros>;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  // Returns early when `stop` is requested. Thread-safe.
  virtual void sleep_for(Micros duration, std::stop_token stop) = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override;
  void sleep_for(Micros duration, std::stop_token stop) override;
};

// Moves only when told to; sleeping moves it. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Time start);
  Time now() const override;
  void sleep_for(Micros duration, std::stop_token stop) override;
  void set(Time now);
  void advance(Micros by);

 private:
  std::atomic<int64_t> micros_;
};

// "2026-11-23T15:04:05Z", with ".123456" only where micros are not zero.
std::string format_iso(Time time);
// RFC 3339 and ISO 8601: a date alone, a space for the T, fractions and offsets are all understood.
Result<Time> parse_iso(std::string_view text);
// Microseconds since 1970, the form in which the stores keep a time.
int64_t to_micros(Time time);
Time from_micros(int64_t micros);

}  // namespace hm
