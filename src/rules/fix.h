// What is to be done about a finding, with the names of its resource filled in.
#pragma once

#include <string>
#include <string_view>

#include "rules/read.h"

namespace hm::rules {

// `${name}` in the fix of a rule becomes account_id, region, key, name or arn of the resource, or a column of
// the evidence; what is not known stays as it is written. In commands every value is quoted for the shell
// where it must be: names come from whoever may make resources.
catalog::RuleFix fill_fix(const catalog::RuleFix& fix, const ListedFinding& finding);

}  // namespace hm::rules
