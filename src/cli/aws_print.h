// What the AWS CLI writes: documents on standard output, errors on standard error, and its exit codes.
#pragma once

#include <string>

#include "base/json.h"

namespace hm::cli {

// The exit codes of the AWS CLI's version 2.
constexpr int kAwsExitUsage = 252;          // words or parameters that cannot be
constexpr int kAwsExitConfiguration = 253;  // no credentials, no region
constexpr int kAwsExitService = 254;        // AWS answered with an error
constexpr int kAwsExitGeneral = 255;        // anything else

// With four spaces of indentation, numbers as Python writes them; nothing for an empty document.
std::string aws_document_text(const Json& document);

// The words for an error of the client or the arguments, and its exit code.
std::string aws_error_text(const Error& error);
int aws_exit_code(const Error& error);

}  // namespace hm::cli
