// What the reads of changes share.
#pragma once

#include <string>
#include <string_view>

#include "inventory/changes.h"
#include "inventory/where.h"

namespace hm::inventory {

// Of one change: more are not listed, and the answer says so.
constexpr size_t kMostDifferences = 200;
constexpr int kMostEvents = 1000;

// The kind of `resource_version v` of `resource r`, as changes.h tells them apart.
extern const std::string_view kChangeKind;

// A position among changes ordered by time, then by name: "time:seq".
std::string change_cursor(Time at, int64_t seq);
// Adds "older than the cursor"; nothing where it is empty. Error: invalid "cursor".
Status add_change_cursor(Where& where, const std::string& cursor, std::string_view at_column,
                         std::string_view seq_column);

// The feed, newest first and without its limit, and the counts of its kinds; here, so that a test can ask for
// their plans.
Result<Where> events_where(store::Dialect dialect, const Scope& scope, const EventFilter& filter,
                           const std::string& cursor);
std::string events_sql(store::Dialect dialect, const EventFilter& filter, const Where& where);
std::string event_counts_sql(store::Dialect dialect, const EventFilter& filter, const Where& where);

}  // namespace hm::inventory
