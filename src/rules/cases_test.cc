// The catalog's own rules: each SQL fits the tables, each case says what it expects. And what is wrong with a
// rule is told with its line.
#include <algorithm>

#include <gtest/gtest.h>

#include "rules/check.h"

namespace hm::rules {
namespace {

std::shared_ptr<const catalog::Catalog> built_in() {
  auto loaded = catalog::load_with({});
  EXPECT_TRUE(loaded.has_value()) << (loaded ? "" : loaded.error().text());
  return loaded ? *loaded : nullptr;
}

TEST(Rules, EveryRuleOfTheCatalogPassesItsCases) {
  const auto catalog = built_in();
  ASSERT_NE(catalog, nullptr);
  EXPECT_GE(catalog->rules().size(), 18u);
  const Status checked = check_rules(*catalog, {.cases = true}, true);
  EXPECT_TRUE(checked.has_value()) << checked.error().message;
}

TEST(Rules, NoRulePassesItsCasesByAccident) {
  // A case that expects nothing would hold for a rule that never finds anything, so each rule must have one
  // that fires.
  const auto catalog = built_in();
  ASSERT_NE(catalog, nullptr);
  for (const catalog::Rule& rule : catalog->rules()) {
    const auto fires = [](const catalog::RuleCase& one) { return !one.expect.empty(); };
    EXPECT_TRUE(std::any_of(rule.cases.begin(), rule.cases.end(), fires)) << rule.id;
    EXPECT_FALSE(std::all_of(rule.cases.begin(), rule.cases.end(), fires)) << rule.id;
  }
}

constexpr const char* kRule = R"(title: Is every volume attached?
severity: low
description: It costs as much as one in use.
resource: ec2/volume
parameters:
  days: {type: integer, default: 7, description: Days that it may wait.}
sql: |
  select resource_id, 'unattached' as reason, size from aws_ebs_volume
  where state = 'available' and size > :days
fix: {console: Delete it there., cli: aws ec2 delete-volume, terraform: Remove it.}
cases:
  - given: {aws_ebs_volume: [{resource_id: a, state: available, size: 8}]}
    expect: [{resource_id: a, size: 8}]
  - given: {aws_ebs_volume: [{resource_id: a, state: in-use, size: 8}]}
    expect: []
)";

std::string with(std::string_view from, std::string_view to) {
  std::string text = kRule;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// Loaded beside the built-in types, as a user's directory is.
std::string faults_of(const std::string& text) {
  auto files = catalog::embedded_files();
  files.push_back({.path = "rules/cost/mine.yaml", .text = text, .origin = "", .checked = false});
  auto loaded = catalog::load_catalog(files);
  if (!loaded) return loaded.error().message;
  const Status checked = check_rules(**loaded, {.cases = true}, false);
  return checked ? std::string() : checked.error().message;
}

struct BadRule {
  const char* what;
  std::string text;
  const char* says;
};

class BadRules : public testing::TestWithParam<BadRule> {};

TEST_P(BadRules, AreRefusedWithFileAndLine) {
  const std::string said = faults_of(GetParam().text);
  EXPECT_NE(said.find(GetParam().says), std::string::npos) << GetParam().what << ": " << said;
}

INSTANTIATE_TEST_SUITE_P(
    All, BadRules,
    testing::Values(
        BadRule{"unknown key", with("severity: low", "severity: low\nsevere: 1"),
                "mine.yaml:3: unknown key 'severe'"},
        BadRule{"no question", with("attached?", "attached."),
                "mine.yaml:1: 'title' is not written as it must be"},
        BadRule{"severity", with("severity: low", "severity: huge"), "mine.yaml:2: 'severity' is none"},
        BadRule{"type", with("resource: ec2/volume", "resource: ec2/volumen"),
                "mine.yaml:4: the rule's type 'ec2/volumen' is no resource type"},
        BadRule{"default", with("default: 7", "default: seven"),
                "mine.yaml:6: the default of 'days' is no integer"},
        BadRule{"reserved parameter", with("  days:", "  now:"),
                "the parameter 'now' is the moment of the run"},
        BadRule{"unused parameter", with("size > :days", "size > 7"), "the parameter 'days' is not used"},
        BadRule{"undeclared parameter", with(":days", ":dais"), "uses :dais, which is no parameter"},
        BadRule{"table", with("from aws_ebs_volume", "from aws_ebs_volumes"),
                "mine.yaml:7: the SQL is refused: no such table: aws_ebs_volumes"},
        BadRule{"column", with("reason, size", "reason, sizes"), "no such column: sizes"},
        BadRule{"no reason", with("'unattached' as reason", "'unattached' as why"),
                "must answer one column named reason"},
        BadRule{"a write", with("  select resource_id", "  delete from aws_ebs_volume; select resource_id"),
                "mine.yaml:7: the SQL is refused"},
        BadRule{"findings", with("from aws_ebs_volume", "from finding"), "no such table: finding"},
        BadRule{"does not fire", with("state: available, size: 8}", "state: available, size: 1}"),
                "mine.yaml:12: case 1: no finding on"},
        BadRule{"fires wrongly", with("state: in-use", "state: available"),
                "a finding on \"a\" that is not expected"},
        BadRule{"another value", with("size: 8}]\n  - given", "size: 9}]\n  - given"),
                "of \"a\", size is 8 and not 9"},
        BadRule{"unknown column given", with("state: in-use", "stat: in-use"), "has no column 'stat'"},
        BadRule{"every case fires", with("expect: []", "expect: [{resource_id: a}]"), "every case fires"},
        BadRule{"bad severity", with("size from", "'awful' as severity from"),
                "a row's severity is \"awful\""},
        BadRule{"relations without needs",
                with("size > :days", "size > :days and exists (select 1 from relation)"),
                "name under needs.types"}),
    [](const auto& one) {
      std::string name = one.param.what;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return c == ' '; }, '_');
      return name;
    });

TEST(Rules, AGoodOneHasNoFaults) { EXPECT_EQ(faults_of(kRule), ""); }

TEST(Rules, AnIdStandsForOneRule) {
  auto files = catalog::embedded_files();
  files.push_back({.path = "rules/health/ami_unused.yaml", .text = kRule, .origin = "", .checked = false});
  const auto loaded = catalog::load_catalog(files);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_NE(loaded.error().message.find("the rule 'ami_unused' is also that of"), std::string::npos)
      << loaded.error().message;
}

}  // namespace
}  // namespace hm::rules
