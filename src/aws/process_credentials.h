// credential_process: a program of the user's that prints credentials. Run directly, never through a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"

namespace hm::aws {

// Splits a command line at white space; single and double quotes hold words together, and a backslash takes
// the next character as it is (not inside single quotes). Nothing is expanded.
Result<std::vector<std::string>> split_command(std::string_view command);

// `account_id` is used where the program does not say one. What the program printed is in no error.
Result<Credentials> process_credentials(const Environment& environment, std::string_view command,
                                        std::string_view account_id);

}  // namespace hm::aws
