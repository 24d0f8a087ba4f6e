// The suites of hm_conformance. A suite reads the published vectors below a directory and reports every case.
//
// To add one: write `void run_x(const std::filesystem::path& dir, Report& report)` in a file of its own,
// declare it here, and give it a line in the table in main.cc.
#pragma once

#include <filesystem>

#include "report.h"

namespace hm::conformance {

// `dir` is the folder named in the table; it exists.
void run_protocol_input(const std::filesystem::path& dir, Report& report);
void run_protocol_output(const std::filesystem::path& dir, Report& report);
void run_response_parsing(const std::filesystem::path& dir, Report& report);
void run_dates(const std::filesystem::path& dir, Report& report);

}  // namespace hm::conformance
