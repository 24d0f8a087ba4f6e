#include "aws/protocol_text.h"

#include <limits>

#include <gtest/gtest.h>

namespace hm::aws {
namespace {

TEST(ProtocolText, SpellsFloatsAsPythonDoes) {
  const std::pair<double, std::string_view> cases[] = {
      {0.0, "0.0"},
      {1.0, "1.0"},
      {-2.5, "-2.5"},
      {0.1, "0.1"},
      {1e16, "1e+16"},
      {1e15, "1000000000000000.0"},
      {0.0001, "0.0001"},
      {0.00001, "1e-05"},
      {1.5e300, "1.5e+300"},
      {std::numeric_limits<double>::quiet_NaN(), "NaN"},
      {-std::numeric_limits<double>::infinity(), "-Infinity"},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(float_text(value), expected);
}

TEST(ProtocolText, EscapesJsonBeyondAscii) {
  std::string out;
  append_json(out, *parse_json(R"({"a":["\u00fc\ud83d\ude00","\u007f\t\"\\",1.0,true,null],"b":{}})"));
  EXPECT_EQ(out, R"({"a": ["\u00fc\ud83d\ude00", "\u007f\t\"\\", 1.0, true, null], "b": {}})");
}

TEST(ProtocolText, KnowsUtf8) {
  for (const std::string_view good :
       {"", "plain ascii, longer than eight", "\xc3\xbc", "\xe6\x97\xa5", "\xf0\x9f\x98\x80"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const std::string_view bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80",
                                     "\xf4\x90\x80\x80", "\xff", "12345678\x80", "\xe6\x97"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  EXPECT_EQ(as_utf8("gr\xfc\xdf"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(as_utf8("gr\xc3\xbc"), "gr\xc3\xbc");
}

}  // namespace
}  // namespace hm::aws
