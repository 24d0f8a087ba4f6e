// The SQL of a page of resources; here, so that a test can ask for its plan.
#pragma once

#include <string>

#include "inventory/where.h"

namespace hm::inventory {

// The page of `query` among what `where` lets through, and one row more. Behind the columns
// of a Resource stand those that order it.
std::string page_sql(const ListQuery& query, const Scope& scope, const Where& where, int limit);

}  // namespace hm::inventory
