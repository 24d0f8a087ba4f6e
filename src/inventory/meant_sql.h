// What a document means by naming another resource, in SQL.
#pragma once

#include <string>

#include "inventory/where.h"

namespace hm::inventory {

// The id of the resource that the row `rel` (type, target, account_id, region: those of the resource that
// names it) means, among those in scope; null where there is none. By ARN anywhere; by id in the same
// account, rather of the same region where several share it; and by name in the same account and region,
// since some documents name what has an id as well (an instance its key pair). Rather one that is there than
// one that is gone.
std::string meant_sql(Where& where, const Scope& scope);

}  // namespace hm::inventory
