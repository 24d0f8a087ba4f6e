#include "base/yaml.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(Yaml, ReadsScalarsByTheCoreSchema) {
  auto yaml =
      parse_yaml("a: 1\nb: 1.5\nc: true\nd: yes\ne: '1'\nf: ~\ng: 007\nh: [x, 2]\ni: '111111111111'\n");
  ASSERT_TRUE(yaml.has_value());
  EXPECT_EQ(
      to_json(yaml->value),
      R"({"a":1,"b":1.5E0,"c":true,"d":"yes","e":"1","f":null,"g":"007","h":["x",2],"i":"111111111111"})");
}

TEST(Yaml, KnowsTheLineOfEachValue) {
  auto yaml = parse_yaml("a:\n  - b: 1\n    c/d: 2\n");
  ASSERT_TRUE(yaml.has_value());
  EXPECT_EQ(yaml->line_of("/a"), 1);
  EXPECT_EQ(yaml->line_of("/a/0/b"), 2);
  EXPECT_EQ(yaml->line_of("/a/0/c~1d"), 3);
  EXPECT_EQ(yaml->line_of("/a/0/c~1d/unknown"), 3);
}

TEST(Yaml, NamesTheLineOfAFault) {
  const struct {
    const char* text;
    const char* place;
  } cases[] = {{"a: 1\nb: [1\n", "line 3"}, {"a: 1\na: 2\n", "line 2"}, {"a: *b\n", "line 1"}};
  for (const auto& c : cases) {
    auto yaml = parse_yaml(c.text);
    ASSERT_FALSE(yaml.has_value()) << c.text;
    EXPECT_NE(yaml.error().message.find(c.place), std::string::npos) << yaml.error().message;
  }
}

}  // namespace
}  // namespace hm
