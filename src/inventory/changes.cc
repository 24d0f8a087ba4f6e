#include "inventory/changes.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.h"
#include "inventory/changes_sql.h"

namespace hm::inventory {
namespace {

constexpr std::array<std::string_view, 5> kKinds = {"created", "found", "changed", "gone", "returned"};

Status add_filter(Where& where, const Scope& scope, const EventFilter& filter, store::Dialect dialect) {
  where.add_scope(scope, "r.account_id", "r.region");
  HM_DO(where.add_conditions(filter.conditions, dialect, {.also_gone = true}));
  if (filter.from.has_value()) where.add("v.valid_from >= " + where.bind(*filter.from));
  if (filter.to.has_value()) where.add("v.valid_from < " + where.bind(*filter.to));
  if (filter.kinds.empty()) return ok();
  std::string list;
  for (const std::string& kind : filter.kinds) list += (list.empty() ? "" : ", ") + where.bind(kind);
  where.add(std::string(kChangeKind) + " in (" + list + ")");
  return ok();
}

std::string event_columns() {
  return std::string(kResourceColumns) + ", v.id, " + std::string(kChangeKind) +
         ", v.valid_from, v.seen_before";
}

Result<Event> read_event(const store::Row& row) {
  Event event;
  HM_TRY(event.resource, read_resource(row));
  event.seq = row.integer(kResourceColumnCount);
  event.kind = row.string(kResourceColumnCount + 1);
  event.at = row.time(kResourceColumnCount + 2);
  event.seen_before = row.maybe_time(kResourceColumnCount + 3);
  return event;
}

// The state of the version before `seq`'s at which the resource was there, and its own.
struct TwoStates {
  std::optional<State> before, after;
};

Result<TwoStates> read_states(store::Reader& reader, PayloadCodec& codec, int64_t seq) {
  TwoStates states;
  HM_DO(
      reader.each("select v.payload, (select o.payload from resource_version o where o.resource_id = "
                  "v.resource_id and o.version < v.version and o.payload is not null order by o.version desc "
                  "limit 1) from resource_version v where v.id = $1",
                  {seq}, [&](const store::Row& row) -> Status {
                    if (!row.is_null(0)) {
                      HM_TRY(Json json, codec.unpack(row.text(0)));
                      states.after = state_from(std::move(json));
                    }
                    if (!row.is_null(1)) {
                      HM_TRY(Json json, codec.unpack(row.text(1)));
                      states.before = state_from(std::move(json));
                    }
                    return ok();
                  }));
  return states;
}

Result<EventDetail> compared(store::Reader& reader, PayloadCodec& codec, Comparer& comparer, Event event) {
  EventDetail detail;
  detail.event = std::move(event);
  // What appeared has nothing to be compared with, and what is gone differs in everything.
  if (detail.event.kind != "changed" && detail.event.kind != "returned") return detail;
  HM_TRY(const TwoStates states,
         read_states(reader, codec, detail.event.seq).context("comparing " + detail.event.resource.id));
  detail.compared_with_none = !states.before.has_value();
  if (states.before && states.after)
    detail.comparison =
        comparer.compare(detail.event.resource.place.type, *states.before, *states.after, kMostDifferences);
  return detail;
}

}  // namespace

const std::string_view kChangeKind =
    "case when v.kind = 'created' and v.seen_before is null and v.valid_from <= coalesce((select "
    "min(p.ok_from) from sweep_span p "
    "where "
    "p.account_id = r.account_id and p.region = r.place_region and p.type = r.type), v.valid_from) then "
    "'found' "
    "else v.kind end";

bool is_change_kind(std::string_view kind) {
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

std::string change_cursor(Time at, int64_t seq) {
  return std::to_string(to_micros(at)) + ":" + std::to_string(seq);
}

Status add_change_cursor(Where& where, const std::string& cursor, std::string_view at_column,
                         std::string_view seq_column) {
  if (cursor.empty()) return ok();
  int64_t at = 0;
  int64_t seq = 0;
  const char* end = cursor.data() + cursor.size();
  const auto first = std::from_chars(cursor.data(), end, at);
  const bool colon = first.ec == std::errc() && first.ptr != end && *first.ptr == ':';
  const auto second = colon ? std::from_chars(first.ptr + 1, end, seq) : first;
  if (!colon || second.ec != std::errc() || second.ptr != end)
    return make_error(ErrorKind::invalid, "cursor", "the cursor belongs to another list");
  where.add("(" + std::string(at_column) + ", " + std::string(seq_column) + ") < (" + where.bind(at) + ", " +
            where.bind(seq) + ")");
  return ok();
}

namespace {

// SQLite would begin at the resources of a limited scope and sort all their versions, however many there are
// of however long ago. Where the moment is bounded, what happened since is less.
std::string versions_and_resources(store::Dialect dialect, const EventFilter& filter) {
  const bool in_this_order = dialect == store::Dialect::sqlite && filter.from.has_value();
  return std::string(" from resource_version v") + (in_this_order ? " cross" : "") +
         " join resource r on r.id = v.resource_id";
}

}  // namespace

Result<Where> events_where(store::Dialect dialect, const Scope& scope, const EventFilter& filter,
                           const std::string& cursor) {
  Where where;
  HM_DO(add_filter(where, scope, filter, dialect));
  HM_DO(add_change_cursor(where, cursor, "v.valid_from", "v.id"));
  return where;
}

std::string events_sql(store::Dialect dialect, const EventFilter& filter, const Where& where) {
  return "select " + event_columns() + versions_and_resources(dialect, filter) + std::string(kSweepJoin) +
         where.sql() + " order by v.valid_from desc, v.id desc";
}

std::string event_counts_sql(store::Dialect dialect, const EventFilter& filter, const Where& where) {
  return "select c.kind, count(*) from (select " + std::string(kChangeKind) + " as kind" +
         versions_and_resources(dialect, filter) + where.sql() + ") c group by c.kind";
}

Result<EventPage> list_events(store::Database& database, const Scope& scope, const EventFilter& filter,
                              const std::string& cursor, int limit) {
  HM_TRY(Where where, events_where(database.dialect(), scope, filter, cursor));
  const auto count = static_cast<size_t>(std::clamp(limit, 1, kMostEvents));
  const std::string sql =
      events_sql(database.dialect(), filter, where) + limit_sql(static_cast<int64_t>(count) + 1);
  return database.read("listing what changed", [&](store::Reader& reader) -> Result<EventPage> {
    EventPage page;
    HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
      if (page.events.size() == count) {
        page.next_cursor = change_cursor(page.events.back().at, page.events.back().seq);
        return ok();
      }
      HM_TRY(Event event, read_event(row));
      page.events.push_back(std::move(event));
      return ok();
    }));
    return page;
  });
}

