#include "cli/options.h"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace hm::cli {

namespace {

CLI::Option* add(CLI::App& app, const Option& option) {
  return std::visit(
      [&](auto* into) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(into), bool*>) {
          return app.add_flag(option.name, *into, option.help);
        } else {
          return app.add_option(option.name, *into, option.help);
        }
      },
      option.into);
}

}  // namespace

Status parse_options(std::string_view command, const Args& args, const std::vector<Option>& options) {
  CLI::App app;
  app.set_help_flag();  // the frame answers --help with the command's page
  for (const Option& option : options) {
    CLI::Option* added = add(app, option);
    if (option.required) added->required();
    if (std::holds_alternative<std::vector<std::string>*>(option.into)) {
      // One value each time it is given; a positional takes what is left.
      if (option.name.starts_with("-")) added->allow_extra_args(false);
    }
    if (!option.one_of.empty()) added->check(CLI::IsMember(option.one_of));
  }
  try {
    app.parse(std::vector<std::string>(args.rbegin(), args.rend()));  // CLI11 wants them last first
  } catch (const CLI::ParseError& error) {
    const std::string name(command);
    return make_error(ErrorKind::invalid, "usage",
                      std::string(error.what()) + "; see `hostmaster help " + name + "`");
  }
  return ok();
}

void add_derived(const std::vector<std::string>& given, std::vector<std::string>& services) {
  for (const std::string& list : given) {
    for (size_t at = 0; at <= list.size();) {
      const size_t end = std::min(list.find(',', at), list.size());
      if (end > at) services.push_back(list.substr(at, end - at));
      at = end + 1;
    }
  }
}

}  // namespace hm::cli
