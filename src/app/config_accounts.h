// The parts of the configuration that are more than one value. Private to app/config*.cc.
#pragma once

#include <string>
#include <vector>

#include "api/account_book.h"
#include "base/yaml.h"

namespace hm::app {

// `accounts:` as the account book takes them. All faults in one message, each with file and line.
Result<std::vector<api::AccountEntry>> read_accounts(const Yaml& yaml, const std::string& path);

// `organizations:` likewise.
Result<std::vector<api::Organization>> read_organizations(const Yaml& yaml, const std::string& path);

// A scalar or a list of scalars as the text that a flag would have.
Result<std::string> as_setting(const Json& value);
std::vector<std::string> split_list(const std::string& text);

}  // namespace hm::app
