#include "vectors.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

namespace hm::conformance {

namespace {

std::string difference(std::string_view actual, std::string_view expected) {
  std::istringstream ours{std::string(actual)}, theirs{std::string(expected)};
  std::string out, a, b;
  for (;;) {
    const bool more_a = static_cast<bool>(std::getline(ours, a));
    const bool more_b = static_cast<bool>(std::getline(theirs, b));
    if (!more_a && !more_b) return out;
    if (more_a && more_b && a == b) continue;
    out += "\n    ours:     " + (more_a ? a : "(nothing)") + "\n    expected: " + (more_b ? b : "(nothing)");
  }
}

}  // namespace

std::string read(const Path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return in ? out.str() : std::string();
}

Result<Json> read_document(const Path& file) {
  return parse_json(read(file)).context("reading " + file.string());
}

std::vector<Path> entries(const Path& folder) {
  std::vector<Path> out;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "hm_conformance_XXXXXX").string();
  if (mkdtemp(name.data()) != nullptr) path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Status run_program(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return make_error(ErrorKind::internal, "program", command[0] + " " + command[1] + " failed");
  }
  return ok();
}

void compare(Report& report, std::string_view name, std::string_view actual, std::string_view expected) {
  if (actual == expected) {
    report.pass(name);
  } else {
    report.fail(name, difference(actual, expected));
  }
}

}  // namespace hm::conformance
