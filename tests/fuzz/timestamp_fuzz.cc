#include "aws/protocol_time.h"
#include "fuzz.h"

using namespace hm;

// What was read can be written, and is then the same point in time, if the year has four digits.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto time = aws::read_any_time(fuzz::text(data, size));
  if (!time.has_value()) {
    HM_CHECK(time.error().kind == ErrorKind::invalid);
    return 0;
  }
  HM_CHECK(time->nanos >= 0 && time->nanos < 1'000'000'000);
  HM_CHECK(!aws::document_time(*time).empty());
  if (const auto text = aws::write_date_time(*time); text.has_value()) {
    const auto again = aws::read_date_time(*text);
    HM_CHECK(again.has_value() && again->seconds == time->seconds);
    HM_CHECK(again->nanos / 1000 == time->nanos / 1000);
  }
  if (const auto text = aws::write_http_date(*time); text.has_value()) {
    const auto again = aws::read_http_date(*text);
    HM_CHECK(again.has_value() && again->seconds == time->seconds);
  }
  return 0;
}

std::vector<std::string> fuzz::seeds() {
  return {"2026-11-23T08:52:06.123456Z",
          "2026-11-23 08:52:06+02:00",
          "20261123T085206Z",
          "2026-11-23",
          "Mon, 23 Nov 2026 08:52:06 GMT",
          "1795423926.5",
          "-62135596800",
          "1.7954e9",
          "-9999-01-20T23:47:31.00001Z"};
}
