// The commands of `hostmaster`: one row in the table of commands.cc, one .cc and one .md each.
//
// To add one: write src/cli/<verb>.cc with `int run_<verb>(const Args&)`, declare it below, write
// src/cli/<verb>.md (its first line is "# hostmaster <verb>"; CMake embeds it as embedded::cli_doc_<verb>(),
// with `-` in the file's name as `_`), and add the row. `hostmaster help <verb>` and `--help` print the .md.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hm::cli {

using Args = std::vector<std::string>;  // what follows the command's name

// Exit codes of every command but `aws`, which has those of the AWS CLI (252-255).
constexpr int kExitOk = 0;
constexpr int kExitFailed = 1;  // the work could not be done, or not all of it
constexpr int kExitUsage = 2;   // the arguments are wrong

struct Command {
  std::string_view name;
  std::string_view summary;      // one line for `hostmaster help`
  std::string_view (*doc)();     // the .md
  int (*run)(const Args& args);  // the exit code
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);

// What main() does: finds the command and runs it. The last place that catches an exception.
int run(const Args& args);

// "hostmaster: <error>" on standard error; gives kExitUsage for code "usage", else kExitFailed.
int report(const Error& error);

int run_aws(const Args& args);
int run_backup(const Args& args);
int run_catalog(const Args& args);
int run_cost(const Args& args);
int run_demo(const Args& args);
int run_diff(const Args& args);
int run_doctor(const Args& args);
int run_findings(const Args& args);
int run_help(const Args& args);
int run_iam_policy(const Args& args);
int run_key(const Args& args);
int run_query(const Args& args);
int run_quotas(const Args& args);
int run_restore(const Args& args);
int run_rules(const Args& args);
int run_scan(const Args& args);
int run_search(const Args& args);
int run_serve(const Args& args);
int run_tags(const Args& args);
int run_user(const Args& args);
int run_version(const Args& args);

}  // namespace hm::cli
