// The arguments of a command, read by one declaration each:
//
//   std::string region;
//   bool quiet = false;
//   HM_DO(parse_options("scan", args, {{"--region", "NAME", "one region alone", &region},
//                                      {"--quiet", "", "say nothing", &quiet}}));
//
// `--name value` and `--name=value` are the same; a name without dashes is a positional argument. An unknown
// option, a missing value or too many arguments is an error of code "usage", which cli::report() turns into
// the exit code 2. CLI11 stays behind options.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/commands.h"

namespace hm::cli {

struct Option {
  std::string name;   // "--region", or "sql" for a positional
  std::string value;  // what help calls the value; empty for a switch
  std::string help;
  // Where it goes; what stands there already is the default. A vector takes the option several times.
  std::variant<bool*, std::string*, int64_t*, double*, std::vector<std::string>*> into;
  bool required = false;
  std::vector<std::string> one_of{};  // the values allowed; empty: any
};

// Services given as `--derived a,b --derived c`.
void add_derived(const std::vector<std::string>& given, std::vector<std::string>& services);

Status parse_options(std::string_view command, const Args& args, const std::vector<Option>& options);

}  // namespace hm::cli
