#include "report.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "base/yaml.h"

namespace hm::conformance {

namespace {

constexpr double kLeastPassed = 0.99;
constexpr double kMostMissed = 0.02;

}  // namespace

Result<Report> Report::open(const std::filesystem::path& path, bool verbose) {
  std::ifstream file(path);
  if (!file) return make_error(ErrorKind::not_found, "exceptions", "cannot read " + path.string());
  std::stringstream text;
  text << file.rdbuf();
  HM_TRY(const Yaml yaml, parse_yaml(text.str()).context("reading " + path.string()));
  std::map<std::string, std::string, std::less<>> exceptions;
  if (const JsonArray* list = yaml.value.if_array()) {
    for (const Json& entry : *list) {
      const std::string id(member_text(entry, "case"));
      const std::string why(member_text(entry, "why"));
      if (id.empty() || why.empty()) {
        return make_error(ErrorKind::invalid, "exceptions",
                          path.string() + ": every entry needs `case` and `why`");
      }
      exceptions.emplace(id, why);
    }
  }
  return Report(std::move(exceptions), verbose);
}

void Report::begin(std::string_view suite) {
  suite_ = suite;
  tallies_.emplace_back(suite_, Tally{});
}

void Report::unexpected(std::string_view what, const std::string& id, std::string_view why) {
  surprises_.push_back(fmt::format("{} {}: {}", what, id, why));
}

void Report::pass(std::string_view name) {
  ++tallies_.back().second.passed;
  const std::string id = suite_ + "/" + std::string(name);
  if (exceptions_.contains(id))
    unexpected("PASSED", id, "it is listed as an exception; take it off the list");
  if (verbose_) fmt::print("ok      {}\n", id);
}

void Report::fail(std::string_view name, std::string_view why) {
  ++tallies_.back().second.failed;
  const std::string id = suite_ + "/" + std::string(name);
  const auto listed = exceptions_.find(id);
  if (listed == exceptions_.end()) {
    unexpected("FAILED", id, why);
  } else {
    fmt::print("known   {}: {}\n", id, listed->second);
  }
  if (verbose_) fmt::print("failed  {}: {}\n", id, why);
}

void Report::skip(std::string_view name, std::string_view why) {
  ++tallies_.back().second.skipped;
  const std::string id = suite_ + "/" + std::string(name);
  const auto listed = exceptions_.find(id);
  if (listed == exceptions_.end()) {
    unexpected("SKIPPED", id, why);
  } else {
    fmt::print("skipped {}: {}\n", id, listed->second);
  }
}

void Report::absent(std::string_view suite, const std::filesystem::path& dir) {
  fmt::print("{}: no vectors at {}\n", suite, dir.string());
  tallies_.emplace_back(std::string(suite), Tally{0, 0, 1});
  ++absent_;
}

bool Report::print() const {
  Tally all;
  fmt::print("\n{:<28} {:>7} {:>7} {:>8}\n", "suite", "passed", "failed", "skipped");
  for (const auto& [name, tally] : tallies_) {
    fmt::print("{:<28} {:>7} {:>7} {:>8}\n", name, tally.passed, tally.failed, tally.skipped);
    all.passed += tally.passed;
    all.failed += tally.failed;
    all.skipped += tally.skipped;
  }
  const int cases = all.passed + all.failed + all.skipped - absent_;
  const int ran = all.passed + all.failed;
  const bool enough =
      ran == 0 || (all.passed >= kLeastPassed * ran && cases - all.passed <= kMostMissed * cases);
  for (const std::string& one : surprises_) fmt::print("{}\n", one);
  if (!enough) fmt::print("too few cases pass: {} of {}\n", all.passed, cases);
  fmt::print("{:<28} {:>7} {:>7} {:>8}\n", "all", all.passed, all.failed, all.skipped);
  // The last line is the verdict: what is listed with its reason is set aside, what is not listed fails.
  const int surprises = static_cast<int>(surprises_.size());
  const int listed = std::max(0, all.failed + all.skipped - surprises);
  fmt::print("{} cases are set aside in tests/conformance/exceptions.yaml, each with its reason\n",
             listed - absent_);
  fmt::print("{} passed, {} failed, {} skipped\n", all.passed, surprises + (enough ? 0 : 1), listed);
  return enough && surprises_.empty();
}

}  // namespace hm::conformance
