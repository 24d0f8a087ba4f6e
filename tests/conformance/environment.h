// Machines that exist only in a vector: variables from a document, files from a map or from a folder that is
// mounted as the root.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "aws/environment.h"
#include "base/json.h"

namespace hm::conformance {

aws::Environment environment_of(const Json& variables, const std::map<std::string, std::string>& files);

// Programs run through the shell here, because the vectors' credential_process has pipes in it. The product
// never does that.
aws::Environment environment_in(const Json& variables, const std::filesystem::path& root);

}  // namespace hm::conformance
