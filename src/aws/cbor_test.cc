#include "aws/cbor.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace hm::aws {
namespace {

std::string read(std::string_view hexadecimal) {
  const auto value = read_cbor(*unhex(hexadecimal));
  return value ? to_json(*value) : "corrupt";
}

TEST(Cbor, ReadsEveryKind) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"00", "0"},
      {"1818", "24"},
      {"1bffffffffffffffff", "18446744073709551615"},
      {"3903e7", "-1000"},
      {"3bffffffffffffffff", "\"-18446744073709551616\""},
      {"f5", "true"},
      {"f6", "null"},
      {"f7", "null"},
      {"f93c00", "1E0"},
      {"f90001", "5.960464477539063E-8"},
      {"f97e00", "\"NaN\""},
      {"f9fc00", "\"-Infinity\""},
      {"fa47c35000", "1E5"},
      {"fb3ff199999999999a", "1.1E0"},
      {"4401020304", "\"AQIDBA==\""},
      {"5f42010243030405ff", "\"AQIDBAU=\""},
      {"6161", "\"a\""},
      {"7f61616162ff", "\"ab\""},
      {"83010203", "[1,2,3]"},
      {"9f0182029fff", "corrupt"},
      {"9f018202039fffff", "[1,[2,3],[]]"},
      {"a161610a", "{\"a\":10}"},
      {"bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}"},
      {"c11a514b67b0", "1363896240"},
  };
  for (const auto& [bytes, expected] : cases) EXPECT_EQ(read(bytes), expected) << bytes;
}

TEST(Cbor, RefusesWhatIsBroken) {
  for (const std::string_view bytes :
       {"", "18", "1c", "42aa", "7f4161ff", "81", "a1", "a10102", "c16161", "f8ff", "ff", "0000",
        "9b7fffffffffffffff", "bbffffffffffffffff", "61ff", "5b7fffffffffffffff00"}) {
    EXPECT_EQ(read(bytes), "corrupt") << bytes;
  }
  EXPECT_EQ(read(std::string(1000, '8') + std::string(1000, '1')), "corrupt") << "nested too deeply";
}

TEST(Cbor, WritesWhatTheModelSays) {
  const auto service = find_service("cloudwatch");
  const Shape input = *service->find("PutMetricData")->input();
  const Json params = *parse_json(
      R"({"Namespace":"n","MetricData":[{"MetricName":"m","Value":"NaN","Timestamp":"2013-03-21T20:04:00Z","Counts":[1.5]}]})");
  EXPECT_EQ(hex(write_cbor(input, params)),
            "a2694e616d657370616365616e6a4d657472696344617461"
            "81a46a4d65747269634e616d65616d6556616c7565f97e006954696d657374616d70c11a514b67b066436f756e747381"
            "fb3ff8000000000000");
}

}  // namespace
}  // namespace hm::aws
