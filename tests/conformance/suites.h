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

// Signing, endpoints, profiles and credentials: `dir` is aws-protocol.
void run_botocore_sigv4(const std::filesystem::path& dir, Report& report);
void run_aws_c_auth(const std::filesystem::path& dir, Report& report);
void run_rule_sets(const std::filesystem::path& dir, Report& report);
void run_endpoint_rules(const std::filesystem::path& dir, Report& report);
void run_endpoint_operations(const std::filesystem::path& dir, Report& report);
void run_endpoint_urls(const std::filesystem::path& dir, Report& report);
void run_profile_parser(const std::filesystem::path& dir, Report& report);
void run_profile_chains(const std::filesystem::path& dir, Report& report);
void run_container_urls(const std::filesystem::path& dir, Report& report);
void run_imds_endpoints(const std::filesystem::path& dir, Report& report);
void run_credential_chain(const std::filesystem::path& dir, Report& report);
void run_profile_provider(const std::filesystem::path& dir, Report& report);
void run_token_chain(const std::filesystem::path& dir, Report& report);

// Recorded answers of real accounts: `dir` is c7n-recorded.
void run_c7n(const std::filesystem::path& dir, Report& report);

}  // namespace hm::conformance
