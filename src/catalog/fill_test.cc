#include "catalog/fill.h"

#include <gtest/gtest.h>

namespace hm::catalog {
namespace {

Json parsed(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json();
}

TEST(Fill, PutsValuesOfTheItemAndFactsIntoParameters) {
  const Json item = parsed(R"({"Name":"b","Ids":["x","y"],"Size":3})");
  const Facts facts{{"account_id", "111111111111"}, {"region", "eu-west-1"}};
  const Json params =
      parsed(R"({"Bucket":"${Name}","Ids":"${Ids}","N":"${Size}","L":["${region}/${Name}-${Size}"],"K":1})");
  auto filled = fill(params, item, facts);
  ASSERT_TRUE(filled) << filled.error().text();
  EXPECT_EQ(to_json(*filled), R"({"Bucket":"b","Ids":["x","y"],"N":3,"L":["eu-west-1/b-3"],"K":1})");
}

TEST(Fill, SaysWhichValueTheItemLacks) {
  auto filled = fill_text("arn:${Name}/${Gone}", parsed(R"({"Name":"b"})"), {});
  ASSERT_FALSE(filled);
  EXPECT_EQ(filled.error().code, "missing_value");
  EXPECT_NE(filled.error().message.find("Gone"), std::string::npos);
}

TEST(Fill, AListDoesNotFitIntoAText) { EXPECT_FALSE(fill_text("a-${Ids}", parsed(R"({"Ids":["x"]})"), {})); }

TEST(Fill, AnUnclosedPlaceholderIsAnError) {
  EXPECT_FALSE(placeholders("a ${b"));
  EXPECT_FALSE(fill_text("a ${b", Json(), {}));
  EXPECT_EQ(placeholders("${a}-${b}").value(), (std::vector<std::string>{"a", "b"}));
}

TEST(Fill, TakesWhatStandsBehindTheLastMark) {
  const Json item(
      JsonObject{{"TopicArn", "arn:aws:sns:eu-west-1:1:orders"}, {"Id", "/hostedzone/Z1"}, {"N", 5}});
  EXPECT_EQ(fill_text("${TopicArn##*:}", item, {}).value(), "orders");
  EXPECT_EQ(fill_text("a:${Id##*/}:b", item, {}).value(), "a:Z1:b");
  EXPECT_EQ(fill_text("${TopicArn##*/}", item, {}).value(), "arn:aws:sns:eu-west-1:1:orders");
  EXPECT_EQ(fill(Json("${N##*/}"), item, {}).value(), Json(5));
  EXPECT_EQ(fill_text("${Gone##*/}", item, {}).error().code, "missing_value");
}

}  // namespace
}  // namespace hm::catalog
