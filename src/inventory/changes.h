// What happened to resources: the feed of changes, and the difference between two moments.
//
// A change is known by the sweep that noticed it: it happened at or before that time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "inventory/compare.h"
#include "inventory/read.h"

namespace hm::inventory {

// The kinds of a change:
//   created   it was not there when its place was swept before, and is there now
//   found     the first sweep of its place saw it: since when it exists, nobody saw
//   changed, gone, returned
bool is_change_kind(std::string_view kind);

struct Event {
  int64_t seq = 0;  // its name; says nothing of the order
  std::string kind;
  Time at;
  std::optional<Time> seen_before{};  // the last ok sweep that saw it as it had been; nothing: not known
  Resource resource;                  // as it is now
};

// Of which changes: conditions speak of the resource as it is now, gone or not.
struct EventFilter {
  std::vector<Condition> conditions{};
  std::vector<std::string> kinds{};  // empty: all
  std::optional<Time> from{};        // at or after
  std::optional<Time> to{};          // before
};
struct EventPage {
  std::vector<Event> events;  // newest first
  std::string next_cursor;    // empty: that was the last page
};
// Errors: invalid "cursor", exhausted "filter", unavailable "no_search" (as of list_resources()).
Result<EventPage> list_events(store::Database& database, const Scope& scope, const EventFilter& filter,
                              const std::string& cursor, int limit);

struct EventCounts {
  int64_t created = 0, found = 0, changed = 0, gone = 0, returned = 0;
};
Result<EventCounts> count_events(store::Database& database, const Scope& scope, const EventFilter& filter);

struct EventDetail {
  Event event;
  Comparison comparison;            // with the version before
  bool compared_with_none = false;  // there was one before, and it is not kept any more
};
// not_found where there is none or it lies outside the scope.
Result<EventDetail> get_event(store::Database& database, const catalog::Catalog& catalog, const Scope& scope,
                              int64_t seq);
// The same of many (at most 1,000), in one read.
Result<std::vector<EventDetail>> compare_events(store::Database& database, const catalog::Catalog& catalog,
                                                const std::vector<Event>& events);

struct DiffQuery {
  std::vector<Condition> conditions{};  // as of EventFilter
  Time from{};
  Time to{};
  std::string cursor{};
  int limit = 100;  // of resources looked at, capped at 1,000
};
struct DiffPage {
  // What differs at `to` from what was at `from`, the latest change first. `kind` is that of the difference:
  // created, found, changed, gone or returned; `at` when the state at `to` was noticed.
  std::vector<EventDetail> items;
  int64_t came_and_went = 0;  // resources of neither moment, seen in between
  int64_t changed_back = 0;   // that changed in between and are as they were, all of them readable
  std::string next_cursor;    // empty: that was the last page; a page may be empty and not the last
};
// Errors: invalid "before_horizon", invalid "cursor", exhausted "filter".
Result<DiffPage> diff(store::Database& database, const catalog::Catalog& catalog, const Scope& scope,
                      const DiffQuery& query);

// A place of which one of the two moments is not known, or known only as of an earlier time.
struct DiffGap {
  Place place;
  bool at_from = false, at_to = false;       // which of them
  std::optional<Time> known_from, known_to;  // the last ok sweep by then; nothing: there was none
  std::optional<Outcome> outcome;            // of the latest sweep, where it was not ok
  std::string code;
};
struct DiffTrust {
  int64_t unread_from = 0, unread_to = 0;  // places that no ok sweep had read by then
  int64_t stale_from = 0, stale_to = 0;    // places whose last ok sweep was too old then
  std::vector<DiffGap> gaps;               // unread ones first, at most kMostGapsNamed
  int64_t gap_count = 0;
  bool nothing_asked = false;  // no sweep of any place that the conditions name: empty means nothing
  std::vector<std::string> unread_types;  // of those that the conditions name, that no sweep has read there
  int64_t unreadable = 0;  // resources that show no difference, of which something cannot be read now
  bool complete() const {
    return !nothing_asked && gap_count == 0 && unread_types.empty() && unreadable == 0;
  }
};
Result<DiffTrust> trust_of_diff(store::Database& database, const catalog::Catalog& catalog,
                                const Scope& scope, const std::vector<Condition>& conditions, Time from,
                                Time to);

}  // namespace hm::inventory