Result<EventCounts> count_events(store::Database& database, const Scope& scope, const EventFilter& filter) {
  HM_TRY(const Where where, events_where(database.dialect(), scope, filter, ""));
  const std::string sql = event_counts_sql(database.dialect(), filter, where);
  const auto count = [&] {
    return database.read("counting what changed", [&](store::Reader& reader) -> Result<EventCounts> {
      EventCounts counts;
      const store::Scanning scanning(reader);  // after a first scan, all that there is changed
      HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
        int64_t* const into[] = {&counts.created, &counts.found, &counts.changed, &counts.gone,
                                 &counts.returned};
        for (size_t i = 0; i < kKinds.size(); ++i)
          if (row.text(0) == kKinds[i]) *into[i] = row.integer(1);
        return ok();
      }));
      return counts;
    });
  };
  HM_TRY(const auto counts, database.memo().get<EventCounts>(database, {"resource", "history"},
                                                             store::memo_key(sql, where.params()), count));
  return *counts;
}

Result<EventDetail> get_event(store::Database& database, const catalog::Catalog& catalog, const Scope& scope,
                              int64_t seq) {
  Where where;
  where.add("v.id = " + where.bind(seq));
  where.add_scope(scope, "r.account_id", "r.region");
  const std::string sql = "select " + event_columns() + std::string(kResourceFrom) +
                          " join resource_version v on v.resource_id = r.id" + where.sql();
  Comparer comparer(catalog);
  PayloadCodec codec(database);
  return database.read("reading a change", [&](store::Reader& reader) -> Result<EventDetail> {
    HM_DO(codec.learn(reader));
    std::optional<Event> event;
    HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
      HM_TRY(event, read_event(row));
      return ok();
    }));
    if (!event) return make_error(ErrorKind::not_found, "not_found", "there is no such change");
    return compared(reader, codec, comparer, std::move(*event));
  });
}

Result<std::vector<EventDetail>> compare_events(store::Database& database, const catalog::Catalog& catalog,
                                                const std::vector<Event>& events) {
  HM_CHECK(events.size() <= static_cast<size_t>(kMostEvents));
  Comparer comparer(catalog);
  PayloadCodec codec(database);
  return database.read("comparing changes", [&](store::Reader& reader) -> Result<std::vector<EventDetail>> {
    HM_DO(codec.learn(reader));
    std::vector<EventDetail> details;
    for (const Event& event : events) {
      HM_TRY(EventDetail detail, compared(reader, codec, comparer, event));
      details.push_back(std::move(detail));
    }
    return details;
  });
}

}  // namespace hm::inventory
