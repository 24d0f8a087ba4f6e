// The `rules:` of the configuration file: what it says about single rules.
#pragma once

#include <string>
#include <vector>

#include "base/yaml.h"
#include "rules/rule_book.h"

namespace hm::app {

// Every fault at once, each with file and line.
Result<std::vector<rules::RuleSetting>> read_rule_settings(const Yaml& yaml, const std::string& path);

}  // namespace hm::app
