#include "inventory/compare.h"

#include <gtest/gtest.h>

namespace hm::inventory {
namespace {

State state(std::string_view json) {
  State made;
  made.document = parse_json(json).value();
  return made;
}

std::string told(const Comparison& comparison) {
  std::string text;
  for (const Difference& one : comparison.differences)
    text += std::string(to_string(one.kind)) + " " + one.path + " " + to_json(one.before) +
            (one.before_unknown ? "?" : "") + ">" + to_json(one.after) + (one.after_unknown ? "?" : "") +
            "\n";
  return text;
}

ComparedPaths paths(std::set<std::string> volatile_parts, std::set<std::string> sets) {
  return {.volatile_parts = std::move(volatile_parts), .sets = std::move(sets)};
}

TEST(Compare, NamesDifferencesByPointer) {
  const State before = state(R"({"a":{"b/c":1,"gone":2},"list":[1,2,3],"same":[{"x":1}],"~":"t"})");
  const State after = state(R"({"a":{"b/c":5,"new":3},"list":[1,3],"same":[{"x":2}],"~":1})");
  const Comparison found = compare({}, before, after, 100);
  EXPECT_FALSE(found.truncated);
  EXPECT_EQ(told(found),
            "changed /a/b~1c 1>5\nremoved /a/gone 2>null\nadded /a/new null>3\nremoved /list/1 2>null\n"
            "changed /same/0/x 1>2\nchanged /~0 \"t\">1\n");
  const Comparison few = compare({}, before, after, 2);
  EXPECT_EQ(few.differences.size(), 2u);
  EXPECT_TRUE(few.truncated);
  EXPECT_TRUE(compare({}, before, before, 2).differences.empty());
}

TEST(Compare, LeavesOutWhatIsVolatile) {
  const auto given = paths({".Seen", ".Users[].LastUsed", ".Net.Bytes"}, {".Users"});
  const State before = state(
      R"({"Seen":1,"Net":{"Bytes":5,"Mtu":1500},"Users":[{"UserName":"a","LastUsed":1},{"UserName":"b","LastUsed":2}]})");
  const State after = state(
      R"({"Net":{"Bytes":9,"Mtu":1500},"Users":[{"UserName":"b","LastUsed":7},{"UserName":"a","LastUsed":8}]})");
  EXPECT_EQ(told(compare(given, before, after, 10)), "");
}

TEST(Compare, SetsHaveNoOrderAndOtherListsDo) {
  const State before =
      state(R"({"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}],"Order":["x","y"]})");
  const State after =
      state(R"({"Tags":[{"Key":"b","Value":"2"},{"Key":"a","Value":"1"}],"Order":["y","x"]})");
  EXPECT_EQ(told(compare(paths({}, {".Tags"}), before, after, 10)),
            "changed /Order/0 \"x\">\"y\"\nchanged /Order/1 \"y\">\"x\"\n");
}

TEST(Compare, PairsElementsOfASetByWhatNamesThem) {
  const State before =
      state(R"({"Tags":[{"Key":"env","Value":"dev"},{"Key":"old","Value":"1"},{"Key":"same","Value":"s"}]})");
  const State after = state(
      R"({"Tags":[{"Key":"same","Value":"s"},{"Key":"new","Value":"2"},{"Key":"env","Value":"prod"}]})");
  EXPECT_EQ(told(compare(paths({}, {".Tags"}), before, after, 10)),
            "changed /Tags/2/Value \"dev\">\"prod\"\n"
            "removed /Tags/1 {\"Key\":\"old\",\"Value\":\"1\"}>null\n"
            "added /Tags/1 null>{\"Key\":\"new\",\"Value\":\"2\"}\n");
}

// The rules of a security group have no id: one that differs only inside is told inside.
TEST(Compare, PairsElementsWithoutANameByTheirScalars) {
  const auto given = paths({}, {".Rules", ".Rules[].Ranges"});
  const State before =
      state(R"({"Rules":[{"Port":22,"Ranges":["10.0.0.0/8"]},{"Port":443,"Ranges":["a","b"]}]})");
  const State after =
      state(R"({"Rules":[{"Port":443,"Ranges":["b","a"]},{"Port":22,"Ranges":["0.0.0.0/0","10.0.0.0/8"]}]})");
  EXPECT_EQ(told(compare(given, before, after, 10)), "added /Rules/1/Ranges/0 null>\"0.0.0.0/0\"\n");
}

TEST(Compare, WhatCouldNotBeReadWasNotNothing) {
  State before = state(R"({"Id":"b","Size":1})");
  State after = state(R"({"Id":"b","Size":2,"Policy":{"Text":"allow"}})");
  before.unknown["Policy"] = {"AccessDenied", "not allowed", Time()};
  const Comparison read = compare({}, before, after, 10);
  EXPECT_EQ(told(read), "changed /Size 1>2\nchanged /Policy null?>{\"Text\":\"allow\"}\n");
  EXPECT_TRUE(read.unknown_before.contains("Policy"));
  EXPECT_TRUE(read.unknown_after.empty());
  const Comparison lost = compare({}, after, before, 10);
  EXPECT_EQ(told(lost), "changed /Size 2>1\nchanged /Policy {\"Text\":\"allow\"}>null?\n");
}

TEST(Compare, TakesItsPathsFromTheCatalog) {
  catalog::ResourceType type;
  type.volatile_paths.push_back(JsonPath::parse("A.B || C").value());
  type.set_paths.push_back(JsonPath::parse("Groups[].Ids").value());
  // One element alone cannot be told from its siblings: it is compared.
  type.volatile_paths.push_back(JsonPath::parse("List[0].X").value());
  const ComparedPaths given = ComparedPaths::of(&type);
  EXPECT_EQ(given.volatile_parts, (std::set<std::string>{".A.B", ".C"}));
  EXPECT_EQ(given.sets, std::set<std::string>{".Groups[].Ids"});
  EXPECT_TRUE(ComparedPaths::of(nullptr).sets.empty());
}

}  // namespace
}  // namespace hm::inventory
