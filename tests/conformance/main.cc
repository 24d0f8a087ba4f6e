// hm_conformance DIR: runs the published vectors that lie below DIR.
#include <cstring>
#include <string>

#include <fmt/format.h>

#include "suites.h"

namespace {

using namespace hm::conformance;

struct Suite {
  std::string_view name;
  std::string_view folder;
  void (*run)(const std::filesystem::path& dir, Report& report);
};

constexpr Suite kSuites[] = {
    {"protocol-input", "aws-protocol/botocore/protocols", run_protocol_input},
    {"protocol-output", "aws-protocol/botocore/protocols", run_protocol_output},
    {"response-parsing", "aws-protocol/botocore/response_parsing", run_response_parsing},
    {"dates", "aws-protocol/smithy-rs/other", run_dates},
    {"sigv4-botocore", "aws-protocol", run_botocore_sigv4},
    {"sigv4-aws-c-auth", "aws-protocol", run_aws_c_auth},
    {"endpoint-language", "aws-protocol", run_rule_sets},
    {"endpoint-rules", "aws-protocol", run_endpoint_rules},
    {"endpoint-operations", "aws-protocol", run_endpoint_operations},
    {"endpoint-url", "aws-protocol", run_endpoint_urls},
    {"profile-parser", "aws-protocol", run_profile_parser},
    {"profile-chains", "aws-protocol", run_profile_chains},
    {"container-url", "aws-protocol", run_container_urls},
    {"imds-endpoint", "aws-protocol", run_imds_endpoints},
    {"credential-chain", "aws-protocol", run_credential_chain},
    {"profile-credentials", "aws-protocol", run_profile_provider},
    {"token-chain", "aws-protocol", run_token_chain},
    {"c7n-recorded", "c7n-recorded", run_c7n},
};

int run_all(const std::filesystem::path& root, bool verbose) {
  auto report = Report::open(HM_CONFORMANCE_EXCEPTIONS, verbose);
  if (!report) {
    fmt::print(stderr, "hm_conformance: {}\n", report.error().text());
    return 2;
  }
  for (const Suite& suite : kSuites) {
    const std::filesystem::path dir = root / suite.folder;
    if (!std::filesystem::is_directory(dir)) {
      report->absent(suite.name, dir);
      continue;
    }
    report->begin(suite.name);
    suite.run(dir, *report);
  }
  return report->print() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  bool verbose = false;
  std::string root;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--verbose") == 0) {
      verbose = true;
    } else {
      root = argv[i];
    }
  }
  if (root.empty()) {
    fmt::print(stderr, "usage: hm_conformance [--verbose] DIR\n");
    return 2;
  }
  if (!std::filesystem::is_directory(root)) {
    fmt::print("{} does not exist: no vectors were run, and nothing is shown.\n", root);
    fmt::print("0 passed, 0 failed, {} skipped\n", std::size(kSuites));
    return 0;
  }
  return run_all(root, verbose);
}
