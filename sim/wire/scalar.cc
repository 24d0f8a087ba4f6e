// Scalars between text and documents: numbers, booleans, blobs and the three forms of timestamps.
#include <charconv>
#include <cstdio>

#include "base/encoding.h"
#include "base/time.h"
#include "sim/wire/wire.h"

namespace hm::sim {

using aws::ShapeKind;
using aws::TimestampFormat;

namespace {

Error mistyped(std::string_view text, const std::string& where, std::string_view wanted) {
  return refusal(400, "SerializationException",
                 "Value (" + std::string(text.substr(0, 100)) + ") for parameter " + where +
                     " is invalid. Expected " + std::string(wanted) + ".");
}

std::string rfc822(Time time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %d %02ld:%02ld:%02ld GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  return text;
}

// EC2, query and REST XML services write milliseconds even where they are zero.
std::string iso_millis(Time time) {
  auto text = format_iso(std::chrono::floor<std::chrono::seconds>(time));
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03ldZ", (to_micros(time) % 1'000'000) / 1000);
  text.replace(text.size() - 1, 1, millis);
  return text;
}

std::string epoch_text(Time time) {
  const auto micros = to_micros(time);
  auto text = std::to_string(micros / 1'000'000);
  if (const auto rest = micros % 1'000'000; rest != 0) {
    char fraction[8];
    std::snprintf(fraction, sizeof fraction, ".%03ld", rest / 1000);
    text += fraction;
  }
  return text;
}

Result<Json> read_timestamp(std::string_view text, const std::string& where) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) {
    return Json(format_iso(from_micros(static_cast<int64_t>(seconds * 1e6))));
  }
  auto time = parse_iso(text);
  if (!time) return mistyped(text, where, "a timestamp");
  return Json(format_iso(*time));
}

template <class Number>
Result<Json> read_number(std::string_view text, const std::string& where, std::string_view wanted) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return mistyped(text, where, wanted);
  return Json(number);
}

}  // namespace

Result<Json> read_text(aws::Shape shape, TimestampFormat, std::string_view text, const std::string& where) {
  switch (shape.kind()) {
    case ShapeKind::boolean:
      if (text == "true" || text == "True") return Json(true);
      if (text == "false" || text == "False") return Json(false);
      return mistyped(text, where, "a boolean");
    case ShapeKind::integer:
      return read_number<int32_t>(text, where, "an integer");
    case ShapeKind::long_integer:
    case ShapeKind::big_number:
      return read_number<int64_t>(text, where, "an integer");
    case ShapeKind::float_number:
    case ShapeKind::double_number:
      return read_number<double>(text, where, "a number");
    case ShapeKind::timestamp:
      return read_timestamp(text, where);
    default:
      return Json(text);
  }
}

std::string scalar_text(aws::Shape shape, TimestampFormat format, const Json& value) {
  if (value.is_string() && shape.kind() == ShapeKind::timestamp) {
    const auto time = parse_iso(as_text(value));
    if (!time) return std::string(as_text(value));
    if (format == TimestampFormat::rfc822) return rfc822(*time);
    if (format == TimestampFormat::unix_seconds) return epoch_text(*time);
    return iso_millis(*time);
  }
  if (value.is_string()) return std::string(as_text(value));
  if (value.is_double()) {
    char text[40];
    std::snprintf(text, sizeof text, "%.15g", value.get_double());
    return text;
  }
  return to_json(value);
}

}  // namespace hm::sim
