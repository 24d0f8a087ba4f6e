// What lists and exports have in common with the search.
#pragma once

#include <optional>
#include <vector>

#include "api/services.h"
#include "base/json.h"
#include "inventory/search.h"

namespace hm::api {

// Answers what the bare words and the owners of a filter stand for. Nothing where it has no words; error
// "no_search" where nobody can.
Result<std::optional<inventory::Freshness>> resolve_filter(Services& services, const identity::Scope& scope,
                                                           std::vector<inventory::Condition>& conditions);
Json freshness_json(const inventory::Freshness& freshness);
Error no_search();

}  // namespace hm::api
