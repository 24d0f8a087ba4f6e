// How many findings are open in each part of the topology.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "inventory/topology.h"

namespace hm::rules {

// By catalog::Severity.
using SeverityCounts = std::array<int64_t, 5>;

// By child of the spot; of the level resources, by HostMaster's id. Only open ones: what is acknowledged,
// snoozed or excepted is in somebody's hands.
Result<std::map<std::string, SeverityCounts>> count_open_findings(
    store::Database& database, const inventory::Scope& scope,
    const std::vector<inventory::Condition>& conditions, const inventory::Spot& spot);

// The accounts and regions in which some rule has looked: elsewhere no finding means nothing.
using JudgedPlaces = std::set<std::pair<std::string, std::string>>;
Result<JudgedPlaces> judged_places(store::Database& database, const inventory::Scope& scope,
                                   const inventory::Spot& spot);

}  // namespace hm::rules
