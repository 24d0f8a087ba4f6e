#include "base/time.h"

#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace hm {

using namespace std::chrono;

Time SystemClock::now() const { return time_point_cast<Micros>(system_clock::now()); }

void SystemClock::sleep_for(Micros duration, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, duration, [] { return false; });
}

FakeClock::FakeClock(Time start) : micros_(to_micros(start)) {}
Time FakeClock::now() const { return from_micros(micros_.load()); }
void FakeClock::sleep_for(Micros duration, std::stop_token) { advance(duration); }
void FakeClock::set(Time now) { micros_.store(to_micros(now)); }
void FakeClock::advance(Micros by) { micros_.fetch_add(by.count()); }

int64_t to_micros(Time time) { return time.time_since_epoch().count(); }
Time from_micros(int64_t micros) { return Time(Micros(micros)); }

std::string format_iso(Time time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02ld:%02ld:%02ld", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto fraction = clock.subseconds().count(); fraction != 0) {
    length += std::snprintf(text + length, sizeof text - static_cast<size_t>(length), ".%06ld", fraction);
  }
  return std::string(text, static_cast<size_t>(length)) + "Z";
}

namespace {

// Reads exactly `digits` digits at the head of `text` and takes them off.
bool take_number(std::string_view& text, size_t digits, int& value) {
  if (text.size() < digits) return false;
  value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

int64_t take_fraction(std::string_view& text) {
  int64_t micros = 0;
  int64_t unit = 100000;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    micros += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return micros;
}

bool take_offset(std::string_view& text, minutes& offset) {
  offset = minutes(0);
  if (text.empty() || take(text, 'Z') || take(text, 'z')) return true;
  const bool minus = text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return false;
  int hour = 0, minute = 0;
  if (!take_number(text, 2, hour)) return false;
  take(text, ':');
  if (!text.empty() && !take_number(text, 2, minute)) return false;
  offset = minutes((minus ? -1 : 1) * (hour * 60 + minute));
  return true;
}

}  // namespace

Result<Time> parse_iso(std::string_view input) {
  const auto bad = [&] {
    return make_error(ErrorKind::invalid, "bad_time",
                      "'" + std::string(input) + "' is not a time; write it as 2026-11-23T15:04:05Z");
  };
  std::string_view text = input;
  int year_n = 0, month_n = 0, day_n = 0, hour = 0, minute = 0, second = 0;
  if (!take_number(text, 4, year_n) || !take(text, '-') || !take_number(text, 2, month_n) ||
      !take(text, '-') || !take_number(text, 2, day_n)) {
    return bad();
  }
  const year_month_day date{year(year_n), month(static_cast<unsigned>(month_n)),
                            day(static_cast<unsigned>(day_n))};
  if (!date.ok()) return bad();
  int64_t fraction = 0;
  minutes offset{0};
  if (!text.empty()) {
    if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return bad();
    if (!take_number(text, 2, hour) || !take(text, ':') || !take_number(text, 2, minute)) return bad();
    if (take(text, ':') && !take_number(text, 2, second)) return bad();
    if (take(text, '.')) fraction = take_fraction(text);
    if (!take_offset(text, offset) || !text.empty()) return bad();
  }
  if (hour > 23 || minute > 59 || second > 60) return bad();
  return Time(sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) - offset + seconds(second) +
              Micros(fraction));
}

}  // namespace hm
