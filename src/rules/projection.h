// Findings and the states of rules as tables of the query database: `finding` and `rule`.
#pragma once

#include "inventory/projection.h"

namespace hm::rules {

// For the follower of the query database.
inventory::Addition findings_projection();

}  // namespace hm::rules
