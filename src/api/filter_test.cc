#include "api/filter.h"

#include <gtest/gtest.h>

namespace hm::api {
namespace {

using Field = inventory::Condition::Field;

const Time kNow = parse_iso("2026-11-23T12:00:00Z").value();
const std::map<std::string, std::string> kNames = {{"111111111111", "Production"}, {"222222222222", "dev"}};

const std::vector<std::string> kTagged = {"ec2/instance", "ec2/vpc"};
const FilterFacts kFacts = {kNow, kNames, kTagged};

inventory::Condition one(std::string_view text) {
  auto conditions = parse_filter(text, kFacts);
  EXPECT_TRUE(conditions.has_value()) << text << (conditions ? "" : conditions.error().text());
  if (!conditions || conditions->size() != 1) {
    ADD_FAILURE() << text;
    return {};
  }
  return conditions->front();
}

using Values = std::vector<std::string>;

TEST(Filter, ReadsEveryKindOfTerm) {
  struct Case {
    std::string_view text;
    Field field;
    bool negated;
    Values values;
    std::string key;
  };
  const Case cases[] = {
      {"type:ec2/instance", Field::type, false, {"ec2/instance"}, ""},
      {"-state:stopped", Field::state, true, {"stopped"}, ""},
      {"region:eu-west-1,us-east-1", Field::region, false, {"eu-west-1", "us-east-1"}, ""},
      {"name:\"web server\"", Field::name, false, {"web server"}, ""},
      {"name:\"a,b\",c", Field::name, false, {"a,b", "c"}, ""},
      {"tag:env", Field::tag, false, {}, "env"},
      {"tag:env=prod,stage", Field::tag, false, {"prod", "stage"}, "env"},
      {"tag:\"cost center\"=a=b", Field::tag, false, {"a=b"}, "cost center"},
      {"tag:env=", Field::tag, false, {""}, "env"},
      {"owner:\"team a\",b*", Field::owner, false, {"team a", "b*"}, ""},
      {"-owner:arn:aws:iam::1:user/al", Field::owner, true, {"arn:aws:iam::1:user/al"}, ""},
      {"account:production", Field::account, false, {"production", "111111111111"}, ""},
      {"account:222222222222", Field::account, false, {"222222222222"}, ""},
      {"arn:aws:s3:::bucket", Field::arn, false, {"arn:aws:s3:::bucket"}, ""},
      {"arn:arn:aws:s3:::*", Field::arn, false, {"arn:aws:s3:::*"}, ""},
      {"is:gone", Field::gone, false, {}, ""},
      {"-is:unknown", Field::unknown, true, {}, ""},
      {"is:untagged", Field::untagged, false, kTagged, ""},
      {"web-1,x", Field::word, false, {"web-1,x"}, ""},
      {"\"a:b c\"", Field::word, false, {"a:b c"}, ""},
      {"-word", Field::word, true, {"word"}, ""},
  };
  for (const Case& expected : cases) {
    const auto found = one(expected.text);
    EXPECT_EQ(found.field, expected.field) << expected.text;
    EXPECT_EQ(found.negated, expected.negated) << expected.text;
    EXPECT_EQ(found.values, expected.values) << expected.text;
    EXPECT_EQ(found.key, expected.key) << expected.text;
  }
}

TEST(Filter, ReadsAgesAndDates) {
  const auto old = one("created:>30d");
  EXPECT_EQ(old.field, Field::created_before);
  EXPECT_EQ(old.at, kNow - std::chrono::hours(24 * 30));
  EXPECT_EQ(one("created:<2h").field, Field::created_after);
  EXPECT_EQ(one("created:<2h").at, kNow - std::chrono::hours(2));
  EXPECT_EQ(one("created:>2026-01-31").field, Field::created_after);
  EXPECT_EQ(format_iso(*one("created:<2026-01-31").at), "2026-01-31T00:00:00Z");
}

TEST(Filter, JoinsTerms) {
  auto all = parse_filter("  type:ec2/volume\ttag:env=prod  web ", kFacts);
  ASSERT_TRUE(all.has_value());
  EXPECT_EQ(all->size(), 3u);
  EXPECT_EQ(parse_filter("", kFacts)->size(), 0u);
}

TEST(Filter, NamesThePlaceOfAMistake) {
  struct Case {
    std::string text;
    const char* position;
    const char* message;
  };
  std::string many;
  for (int i = 0; i < 51; ++i) many += "a ";
  const Case cases[] = {
      {"foo:bar", "0", "there is no key \"foo\""},
      {"web -typ:x", "5", "there is no key \"typ\""},
      {"ä foo:x", "2", "there is no key"},
      {"name:", "5", "a value is missing after name:"},
      {"name: x", "5", "a value is missing after name:"},
      {"name:\"web", "5", "this quote is not closed"},
      {"region:a,,b", "9", "before the comma"},
      {"region:a,", "9", "after the comma"},
      {"-", "1", "a word is missing"},
      {"tag:=x", "4", "a tag's key is missing"},
      {"tag:a,b", "4", "one tag:key a term"},
      {"created:30d", "8", "older than 30 days"},
      {"created:>30x", "8", "older than 30 days"},
      {"created:>99999999999999999999d", "8", "older than 30 days"},
      {"is:here", "3", "is:gone, is:unknown or is:untagged"},
      {many, "100", "too many terms"},
      {std::string(2001, 'a'), "2000", "at most 2000 bytes"},
  };
  for (const Case& expected : cases) {
    auto parsed = parse_filter(expected.text, kFacts);
    ASSERT_FALSE(parsed.has_value()) << expected.text;
    EXPECT_EQ(parsed.error().code, "filter_invalid") << expected.text;
    EXPECT_EQ(parsed.error().notes.at("position"), expected.position) << expected.text;
    EXPECT_NE(parsed.error().message.find(expected.message), std::string::npos) << parsed.error().message;
  }
}

TEST(Filter, EveryExampleParses) {
  for (const FilterKey& key : filter_keys()) {
    EXPECT_TRUE(parse_filter(key.example, kFacts).has_value()) << key.example;
    EXPECT_TRUE(key.example.starts_with(std::string(key.name) + ":")) << key.example;
  }
}

}  // namespace
}  // namespace hm::api
