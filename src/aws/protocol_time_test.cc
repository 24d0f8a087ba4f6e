#include "aws/protocol_time.h"

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

std::string printed(std::string_view text) {
  const auto time = read_any_time(text);
  return time ? document_time(*time) : "no time";
}

TEST(ProtocolTime, PrintsAsTheAwsCliDoes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"2026-11-23T08:52:06.000Z", "2026-11-23T08:52:06+00:00"},
      {"2026-11-23T08:52:06.123Z", "2026-11-23T08:52:06.123000+00:00"},
      {"2026-11-23T08:52:06.1234567Z", "2026-11-23T08:52:06.123456+00:00"},
      {"2026-11-23T08:52:06+02:00", "2026-11-23T08:52:06+02:00"},
      {"2026-11-23T08:52:06-0330", "2026-11-23T08:52:06-03:30"},
      {"2026-11-23T08:52:06", "2026-11-23T08:52:06"},
      {"2026-11-23 08:52:06 UTC", "2026-11-23T08:52:06+00:00"},
      {"20261123T085206Z", "2026-11-23T08:52:06+00:00"},
      {"2026-11-23", "2026-11-23T00:00:00"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00+00:00"},
      {"Mon, 23 Nov 2026 08:52:06 GMT", "2026-11-23T08:52:06+00:00"},
      {"1795423926", "2026-11-23T08:52:06+00:00"},
      {"1795423926.5", "2026-11-23T08:52:06.500000+00:00"},
      {"1.795423926E9", "2026-11-23T08:52:06+00:00"},
      {"2026-02-29T00:00:00Z", "no time"},
      {"2026-13-01T00:00:00Z", "no time"},
      {"2026-11-23T24:00:00Z", "no time"},
      {"2026-11-23T08:52:06+99:00", "no time"},
      {"yesterday", "no time"},
      {"", "no time"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(printed(text), expected) << text;
}

TEST(ProtocolTime, RoundsSecondsToMicroseconds) {
  EXPECT_EQ(document_time(time_of_seconds(1398796238.123)), "2014-04-29T18:30:38.123000+00:00");
  EXPECT_EQ(document_time(time_of_seconds(0.9999999)), "1970-01-01T00:00:01+00:00");
  EXPECT_EQ(document_time(time_of_seconds(-0.5)), "1969-12-31T23:59:59.500000+00:00");
}

TEST(ProtocolTime, WritesParameters) {
  const Json text("2026-11-23T09:52:06.5+01:00");
  EXPECT_EQ(wire_time_text(text, TimestampFormat::none, TimestampFormat::iso8601),
            "2026-11-23T08:52:06.500000Z");
  EXPECT_EQ(wire_time_text(text, TimestampFormat::rfc822, TimestampFormat::iso8601),
            "Mon, 23 Nov 2026 08:52:06 GMT");
  EXPECT_EQ(wire_time_text(text, TimestampFormat::none, TimestampFormat::unix_seconds), "1795423926");
  EXPECT_EQ(wire_time_text(Json(1795423926), TimestampFormat::none, TimestampFormat::iso8601),
            "2026-11-23T08:52:06Z");
  EXPECT_FALSE(parameter_time(Json(true)).has_value());
  EXPECT_FALSE(parameter_time(Json(1e300)).has_value());
}

TEST(ProtocolTime, RefusesYearsOfFiveDigits) {
  EXPECT_FALSE(write_date_time({253402300800, 0, 0}).has_value());
  EXPECT_FALSE(write_http_date({-62135596801, 0, 0}).has_value());
}

}  // namespace
}  // namespace hm::aws
