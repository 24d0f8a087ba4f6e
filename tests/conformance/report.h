// What became of every case, held against the list of known exceptions. A case that fails or is skipped
// without being listed is a fault of ours, and so is a listed one that passes: the list must stay true.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hm::conformance {

struct Tally {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
};

class Report {
 public:
  // The file has a list of {case, why}.
  static Result<Report> open(const std::filesystem::path& exceptions, bool verbose);

  // Names the cases that follow: "suite/case".
  void begin(std::string_view suite);
  void pass(std::string_view name);
  void fail(std::string_view name, std::string_view why);
  void skip(std::string_view name, std::string_view why);
  // A whole suite whose vectors are not there.
  void absent(std::string_view suite, const std::filesystem::path& dir);

  // The table, what was not expected, and the last line "N passed, N failed, N skipped". True where all is
  // well: at least 99 % of the cases that ran pass, failures and skips are at most 2 % of all, and the list
  // is true.
  bool print() const;

 private:
  Report(std::map<std::string, std::string, std::less<>> exceptions, bool verbose)
      : exceptions_(std::move(exceptions)), verbose_(verbose) {}
  void unexpected(std::string_view what, const std::string& id, std::string_view why);

  std::map<std::string, std::string, std::less<>> exceptions_;
  bool verbose_;
  std::string suite_;
  std::vector<std::pair<std::string, Tally>> tallies_;
  std::vector<std::string> surprises_;
  int absent_ = 0;
};

}  // namespace hm::conformance
