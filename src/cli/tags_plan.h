// `hostmaster tags plan`: the commands or the Terraform that would tag what a filter means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/config.h"
#include "catalog/catalog.h"
#include "identity/scope.h"
#include "rules/active_rule.h"
#include "store/database.h"

namespace hm::cli {

struct TagPlanOptions {
  std::string key;
  std::vector<std::string> values;  // at most one
  std::string from = "value";       // value, owner or spelling
  bool overwrite = false;
  std::vector<std::string> filter;  // words
  std::string output = "aws-cli";   // aws-cli, terraform or json
};

// Prints the plan on standard output, and on standard error what it leaves out. Gives the exit code.
Result<int> print_tag_plan(const TagPlanOptions& options, const app::Config& config,
                           store::Database& database, const catalog::Catalog& types,
                           const rules::RuleBook& rules, const identity::Scope& scope);

}  // namespace hm::cli
