#include "cli/options.h"

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

}  // namespace hm::cli
