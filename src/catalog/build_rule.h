// Turns one rule file into a Rule, checking everything that can be told without a database. What the SQL
// reads is checked where there is one (rules/check.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "catalog/faults.h"
#include "catalog/rule.h"

namespace hm::catalog {

struct RuleInput {
  std::string id;  // "ebs_volume_unattached"
  std::string category;
  std::string file;      // as named in messages
  const Yaml& yaml;      // has the form of the schema
  bool checked = false;  // by the build
  bool cases = true;     // whether it must have some, and a fix
};

// Nothing where a fault was added.
std::optional<Rule> build_rule(const RuleInput& input, std::vector<Fault>& faults);

}  // namespace hm::catalog
