#include "base/json.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(Json, DoublesAreExact) {
  for (const std::string_view text :
       {"97.45430973087721", "472.74908866546684", "904.6959845122367", "0.1", "1e23", "5e-324",
        "1.7976931348623157e308", "-2.2250738585072014e-308"}) {
    const auto value = parse_json(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(value->get_double(), std::strtod(std::string(text).c_str(), nullptr)) << text;
  }
  EXPECT_FALSE(parse_json("1e400").has_value());
  EXPECT_EQ(parse_json("18446744073709551615")->get_uint64(), 18446744073709551615u);
  EXPECT_EQ(parse_json("-9223372036854775808")->get_int64(), INT64_MIN);
}

TEST(Json, KeepsOrderAndLargeIntegers) {
  auto value = parse_json(R"({"b":18446744073709551615,"a":[1,-9223372036854775808]})");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(to_json(*value), R"({"b":18446744073709551615,"a":[1,-9223372036854775808]})");
}

TEST(Json, PrintsAsTheAwsCliDoes) {
  auto value = parse_json(R"({"a":[1,{"b":"ü"}],"c":{},"d":[]})");
  EXPECT_EQ(
      to_json_pretty(*value),
      "{\n    \"a\": [\n        1,\n        {\n            \"b\": \"ü\"\n        }\n    ],\n    \"c\": {},\n"
      "    \"d\": []\n}");
}

TEST(Json, NamesThePlaceOfAFault) {
  auto value = parse_json("{\"a\": tru}");
  ASSERT_FALSE(value.has_value());
  EXPECT_EQ(value.error().kind, ErrorKind::invalid);
  EXPECT_NE(value.error().message.find("byte"), std::string::npos);
  EXPECT_FALSE(parse_json("{} x").has_value());
  EXPECT_FALSE(parse_json("").has_value());
  EXPECT_FALSE(parse_json(std::string(200, '[')).has_value());
}

TEST(Json, SortsMembersAtEveryDepth) {
  EXPECT_EQ(to_json(sorted(*parse_json(R"({"b":{"d":1,"c":2},"a":[{"z":1,"y":2}]})"))),
            R"({"a":[{"y":2,"z":1}],"b":{"c":2,"d":1}})");
}

TEST(Json, FindsMembersWithoutThrowing) {
  auto value = *parse_json(R"({"name":"x","n":1})");
  EXPECT_EQ(member_text(value, "name"), "x");
  EXPECT_EQ(member_text(value, "n", "none"), "none");
  EXPECT_EQ(member(value, "absent"), nullptr);
  EXPECT_EQ(member(Json("text"), "name"), nullptr);
}

TEST(Json, ReadsEveryNumberToTheLastBit) {
  for (const double number :
       {10291925959261.125, 0.1, 5e-324, 1.7976931348623157e308, 123456.789e-20, -2.5}) {
    char text[64];
    snprintf(text, sizeof text, "%.17g", number);
    const auto parsed = parse_json(std::string("[") + text + "]");
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(parsed->get_array()[0].to_number<double>(), number) << text;
  }
  EXPECT_FALSE(parse_json("").has_value());
  EXPECT_FALSE(parse_json("[1").has_value());
  EXPECT_FALSE(parse_json("1 2").has_value());
}

TEST(Json, AnArenaHoldsWhatIsReadIntoItAndWhatIsMovedOutOfThat) {
  std::vector<unsigned char> room(size_t{16} << 10);
  const std::string text = R"({"a":{"b":["a text that is too long to stand in the value itself",2,null]}})";
  JsonArena arena(room.data(), room.size());
  auto parsed = parse_json(text, arena);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(to_json(*parsed), text);
  const Json part = std::move(parsed->get_object().at("a"));
  const auto* at = reinterpret_cast<const unsigned char*>(as_text(part.at("b").at(0)).data());
  EXPECT_TRUE(at >= room.data() && at < room.data() + room.size());
  EXPECT_FALSE(parse_json("[1", arena).has_value());
}

}  // namespace
}  // namespace hm
