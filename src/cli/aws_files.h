// Values that stand in files: "file://" for text, "fileb://" for bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hm::cli {

constexpr size_t kMaxParameterFileBytes = 512u * 1024 * 1024;

// The file's content where `value` names one, none where it does not.
Result<std::optional<std::string>> read_if_file(std::string_view value);
Result<std::string> read_file(const std::string& path);
// With "~" and "$VARIABLE" put in, as the AWS CLI does.
std::string expand_path(std::string_view path);

}  // namespace hm::cli
