#include "base/time.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(Time, FormatsAndParsesTheSameInstant) {
  const struct {
    const char* text;
    const char* canonical;
  } cases[] = {
      {"2026-11-23T15:04:05Z", "2026-11-23T15:04:05Z"},
      {"2026-11-23 15:04", "2026-11-23T15:04:00Z"},
      {"2026-11-23", "2026-11-23T00:00:00Z"},
      {"2026-11-23T15:04:05.120Z", "2026-11-23T15:04:05.120000Z"},
      {"2026-11-23T15:04:05+02:00", "2026-11-23T13:04:05Z"},
      {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
  };
  for (const auto& c : cases) {
    auto time = parse_iso(c.text);
    ASSERT_TRUE(time.has_value()) << c.text;
    EXPECT_EQ(format_iso(*time), c.canonical) << c.text;
  }
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "yesterday", "2026-13-01", "2026-02-30", "2026-01-01T25:00Z", "2026-01-01T10:00Zx"}) {
    EXPECT_FALSE(parse_iso(text).has_value()) << text;
  }
}

TEST(Time, AFakeClockMovesOnlyWhenTold) {
  FakeClock clock(from_micros(1000));
  EXPECT_EQ(to_micros(clock.now()), 1000);
  clock.sleep_for(std::chrono::seconds(2), {});
  EXPECT_EQ(to_micros(clock.now()), 2001000);
}

}  // namespace
}  // namespace hm
