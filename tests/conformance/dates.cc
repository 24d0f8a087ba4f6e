// The three timestamp formats, formatted and parsed.
#include <fmt/format.h>

#include "aws/protocol_time.h"
#include "models.h"
#include "suites.h"

namespace hm::conformance {

namespace {

using aws::WireTime;

WireTime canonical(const Json& test) {
  return {std::stoll(std::string(member_text(test, "canonical_seconds"))),
          static_cast<int32_t>(test.at("canonical_nanos").to_number<int64_t>()), 0};
}

using Format = Result<std::string> (*)(const WireTime&);
using Parse = Result<WireTime> (*)(std::string_view);

std::string format_difference(const Json& test, Format format) {
  const auto text = format(canonical(test));
  const bool wants_error = test.at("error").get_bool();
  if (wants_error) return text ? "no error, but " + *text : std::string();
  if (!text) return text.error().text();
  const std::string_view expected = member_text(test, "smithy_format_value");
  return *text == expected ? std::string() : fmt::format("{}, not {}", *text, expected);
}

std::string parse_difference(const Json& test, Parse parse) {
  const auto time = parse(member_text(test, "smithy_format_value"));
  const bool wants_error = test.at("error").get_bool();
  if (wants_error) return time ? "no error" : std::string();
  if (!time) return time.error().text();
  const WireTime expected = canonical(test);
  if (time->seconds == expected.seconds && time->nanos == expected.nanos) return {};
  return fmt::format("{}.{:09}, not {}.{:09}", time->seconds, time->nanos, expected.seconds, expected.nanos);
}

void record(const std::string& name, const std::string& why, Report& report) {
  if (why.empty()) {
    report.pass(name);
  } else {
    report.fail(name, why);
  }
}

}  // namespace

void run_dates(const std::filesystem::path& dir, Report& report) {
  const auto file = read_json((dir / "date_time_format_test_suite.json").string());
  if (!file) return report.fail("date_time_format_test_suite", file.error().text());
  const std::pair<std::string_view, Format> formats[] = {
      {"format_epoch_seconds",
       [](const WireTime& time) { return Result<std::string>(aws::write_epoch_seconds(time)); }},
      {"format_http_date", aws::write_http_date},
      {"format_date_time", [](const WireTime& time) { return aws::write_date_time(time); }}};
  const std::pair<std::string_view, Parse> parsers[] = {{"parse_epoch_seconds", aws::read_epoch_seconds},
                                                        {"parse_http_date", aws::read_http_date},
                                                        {"parse_date_time", aws::read_date_time}};
  const auto each = [&](std::string_view section, const auto& check) {
    const Json* tests = member(*file, section);
    if (tests == nullptr) return;
    for (const Json& test : tests->get_array()) {
      record(fmt::format("{}/{}", section, member_text(test, "iso8601")), check(test), report);
    }
  };
  for (const auto& [section, format] : formats) {
    each(section, [format = format](const Json& test) { return format_difference(test, format); });
  }
  for (const auto& [section, parse] : parsers) {
    each(section, [parse = parse](const Json& test) { return parse_difference(test, parse); });
  }
}

}  // namespace hm::conformance
