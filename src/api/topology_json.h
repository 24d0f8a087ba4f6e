// A node of the topology as answers show it.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "api/services.h"
#include "base/json.h"
#include "inventory/state_level.h"
#include "inventory/topology.h"
#include "rules/spot_findings.h"

namespace hm::api {

// By inventory::StateLevel.
using StateCounts = std::array<int64_t, inventory::kStateLevels>;

struct TopologyNode {
  std::string kind;  // account, region, vpc, outside, subnet, across, type, resource, unknown
  std::string key;   // what names it in the URL
  std::string title;
  std::optional<inventory::Resource> resource;  // of what is a resource itself, where it is in the inventory
  int64_t resources = 0;
  StateCounts states{};
  std::optional<rules::SeverityCounts> findings;  // nothing: no rule has looked there
  int64_t unread = 0;                             // resources of which something could not be read
  inventory::SpotGaps gaps;
  std::string note;  // why it is not known
};

inventory::StateLevel level_of_state(const Services& services, const std::string& type,
                                     const std::string& state);
TopologyNode resource_node(const Services& services, inventory::Resource resource);
Json node_json(const TopologyNode& node);

}  // namespace hm::api
