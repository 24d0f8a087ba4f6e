// Checks rules, and what counts the use of quotas, against the tables that they read: each SQL is prepared in
// an empty query database, and the cases are run. The same code serves the project's tests, `hostmaster
// catalog check`, the start and rules written in the console.
#pragma once

#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"
#include "catalog/faults.h"
#include "query/query.h"

namespace hm::rules {

struct CheckWhat {
  bool cases = true;  // false: the SQL alone
};

// The faults of one rule, each with file and line.
std::vector<catalog::Fault> check_rule(const catalog::Rule& rule, const catalog::Catalog& catalog,
                                       CheckWhat what);
// Of what counts the use of one quota.
std::vector<catalog::Fault> check_quota(const catalog::Quota& quota, const catalog::Catalog& catalog,
                                        CheckWhat what);
// Of all rules and quotas that the build has not checked; with `all`, of those too. Error: invalid
// "bad_catalog", every fault at once.
Status check_rules(const catalog::Catalog& catalog, CheckWhat what, bool all);

// What may be read by rules: the tables of the inventory, not of findings.
std::vector<query::TableSpec> readable_tables(const catalog::Catalog& catalog);
// The parameters as they are bound: the values in force and the moment of the run.
query::NamedValues bind_parameters(const JsonObject& parameters, Time now);
// The values of a rule's parameters where nothing says otherwise.
JsonObject default_parameters(const catalog::Rule& rule);

}  // namespace hm::rules
