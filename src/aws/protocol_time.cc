#include "aws/protocol_time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "base/check.h"

namespace hm::aws {

namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr int64_t kDaySeconds = 86400;
constexpr int64_t kLeastSecond = -62135596800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

Error no_time(std::string_view text) {
  return make_error(ErrorKind::invalid, "timestamp",
                    fmt::format("\"{}\" is no point in time", text.substr(0, 80)));
}

// Reads through a text from the left; every step answers whether it matched.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // Exactly `count` digits.
  bool digits(size_t count, int& number) {
    if (rest_.size() < count) return false;
    number = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }
  // Any number of digits after a point that was read; those beyond nine are dropped.
  bool fraction(int32_t& nanos) {
    size_t count = 0;
    nanos = 0;
    for (int32_t unit = 100'000'000; count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9';
         ++count) {
      nanos += (rest_[count] - '0') * unit;
      unit /= 10;
    }
    rest_.remove_prefix(count);
    return count > 0;
  }
  template <size_t N>
  bool one_of(const std::array<std::string_view, N>& words, unsigned& index) {
    for (index = 0; index < N; ++index) {
      if (skip(words[index])) return true;
    }
    return false;
  }

 private:
  std::string_view rest_;
};

struct Fields {
  int year = 0;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int32_t nanos = 0;
};

std::optional<WireTime> assemble(const Fields& fields, std::optional<int> offset_seconds) {
  const year_month_day date{year{fields.year}, month{static_cast<unsigned>(fields.month)},
                            day{static_cast<unsigned>(fields.day)}};
  // A leap second is read as the second after it.
  if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) return std::nullopt;
  const int64_t since_1970 = sys_days{date}.time_since_epoch().count();
  const int64_t seconds = since_1970 * kDaySeconds + fields.hour * 3600 + fields.minute * 60 + fields.second -
                          offset_seconds.value_or(0);
  return WireTime{seconds, fields.nanos, offset_seconds};
}

bool read_clock(Scanner& in, Fields& fields) {
  if (!in.digits(2, fields.hour)) return false;
  const bool colons = in.skip(':');
  if (!in.digits(2, fields.minute)) return false;
  if (colons ? !in.skip(':') : in.done()) return true;  // hours and minutes alone
  if (!in.digits(2, fields.second)) return !colons;
  if (in.skip('.') || in.skip(',')) return in.fraction(fields.nanos);
  return true;
}

