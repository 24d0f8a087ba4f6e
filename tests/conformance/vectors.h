// Files of vectors, and the usual way to judge one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "report.h"

namespace hm::conformance {

using Path = std::filesystem::path;

// The content of a file; an empty text where there is none.
std::string read(const Path& file);
Result<Json> read_document(const Path& file);
// What lies directly inside, in order of the names.
std::vector<Path> entries(const Path& folder);

// A folder of our own that goes away with us.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const Path& path() const { return path_; }

 private:
  Path path_;
};

// Runs a program to its end; an error where it fails or is not there.
Status run_program(const std::vector<std::string>& command);

// Passes where both are equal; a failure shows the lines that differ.
void compare(Report& report, std::string_view name, std::string_view actual, std::string_view expected);

}  // namespace hm::conformance
