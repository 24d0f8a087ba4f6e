// A rule as it is in force here: the catalog's or a user's, with what the configuration says about it.
#pragma once

#include <memory>
#include <string>

#include "catalog/rule.h"
#include "identity/scope.h"

namespace hm::rules {

using identity::Scope;

struct ActiveRule {
  std::shared_ptr<const catalog::Rule> rule;  // shared by all who hold the rule while the book may change
  bool enabled = true;
  catalog::Severity severity = catalog::Severity::medium;
  JsonObject parameters;  // every one of the rule's, with its value in force
  // Of a rule that was written here. It sees what its author sees.
  std::string author;
  Scope scope;
  std::string problem;      // why it cannot run; empty: it can
  std::string fingerprint;  // differs where the rule would say something else

  const std::string& id() const { return rule->id; }
  bool runs() const { return enabled && problem.empty(); }
};

}  // namespace hm::rules
