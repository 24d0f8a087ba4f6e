#include "aws/process_credentials.h"

#include <gtest/gtest.h>

#include "aws/credential_fakes.h"

namespace hm::aws {
namespace {

using Words = std::vector<std::string>;

TEST(ProcessCredentials, SplitsAsAShellWouldAndExpandsNothing) {
  const struct {
    const char* command;
    Words words;
  } rows[] = {
      {"a b  c", {"a", "b", "c"}},   {R"("a b" 'c d')", {"a b", "c d"}},
      {R"(a\ b)", {"a b"}},          {R"('a\ b')", {R"(a\ b)"}},
      {R"("a\"b\n")", {R"(a"b\n)"}}, {R"(x'y'"z")", {"xyz"}},
      {R"(a "")", {"a", ""}},        {"$HOME `id` | rm", {"$HOME", "`id`", "|", "rm"}},
  };
  for (const auto& row : rows) EXPECT_EQ(*split_command(row.command), row.words) << row.command;
  EXPECT_FALSE(split_command("a 'b").has_value());
  EXPECT_FALSE(split_command("  ").has_value());
}

Result<Credentials> with_output(const std::string& output) {
  FakeMachine machine;
  machine.run = [&](const Words&) { return output; };
  return process_credentials(machine.environment(), "tool", "111111111111");
}

TEST(ProcessCredentials, ReadsTheAnswer) {
  const auto found = with_output(
      R"({"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-11-23T12:00:00Z"})");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->access_key_id, "A");
  EXPECT_EQ(found->account_id, "111111111111");
  EXPECT_EQ(*found->expires_at, *parse_iso("2026-11-23T12:00:00Z"));
}

TEST(ProcessCredentials, BadAnswersAreRefusedAndNotQuoted) {
  for (const char* output : {"hush", R"({"Version":2,"AccessKeyId":"A","SecretAccessKey":"hush"})",
                             R"({"AccessKeyId":"A","SecretAccessKey":"hush"})",
                             R"({"Version":1,"SecretAccessKey":"hush"})", R"(["hush"])"}) {
    const auto found = with_output(output);
    ASSERT_FALSE(found.has_value()) << output;
    EXPECT_EQ(found.error().code, "bad_process_answer");
    EXPECT_EQ(found.error().text().find("hush"), std::string::npos);
  }
}

TEST(SystemEnvironment, RunsProgramsAndReadsFiles) {
  const Environment machine = system_environment();
  EXPECT_EQ(*machine.run({"echo", "a b", "$HOME"}), "a b $HOME\n");
  EXPECT_EQ(machine.run({"false"}).error().code, "program_failed");
  EXPECT_EQ(machine.run({"/no/such/program"}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(machine.run({"head", "-c", "2000000", "/dev/zero"}).error().code, "output_too_large");
  EXPECT_EQ(machine.read_file("/no/such/file").error().kind, ErrorKind::not_found);
  EXPECT_FALSE(machine.read_file("/").has_value());
}

TEST(SystemEnvironment, WritesForItsOwnerAlone) {
  const Environment machine = system_environment();
  const std::string folder = ::testing::TempDir() + "hm_environment_test";
  const std::string path = folder + "/sub/file";
  ASSERT_TRUE(machine.write_file(path, "one").has_value());
  ASSERT_TRUE(machine.write_file(path, "two").has_value());
  EXPECT_EQ(*machine.read_file(path), "two");
  EXPECT_EQ(*machine.run({"stat", "-c", "%a", path}), "600\n");
  EXPECT_EQ(*machine.run({"ls", folder + "/sub"}), "file\n");
  ASSERT_TRUE(machine.run({"rm", "-r", folder}).has_value());
}

}  // namespace
}  // namespace hm::aws
