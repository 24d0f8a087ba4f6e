// Changes, their differences and who made them on the wire, the same in every answer that shows them.
#pragma once

#include "api/resource_json.h"
#include "inventory/changes.h"
#include "inventory/trail.h"

namespace hm::api {

Json who_json(const inventory::Who& who);
JsonObject change_json(const inventory::Event& event, const inventory::Who& who, const ResourceNames& names);
// {differences, truncated, unknown_before, unknown_after}
JsonObject comparison_json(const inventory::Comparison& comparison);
// The change with its differences.
JsonObject change_json(const inventory::EventDetail& detail, const inventory::Who& who,
                       const ResourceNames& names);

// For each of these (at most 1,000), in their order.
Result<std::vector<inventory::Who>> who_made(Services& services, const std::vector<inventory::Event>& events);
Result<std::vector<inventory::Who>> who_made(Services& services,
                                             const std::vector<inventory::EventDetail>& details);

}  // namespace hm::api