bool read_zone(Scanner& in, std::optional<int>& offset_seconds) {
  in.skip(' ');
  if (in.done()) return true;
  if (in.skip('Z') || in.skip('z') || in.skip("UTC") || in.skip("GMT")) {
    offset_seconds = 0;
    return in.done();
  }
  const bool minus = in.skip('-');
  if (!minus && !in.skip('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!in.digits(2, hours)) return false;
  in.skip(':');
  if (!in.done() && !in.digits(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset_seconds = (minus ? -1 : 1) * (hours * 3600 + minutes * 60);
  return in.done();
}

struct Civil {
  int year;
  unsigned month;
  unsigned day;
  unsigned weekday;
  int hour;
  int minute;
  int second;
};

Civil civil(int64_t seconds) {
  int64_t whole_days = seconds / kDaySeconds;
  if (seconds % kDaySeconds < 0) --whole_days;
  const auto in_day = static_cast<int>(seconds - whole_days * kDaySeconds);
  const sys_days date{days{whole_days}};
  const year_month_day ymd{date};
  return {
      int{ymd.year()}, unsigned{ymd.month()}, unsigned{ymd.day()}, std::chrono::weekday{date}.c_encoding(),
      in_day / 3600,   in_day / 60 % 60,      in_day % 60};
}

bool fits(const WireTime& time) { return time.seconds >= kLeastSecond && time.seconds <= kLastSecond; }

std::string fraction_text(int32_t nanos, int digits) {
  std::string text = fmt::format(".{:06}", nanos / 1000);
  if (digits >= 0) {
    text.resize(digits == 0 ? 0 : static_cast<size_t>(digits) + 1);
    return text;
  }
  while (text.back() == '0') text.pop_back();
  return text == "." ? std::string() : text;
}

}  // namespace

Result<WireTime> read_date_time(std::string_view text) {
  Scanner in(text);
  Fields fields;
  std::optional<int> offset_seconds;
  const bool minus = in.skip('-');
  bool ok = in.digits(4, fields.year);
  if (minus) fields.year = -fields.year;
  const bool dashes = in.skip('-');
  ok = ok && in.digits(2, fields.month) && in.skip('-') == dashes && in.digits(2, fields.day);
  if (ok && !in.done()) {
    ok = (in.skip('T') || in.skip('t') || in.skip(' ')) && read_clock(in, fields) &&
         read_zone(in, offset_seconds);
  }
  const auto time = ok ? assemble(fields, offset_seconds) : std::nullopt;
  if (!time) return no_time(text);
  return *time;
}

Result<WireTime> read_http_date(std::string_view text) {
  Scanner in(text);
  Fields fields;
  unsigned weekday = 0;
  unsigned month_index = 0;
  std::optional<int> offset_seconds = 0;
  bool ok = in.one_of(kWeekdays, weekday) && in.skip(", ");
  ok = ok && (in.digits(2, fields.day) || in.digits(1, fields.day)) && in.skip(' ');
  ok = ok && in.one_of(kMonths, month_index) && in.skip(' ') && in.digits(4, fields.year) && in.skip(' ');
  ok = ok && read_clock(in, fields) && read_zone(in, offset_seconds);
  fields.month = static_cast<int>(month_index) + 1;
  const auto time = ok ? assemble(fields, offset_seconds) : std::nullopt;
  if (!time) return no_time(text);
  return *time;
}

Result<WireTime> read_epoch_seconds(std::string_view text) {
  WireTime time;
  const char* end = text.data() + text.size();
  const auto [at, failure] = std::from_chars(text.data(), end, time.seconds);
  if (failure == std::errc{} && at == end) return time;
  if (failure == std::errc{} && *at == '.') {
    Scanner fraction(std::string_view(at + 1, static_cast<size_t>(end - at - 1)));
    if (fraction.fraction(time.nanos) && fraction.done()) return time;
  }
  double seconds = 0;
  const auto number = std::from_chars(text.data(), end, seconds);
  if (number.ec != std::errc{} || number.ptr != end || !(std::abs(seconds) < 1e15)) return no_time(text);
  return time_of_seconds(seconds);
}

Result<WireTime> read_any_time(std::string_view text) {
  if (auto epoch = read_epoch_seconds(text)) return epoch;
  if (auto date = read_http_date(text)) return date;
  return read_date_time(text);
}

WireTime time_of_seconds(double seconds) {
  const double whole = std::floor(seconds);
  auto micros = static_cast<int64_t>(std::llrint((seconds - whole) * 1e6));
  auto result = static_cast<int64_t>(whole);
  if (micros == 1'000'000) {
    micros = 0;
    ++result;
  }
  return {result, static_cast<int32_t>(micros * 1000), 0};
}

Result<std::string> write_date_time(const WireTime& time, int digits) {
  if (!fits(time)) return no_time(write_epoch_seconds(time));
  const Civil at = civil(time.seconds);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", at.year, at.month, at.day, at.hour, at.minute,
                     at.second, fraction_text(time.nanos, digits));
}

Result<std::string> write_http_date(const WireTime& time) {
  if (!fits(time)) return no_time(write_epoch_seconds(time));
  const Civil at = civil(time.seconds);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kWeekdays[at.weekday], at.day,
                     kMonths[at.month - 1], at.year, at.hour, at.minute, at.second);
}

std::string write_epoch_seconds(const WireTime& time) {
  return fmt::format("{}{}", time.seconds, fraction_text(time.nanos, -1));
}

std::string document_time(const WireTime& time) {
  const int offset = time.offset_seconds.value_or(0);
  const Civil at = civil(time.seconds + offset);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", at.year, at.month, at.day, at.hour, at.minute,
                  at.second, fraction_text(time.nanos, time.nanos / 1000 == 0 ? 0 : 6));
  if (!time.offset_seconds) return text;
  return text + fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 3600,
                            std::abs(offset) / 60 % 60);
}

Result<WireTime> parameter_time(const Json& value) {
  if (value.is_string()) return read_any_time(as_text(value));
  if (value.is_int64()) return WireTime{value.get_int64(), 0, 0};
  if (value.is_double() && std::abs(value.get_double()) < 1e15) return time_of_seconds(value.get_double());
  return no_time(to_json(value));
}

std::string wire_time_text(const Json& value, TimestampFormat format, TimestampFormat otherwise) {
  const auto time = parameter_time(value);
  HM_CHECK(time.has_value());  // validate_params has seen it
  if (format == TimestampFormat::none) format = otherwise;
  if (format == TimestampFormat::unix_seconds || !fits(*time)) return std::to_string(time->seconds);
  if (format == TimestampFormat::rfc822) return *write_http_date(*time);
  return *write_date_time(*time, time->nanos / 1000 == 0 ? 0 : 6);
}

}  // namespace hm::aws
