// How far an answer from the query database can be trusted, as the API says it.
#pragma once

#include "base/json.h"
#include "inventory/trust.h"

namespace hm::api {

// Adds as_of, unknown_types, gap_count, gaps, unknown_columns, behind_changes and behind_since.
void add_trust(JsonObject& answer, const inventory::Trust& trust);

}  // namespace hm::api
