// Findings and rules as answers show them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/request.h"
#include "api/resource_json.h"
#include "rules/active_rule.h"
#include "rules/read.h"

namespace hm::api {

// What is looked up once for a whole list.
struct FindingNames {
  ResourceNames resources;
  std::map<std::string, rules::ActiveRule> rules;
};
Result<FindingNames> finding_names(Services& services);

JsonObject finding_json(const rules::ListedFinding& listed, const FindingNames& names);
Json finding_event_json(const rules::PastEvent& past);
// The most frequent ones: [{code, reason, count}].
JsonArray reasons_json(std::vector<rules::CountedDoubt> doubts);
JsonObject rule_json(const rules::ActiveRule& rule, const rules::RuleStatus* status);

// The filter of lists of findings; values of one are split at commas.
Result<rules::FindingFilter> finding_filter(const Request& request);

}  // namespace hm::api
