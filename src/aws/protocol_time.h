// Points in time as AWS's services write them: three formats, nanoseconds, years from -9999 to 9999, and in
// ISO 8601 an offset that the AWS CLI keeps when it prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/model.h"
#include "base/json.h"

namespace hm::aws {

struct WireTime {
  int64_t seconds = 0;  // since 1970 UTC, towards the past for what lies before
  int32_t nanos = 0;    // 0 to 999'999'999, to add
  // Of the text that was read, for printing alone; absent where the text named no zone.
  std::optional<int> offset_seconds = 0;
};

// "2026-11-23T08:52:06.123Z" and its variants: a space for the T, no separators, any offset or none, a date
// alone.
Result<WireTime> read_date_time(std::string_view text);
// "Mon, 23 Nov 2026 08:52:06 GMT", with or without a fraction.
Result<WireTime> read_http_date(std::string_view text);
// "1795423926.123", also in scientific notation. The fraction counts towards the future, whatever the sign.
Result<WireTime> read_epoch_seconds(std::string_view text);
// Whichever of the three it is.
Result<WireTime> read_any_time(std::string_view text);
WireTime time_of_seconds(double seconds);  // to the nearest microsecond

// `digits` of the fraction, cut off and not rounded: -1 as many of the first six as are not zero at the end.
// An error where the year does not fit into four digits.
Result<std::string> write_date_time(const WireTime& time, int digits = -1);
Result<std::string> write_http_date(const WireTime& time);
std::string write_epoch_seconds(const WireTime& time);

// As documents hold it: "2026-11-23T08:52:06+00:00", six digits of fraction where they are not all zero.
std::string document_time(const WireTime& time);

// The time in a parameter: text, or a number of seconds.
Result<WireTime> parameter_time(const Json& value);
// A parameter as it goes onto the wire; `otherwise` where the model names no format. Whole seconds, except
// that iso8601 keeps microseconds: this is what AWS's own tools send.
std::string wire_time_text(const Json& value, TimestampFormat format, TimestampFormat otherwise);

}  // namespace hm::aws
