#include "environment.h"

#include <cstdio>

#include "vectors.h"

namespace hm::conformance {

namespace {

Error no_file(const std::string& path) {
  return make_error(ErrorKind::not_found, "unreadable_file", "cannot read " + path);
}

Result<std::string> run_in_shell(const std::vector<std::string>& arguments) {
  std::string command;
  for (const std::string& argument : arguments) command += argument + " ";
  FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) return make_error(ErrorKind::exhausted, "program_failed", "cannot start a shell");
  std::string out;
  char buffer[4096];
  while (const size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, count);
  if (::pclose(pipe) != 0) return make_error(ErrorKind::denied, "program_failed", "it failed");
  return out;
}

aws::Environment with_variables(const Json& variables) {
  aws::Environment out;
  out.variable = [variables](const std::string& name) -> std::optional<std::string> {
    const Json* found = member(variables, name);
    return found ? std::optional(std::string(as_text(*found))) : std::nullopt;
  };
  out.write_file = [](const std::string&, std::string_view) { return ok(); };
  out.run = run_in_shell;
  return out;
}

}  // namespace

aws::Environment environment_of(const Json& variables, const std::map<std::string, std::string>& files) {
  aws::Environment out = with_variables(variables);
  out.read_file = [files](const std::string& path) -> Result<std::string> {
    const auto found = files.find(path);
    if (found == files.end()) return no_file(path);
    return found->second;
  };
  return out;
}

aws::Environment environment_in(const Json& variables, const std::filesystem::path& root) {
  aws::Environment out = with_variables(variables);
  out.read_file = [root](const std::string& path) -> Result<std::string> {
    const std::filesystem::path file = root / std::filesystem::path(path).relative_path();
    if (!std::filesystem::is_regular_file(file)) return no_file(path);
    return read(file);
  };
  return out;
}

}  // namespace hm::conformance
