#include "collect/type_choice.h"

#include <gtest/gtest.h>

#include "collect/account_settings.h"

namespace hm::collect {
namespace {

catalog::Catalog three_types() {
  std::vector<catalog::ResourceType> types(3);
  types[0].id = "ec2/snapshot";
  types[0].table = "aws_ebs_snapshot";
  types[1].id = "ec2/volume";
  types[1].table = "aws_ebs_volume";
  types[2].id = "s3/bucket";
  types[2].table = "aws_s3_bucket";
  return catalog::Catalog(std::move(types));
}

using Ids = std::set<std::string>;

Ids left_out(std::vector<std::string> include, std::vector<std::string> exclude) {
  TypeChoice choice;
  for (auto& one : include) choice.include.push_back({std::move(one), "f:1"});
  for (auto& one : exclude) choice.exclude.push_back({std::move(one), "f:2"});
  const auto found = types_left_out(choice, three_types());
  EXPECT_TRUE(found.has_value()) << found.error().text();
  return found.value_or(Ids{"failed"});
}

TEST(TypeChoice, NamesTypesTablesAndServices) {
  EXPECT_EQ(left_out({}, {}), Ids{});
  EXPECT_EQ(left_out({}, {"ec2/snapshot"}), Ids{"ec2/snapshot"});
  EXPECT_EQ(left_out({}, {"aws_ebs_volume", "s3/*"}), (Ids{"ec2/volume", "s3/bucket"}));
  EXPECT_EQ(left_out({"ec2/*"}, {}), Ids{"s3/bucket"});
  EXPECT_EQ(left_out({"ec2/*"}, {"ec2/snapshot"}), (Ids{"ec2/snapshot", "s3/bucket"}));
}

TEST(TypeChoice, TellsAllNamesThatMeanNothingWithTheirPlaces) {
  TypeChoice choice;
  choice.include = {{"ec2/volum", "hostmaster.yaml:4"}};
  choice.exclude = {{"s4/*", "hostmaster.yaml:5"}};
  const auto found = types_left_out(choice, three_types());
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, "bad_config");
  EXPECT_NE(found.error().message.find("hostmaster.yaml:4: there is no type or table 'ec2/volum'"),
            std::string::npos)
      << found.error().message;
  EXPECT_NE(found.error().message.find("ec2/volume"), std::string::npos) << "what is meant";
  EXPECT_NE(found.error().message.find("hostmaster.yaml:5: there is no type or table 's4/*'"),
            std::string::npos);
}

TEST(TypeChoice, IsReadOfAccountsAndOrganizations) {
  const auto yaml = parse_yaml(R"(accounts:
  - name: a
    role_arn: "arn:aws:iam::111111111111:role/R"
    types:
      include: [ec2/*]
      exclude:
        - aws_ebs_snapshot
organizations:
  - {management_account: "111111111111", role_name: R, metrics: false, metrics_budget_usd: 2, types: {exclude: [s3/*]}})");
  ASSERT_TRUE(yaml.has_value());
  const auto accounts = read_account_settings(*yaml, "/accounts", "hostmaster.yaml");
  ASSERT_TRUE(accounts.has_value()) << accounts.error().text();
  const TypeChoice& types = accounts->front().types;
  ASSERT_EQ(types.include.size(), 1u);
  EXPECT_EQ(types.include[0].text, "ec2/*");
  ASSERT_EQ(types.exclude.size(), 1u);
  EXPECT_EQ(types.exclude[0], (TypeName{"aws_ebs_snapshot", "hostmaster.yaml:7"}));
  const auto organizations = read_organization_settings(*yaml, "/organizations", "hostmaster.yaml");
  ASSERT_TRUE(organizations.has_value()) << organizations.error().text();
  EXPECT_EQ(organizations->front().metrics, false);
  EXPECT_EQ(organizations->front().metrics_budget_usd, Money::of(2));
  EXPECT_EQ(organizations->front().types.exclude.at(0).text, "s3/*");
}

TEST(TypeChoice, FaultsAreToldWithTheirLines) {
  for (const auto& [text, says] :
       {std::pair("types: [ec2/*]", "hostmaster.yaml:3: 'types' must be a map"),
        std::pair("types: {omit: []}", "hostmaster.yaml:3: unknown key 'omit'"),
        std::pair("types: {include: ec2}", "hostmaster.yaml:3: must be a list of types"),
        std::pair("types: {include: [1]}", "hostmaster.yaml:3: must be a list of types")}) {
    const auto yaml = parse_yaml("accounts:\n  - name: a\n    " + std::string(text));
    ASSERT_TRUE(yaml.has_value()) << text;
    const auto accounts = read_account_settings(*yaml, "/accounts", "hostmaster.yaml");
    ASSERT_FALSE(accounts.has_value()) << text;
    EXPECT_NE(accounts.error().message.find(says), std::string::npos) << accounts.error().message;
  }
}

}  // namespace
}  // namespace hm::collect
