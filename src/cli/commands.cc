#include "cli/commands.h"

#include <array>
#include <cstdio>
#include <exception>

#include "embedded/cli_doc_aws.h"
#include "embedded/cli_doc_backup.h"
#include "embedded/cli_doc_catalog.h"
#include "embedded/cli_doc_cost.h"
#include "embedded/cli_doc_demo.h"
#include "embedded/cli_doc_diff.h"
#include "embedded/cli_doc_doctor.h"
#include "embedded/cli_doc_findings.h"
#include "embedded/cli_doc_help.h"
#include "embedded/cli_doc_iam_policy.h"
#include "embedded/cli_doc_key.h"
#include "embedded/cli_doc_query.h"
#include "embedded/cli_doc_quotas.h"
#include "embedded/cli_doc_restore.h"
#include "embedded/cli_doc_rules.h"
#include "embedded/cli_doc_scan.h"
#include "embedded/cli_doc_search.h"
#include "embedded/cli_doc_serve.h"
#include "embedded/cli_doc_tags.h"
#include "embedded/cli_doc_user.h"
#include "embedded/cli_doc_version.h"

namespace hm::cli {

namespace {

constexpr std::array kCommands = {
    Command{"aws", "call any operation of AWS, as the AWS CLI does", embedded::cli_doc_aws, run_aws},
    Command{"backup", "copy the database while it is used", embedded::cli_doc_backup, run_backup},
    Command{"catalog", "list and show resource types, check them and rules", embedded::cli_doc_catalog,
            run_catalog},
    Command{"cost", "show what HostMaster's own calls to AWS cost", embedded::cli_doc_cost, run_cost},
    Command{"demo", "show HostMaster with a simulated company", embedded::cli_doc_demo, run_demo},
    Command{"diff", "say what differs between two moments", embedded::cli_doc_diff, run_diff},
    Command{"doctor", "look whether everything that the server needs is in order", embedded::cli_doc_doctor,
            run_doctor},
    Command{"findings", "list what the rules have found, and decide about it", embedded::cli_doc_findings,
            run_findings},
    Command{"help", "explain a command", embedded::cli_doc_help, run_help},
    Command{"iam-policy", "print the IAM policy that reading an account needs", embedded::cli_doc_iam_policy,
            run_iam_policy},
    Command{"key", "make, list and revoke API keys", embedded::cli_doc_key, run_key},
    Command{"query", "answer a SELECT over the inventory", embedded::cli_doc_query, run_query},
    Command{"quotas", "show the service quotas with what is used of them", embedded::cli_doc_quotas,
            run_quotas},
    Command{"restore", "put a backup in the database's place", embedded::cli_doc_restore, run_restore},
    Command{"rules", "list, show, test and run the rules", embedded::cli_doc_rules, run_rules},
    Command{"scan", "read accounts into the inventory, once", embedded::cli_doc_scan, run_scan},
    Command{"search", "find resources by any part of what they are called", embedded::cli_doc_search,
            run_search},
    Command{"serve", "run the server: dashboard, API and collector", embedded::cli_doc_serve, run_serve},
    Command{"tags", "count who bears which tags, and who owns what", embedded::cli_doc_tags, run_tags},
    Command{"user", "look after the people who may log in", embedded::cli_doc_user, run_user},
    Command{"version", "print the versions of the program and of its AWS models", embedded::cli_doc_version,
            run_version},
};

// A command may take everything after "--" as its own text.
bool asks_for_help(const Args& args) {
  for (const std::string& arg : args) {
    if (arg == "--") return false;
    if (arg == "--help" || arg == "-h") return true;
  }
  return false;
}

int dispatch(const Args& args) {
  if (args.empty() || args[0] == "--help" || args[0] == "-h") return run_help({});
  if (args[0] == "--version") return run_version({});
  const Command* command = find_command(args[0]);
  if (!command) {
    return report(make_error(ErrorKind::invalid, "usage",
                             "there is no command \"" + args[0] + "\"; `hostmaster help` lists them"));
  }
  const Args rest(args.begin() + 1, args.end());
  if (asks_for_help(rest)) return run_help({args[0]});
  return command->run(rest);
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

int run(const Args& args) {
  try {
    return dispatch(args);
  } catch (const std::exception& exception) {
    return report(make_error(ErrorKind::internal, "exception", exception.what()));
  }
}

int report(const Error& error) {
  const bool usage = error.code == "usage";
  std::fprintf(stderr, "hostmaster: %s\n", usage ? error.message.c_str() : error.text().c_str());
  return usage ? kExitUsage : kExitFailed;
}

}  // namespace hm::cli
