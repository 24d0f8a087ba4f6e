// What a plan says is run by a real shell: nothing in a value may become a command.
#include "inventory/tag_plan.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::inventory {
namespace {

Resource resource(const std::string& type, const std::string& key, const std::string& region = "eu-west-1",
                  const std::string& account = "111111111111") {
  Resource one;
  one.place = {account, region, type};
  one.key = key;
  one.region = region;
  one.arn = "arn:aws:" + type.substr(0, type.find('/')) + ":" + region + ":" + account + ":" + key;
  return one;
}

// Runs the script with an `aws` that prints its arguments, each ended by a NUL, each call by two.
std::vector<std::vector<std::string>> calls_of(const std::string& script) {
  namespace fs = std::filesystem;
  const fs::path directory = fs::temp_directory_path() / ("hm-plan-" + hex(random_bytes(8)));
  fs::create_directory(directory);
  std::ofstream(directory / "aws")
      << "#!/bin/sh\nprintf '%s\\0' \"$@\" >> \"$HM_OUT\"\nprintf '\\0' >> \"$HM_OUT\"\n";
  std::ofstream(directory / "plan.sh", std::ios::binary) << script;
  fs::permissions(directory / "aws", fs::perms::owner_all);
  const std::string in = "cd '" + directory.string() + "' && ";
  EXPECT_EQ(std::system((in + "sh -n plan.sh").c_str()), 0) << script;
  EXPECT_EQ(std::system((in + "HM_OUT=out PATH=\"$PWD:$PATH\" sh plan.sh").c_str()), 0) << script;
  std::ifstream file(directory / "out", std::ios::binary);
  const std::string out((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::vector<std::vector<std::string>> calls(1);
  for (size_t at = 0; at < out.size();) {
    const size_t end = out.find('\0', at);
    if (end == at) {
      calls.emplace_back();
    } else {
      calls.back().push_back(out.substr(at, end - at));
    }
    at = end + 1;
  }
  calls.pop_back();
  EXPECT_EQ(std::distance(fs::directory_iterator(directory), fs::directory_iterator{}), 3)
      << "something else was made";
  fs::remove_all(directory);
  return calls;
}

Json json_of(const std::string& word, std::string_view option) {
  EXPECT_TRUE(word.starts_with(option)) << word;
  auto parsed = parse_json(std::string_view(word).substr(option.size()));
  EXPECT_TRUE(parsed.has_value()) << word;
  return parsed ? *parsed : Json();
}

TEST(TagPlan, NoValueBecomesACommand) {
  for (const std::string value :
       {"plain", "it's", "$(touch pwned)", "`touch pwned`", "a\nb; touch pwned", "\"; touch pwned; \"",
        "$HOME", "\\", "'; touch pwned; '", "-x", "", "é ü", "a,b=c", "\ttab", "#x", "~", "*", "!!"}) {
    const auto plan =
        tag_plan(catalog::embedded_tagging(), "Key " + value,
                 {{resource("ec2/volume", "vol-1"), value}, {resource("iam/role", "r'$x", "global"), value}});
    const auto calls = calls_of(plan.commands);
    ASSERT_EQ(calls.size(), 2u) << value;
    EXPECT_EQ(plan.calls, 2);
    EXPECT_EQ(calls[0][1], "tag-resources");
    EXPECT_EQ(calls[0][2], "--region=eu-west-1");
    EXPECT_EQ(json_of(calls[0][3], "--resource-arn-list=").at(0),
              Json("arn:aws:ec2:eu-west-1:111111111111:vol-1"));
    EXPECT_EQ(member_text(json_of(calls[0][4], "--tags="), "Key " + value), value);
    EXPECT_EQ(calls[1][1], "tag-role");
    EXPECT_EQ(calls[1][2], "--role-name=r'$x");
    const Json tags = json_of(calls[1][3], "--tags=");
    EXPECT_EQ(member_text(tags.at(0), "Value"), value);
  }
}

TEST(TagPlan, ACallHasAtMostTwentyArnsOfOneAccountAndRegion) {
  std::vector<TagProposal> proposals;
  for (int i = 0; i < 41; ++i) proposals.push_back({resource("ec2/volume", "vol-" + std::to_string(i)), "x"});
  proposals.push_back({resource("ec2/volume", "vol-us", "us-east-1"), "x"});
  proposals.push_back({resource("ec2/volume", "vol-b", "eu-west-1", "222222222222"), "x"});
  proposals.push_back({resource("cloudfront/distribution", "E1", "global"), "x"});
  const auto calls = calls_of(tag_plan(catalog::embedded_tagging(), "env", proposals).commands);
  ASSERT_EQ(calls.size(), 5u);
  size_t arns = 0;
  std::string regions;
  for (const auto& call : calls) {
    const size_t here = json_of(call[3], "--resource-arn-list=").as_array().size();
    EXPECT_LE(here, kArnsOfCall);
    arns += here;
    regions += call[2].substr(9) + " ";
  }
  EXPECT_EQ(arns, proposals.size());
  EXPECT_EQ(regions, "eu-west-1 eu-west-1 eu-west-1 us-east-1 eu-west-1 ")
      << "what lives in no region is tagged from the partition's home";
}

TEST(TagPlan, TerraformSaysWhatItCannot) {
  const auto plan =
      tag_plan(catalog::embedded_tagging(), "env",
               {{resource("ec2/volume", "vol-1"), "a\"${x}%{y}\\\n$"}, {resource("s3/bucket", "b"), "x"}});
  EXPECT_NE(plan.terraform.find("resource \"aws_ec2_tag\""), std::string::npos) << plan.terraform;
  EXPECT_NE(plan.terraform.find("value       = \"a\\\"$${x}%%{y}\\\\\\n$\""), std::string::npos)
      << plan.terraform;
  EXPECT_NE(plan.terraform.find("#   arn:aws:s3:eu-west-1:111111111111:b: \"env\" = \"x\""),
            std::string::npos)
      << plan.terraform;
}

TEST(TagPlan, KeysAndValuesAreThoseThatAwsTakes) {
  EXPECT_TRUE(check_tag_key("Cost Center").has_value());
  EXPECT_EQ(check_tag_key("").error().code, "tag_key");
  EXPECT_EQ(check_tag_key("aws:x").error().code, "tag_key");
  EXPECT_EQ(check_tag_key(std::string(129, 'k')).error().code, "tag_key");
  EXPECT_TRUE(check_tag_value(std::string(256, 'v')).has_value());
  EXPECT_EQ(check_tag_value(std::string(257, 'v')).error().code, "tag_value");
}

}  // namespace
}  // namespace hm::inventory
