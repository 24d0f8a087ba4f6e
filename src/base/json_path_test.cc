#include "base/json_path.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

std::string eval(std::string_view path, std::string_view document) {
  auto parsed = JsonPath::parse(path);
  EXPECT_TRUE(parsed.has_value()) << path;
  return to_json(parsed->eval(*parse_json(document)));
}

TEST(JsonPath, Evaluates) {
  const char* document =
      R"({"R":[{"I":[{"id":"a"},{"id":"b"}]},{"I":[{"id":"c"}]}],"S":{"N":"run"},"E":"","L":[1,2,3],"T":{"a:b":1,"c d":2}})";
  const struct {
    const char* path;
    const char* expected;
  } cases[] = {
      {"S.N", "\"run\""},
      {"R[].I[].id", R"(["a","b","c"])"},
      {"R[0].I[1].id", "\"b\""},
      {"L[-1]", "3"},
      {"L[7]", "null"},
      {"S.X.Y", "null"},
      {"E || S.N", "\"run\""},
      {"X || Y", "null"},
      {"E || X", "null"},
      {"E || L[]", "[1,2,3]"},
      {"N[] || E", "\"\""},
      {"R[].I[]", R"([{"id":"a"},{"id":"b"},{"id":"c"}])"},
      {"T.a:b", "1"},
      {"T.\"c d\"", "2"},
      {"S.N[]", "null"},
      {"L[]", "[1,2,3]"},
      {"R[].I[?id=='b'][].id", R"(["b"])"},
      {"R[].I[?id=='z'][].id", "[]"},
      {"R[0].I[?id=='b'][]", R"([{"id":"b"}])"},
      {"L[?id=='b'][]", "[]"},
  };
  for (const auto& c : cases) EXPECT_EQ(eval(c.path, document), c.expected) << c.path;
}

TEST(JsonPath, TakesWhatItWouldCopy) {
  const char* document = R"({"R":[{"I":["a","b"]},{"I":["c"]}],"S":{"N":"run"},"E":""})";
  for (const char* path : {"R[].I[]", "S.N", "R[1].I", "X.Y", "E || S.N", "@"}) {
    Json taken = *parse_json(document);
    EXPECT_EQ(to_json(JsonPath::parse(path)->take(std::move(taken))), eval(path, document)) << path;
  }
}

TEST(JsonPath, RefusesWhatItDoesNotUnderstand) {
  for (const char* path : {"", "a.", "a[", "a[x]", "a || ", "a b", "\"a", "length(a)", "a[?b][]",
                           "a[?b==c][]", "a[?=='c'][]", "a[?b=='c'].d"}) {
    EXPECT_FALSE(JsonPath::parse(path).has_value()) << path;
  }
}

TEST(JsonPath, KnowsWhetherItYieldsAList) {
  EXPECT_TRUE(JsonPath::parse("a[].b")->is_list());
  EXPECT_FALSE(JsonPath::parse("a[0].b")->is_list());
}

}  // namespace
}  // namespace hm
