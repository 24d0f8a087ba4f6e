#include "cli/options.h"

#include <gtest/gtest.h>

namespace hm::cli {
namespace {

struct Parsed {
  bool quiet = false;
  std::string region = "default";
  int64_t limit = 10;
  std::vector<std::string> tags;
  std::string sql;
};

Status parse(const Args& args, Parsed& into) {
  return parse_options("query", args,
                       {{"--quiet", "", "", &into.quiet},
                        {"--region", "NAME", "", &into.region, false, {"default", "eu-west-1"}},
                        {"--limit", "N", "", &into.limit},
                        {"--tag", "TAG", "", &into.tags},
                        {"sql", "SQL", "", &into.sql, true}});
}

TEST(Options, ReadsEveryKind) {
  Parsed got;
  const auto status =
      parse({"--quiet", "--region=eu-west-1", "--limit", "7", "--tag", "a", "select 1", "--tag=b"}, got);
  ASSERT_TRUE(status.has_value()) << status.error().text();
  EXPECT_TRUE(got.quiet);
  EXPECT_EQ(got.region, "eu-west-1");
  EXPECT_EQ(got.limit, 7);
  EXPECT_EQ(got.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(got.sql, "select 1");
}

TEST(Options, LeavesDefaultsAlone) {
  Parsed got;
  ASSERT_TRUE(parse({"select 1"}, got).has_value());
  EXPECT_FALSE(got.quiet);
  EXPECT_EQ(got.region, "default");
  EXPECT_EQ(got.limit, 10);
}

TEST(Options, RefusesWhatItDoesNotKnow) {
  for (const Args& bad : {Args{"--colour", "x"}, Args{"x", "--limit", "many"}, Args{"x", "--region", "mars"},
                          Args{"x", "y"}, Args{}, Args{"x", "--limit"}}) {
    Parsed got;
    const auto status = parse(bad, got);
    ASSERT_FALSE(status.has_value()) << bad.size();
    EXPECT_EQ(status.error().code, "usage");
    EXPECT_NE(status.error().message.find("hostmaster help query"), std::string::npos);
  }
}

TEST(Commands, EachHasAPageThatNamesIt) {
  for (const Command& command : commands()) {
    const std::string heading = "# hostmaster " + std::string(command.name) + "\n";
    EXPECT_TRUE(command.doc().starts_with(heading)) << command.name;
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_EQ(find_command(command.name), &command) << "a name twice";
  }
}

TEST(Commands, AnUnknownOneIsAUsageError) {
  EXPECT_EQ(run({"fly"}), kExitUsage);
  EXPECT_EQ(run({"help", "fly"}), kExitUsage);
  EXPECT_EQ(run({"version", "2"}), kExitUsage);
}

}  // namespace
}  // namespace hm::cli
