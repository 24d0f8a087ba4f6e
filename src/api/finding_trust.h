// How far a list of findings can be trusted: what the rules behind it could not tell, and how old their word
// is. An empty list is all clear only where every one of them has looked and could tell.
#pragma once

#include <optional>

#include "api/finding_json.h"
#include "base/json.h"

namespace hm::api {

struct FindingTrust {
  std::optional<Time> as_of;  // of the oldest of the runs; absent: none of the rules looked at anything there
  Json unknown;               // {count, gaps, failed_rules, not_run, reasons}
};

// Of the rules that the filter selects, in the part of the scope that it selects.
Result<FindingTrust> finding_trust(Services& services, const identity::Scope& scope,
                                   const rules::FindingFilter& filter, const FindingNames& names);

// Fails with invalid where the filter names a rule that neither exists nor has left findings in the scope:
// such a list would be empty whatever there is.
Status check_rules(Services& services, const identity::Scope& scope, const rules::FindingFilter& filter,
                   const FindingNames& names);

}  // namespace hm::api
