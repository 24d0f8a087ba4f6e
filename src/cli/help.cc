#include <algorithm>
#include <cstdio>

#include "cli/commands.h"

namespace hm::cli {

namespace {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int list_commands() {
  size_t width = 0;
  for (const Command& command : commands()) width = std::max(width, command.name.size());
  print("usage: hostmaster COMMAND [ARGUMENTS]\n\n");
  for (const Command& command : commands()) {
    std::string line = "  " + std::string(command.name);
    line.append(width + 2 - command.name.size(), ' ');
    print(line.append(command.summary) + "\n");
  }
  print("\n`hostmaster help COMMAND` explains one.\n");
  return kExitOk;
}

}  // namespace

int run_help(const Args& args) {
  if (args.empty()) return list_commands();
  const Command* command = find_command(args[0]);
  if (!command || args.size() > 1) {
    return report(make_error(ErrorKind::invalid, "usage", "usage: hostmaster help [COMMAND]"));
  }
  print(command->doc());
  return kExitOk;
}

}  // namespace hm::cli
