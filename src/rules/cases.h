// Runs the cases of a rule or of a quota's use: the rows given go into an otherwise empty query database, and
// the answer must be what is expected.
#pragma once

#include <vector>

#include "catalog/faults.h"
#include "catalog/quota.h"
#include "catalog/rule.h"
#include "query/query.h"

namespace hm::rules {

// `database` holds the tables that the SQL names, and is emptied for each case. The faults name the line of
// the case.
std::vector<catalog::Fault> run_cases(const catalog::Rule& rule, const query::Shape& shape,
                                      query::QueryDatabase& database);
std::vector<catalog::Fault> run_cases(const catalog::Quota& quota, const query::Shape& shape,
                                      query::QueryDatabase& database);

}  // namespace hm::rules
