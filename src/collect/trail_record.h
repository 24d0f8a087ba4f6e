// What a record of CloudTrail's says of one call: for the event history and for events that are brought.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace hm::collect {

// "ec2:StopInstances", as the catalog's `events` name a call.
std::string call_of(const Json& record);

// Each id, ARN or name that the record gives, with the member that holds it ("instanceId"): what parameters
// and answer call an id, ARN or name, and the resources that the record lists. Of the rest of what was said
// nothing is looked at. At most kMostNamed, none longer than kLongestName.
using OnNamed = std::function<void(std::string_view member, std::string_view text)>;
void each_named(const Json& record, const OnNamed& f);
inline constexpr size_t kMostNamed = 1000;
inline constexpr size_t kLongestName = 512;

}  // namespace hm::collect
