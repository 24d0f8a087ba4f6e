#include "vectors.h"

#include <algorithm>
#include <fstream>
#include <sstream>

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

void compare(Report& report, std::string_view name, std::string_view actual, std::string_view expected) {
  if (actual == expected) {
    report.pass(name);
  } else {
    report.fail(name, difference(actual, expected));
  }
}

}  // namespace hm::conformance
