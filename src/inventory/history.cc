#include <algorithm>

#include "inventory/where.h"

namespace hm::inventory {
namespace {

constexpr int kMostVersions = 100;
constexpr int kMostEvents = 1000;
constexpr size_t kMostDifferences = 200;

struct StoredVersion {
  Version version;
  Json document;  // null: it was gone
};

Result<std::vector<StoredVersion>> read_versions(store::Reader& reader, int64_t number, int64_t before,
                                                 int count) {
  std::vector<StoredVersion> versions;
  PayloadCodec codec;
  HM_DO(reader.each(
      "select version, kind, valid_from, valid_to, payload from resource_version where resource_id = $1 and "
      "version < $2 order by version desc limit $3",
      {number, before, count}, [&](const store::Row& row) -> Status {
        StoredVersion stored;
        stored.version.version = row.integer(0);
        stored.version.kind = row.string(1);
        stored.version.valid_from = row.time(2);
        stored.version.valid_to = row.maybe_time(3);
        if (!row.is_null(4)) {
          HM_TRY(const Json json, codec.unpack(row.text(4)));
          stored.document = state_from(json).document;
        }
        versions.push_back(std::move(stored));
        return ok();
      }));
  return versions;
}

}  // namespace

Result<History> get_history(store::Database& database, const Scope& scope, std::string_view id,
                            int64_t before, int limit) {
  const int count = std::clamp(limit, 1, kMostVersions);
  return database.read("reading a history", [&](store::Reader& reader) -> Result<History> {
    HM_TRY(auto resource, find_resource(reader, scope, id));
    if (!resource.has_value())
      return make_error(ErrorKind::not_found, "not_found", "there is no such resource");
    const int64_t from = before > 0 ? before : std::numeric_limits<int64_t>::max();
    // One more than asked for: the oldest shown is compared with it.
    HM_TRY(auto stored, read_versions(reader, resource_number(id).value_or(0), from, count + 1));
    History history;
    for (size_t i = 0; i < stored.size() && i < static_cast<size_t>(count); ++i) {
      Version version = std::move(stored[i].version);
      // What a thing that came back differs in is told against the last time it was there, if that is on the
      // page.
      size_t older = i + 1;
      while (older < stored.size() && stored[older].document.is_null()) ++older;
      if (older < stored.size() && !stored[i].document.is_null())
        version.differences =
            differences(stored[older].document, stored[i].document, kMostDifferences, version.truncated);
      history.versions.push_back(std::move(version));
    }
    if (stored.size() > static_cast<size_t>(count)) history.next_before = history.versions.back().version;
    return history;
  });
}

Result<std::vector<Event>> list_events(store::Database& database, const Scope& scope, int64_t before,
                                       int limit, std::optional<Time> since) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  if (before > 0) where.add("v.id < " + where.bind(before));
  if (since.has_value()) where.add("v.valid_from >= " + where.bind(*since));
  const std::string count = where.bind(std::clamp(limit, 1, kMostEvents));
  const std::string sql = "select " + std::string(kResourceColumns) + ", v.id, v.kind, v.valid_from" +
                          std::string(kResourceFrom) + " join resource_version v on v.resource_id = r.id" +
                          where.sql() + " order by v.id desc limit " + count;
  return database.read("listing what changed", [&](store::Reader& reader) -> Result<std::vector<Event>> {
    std::vector<Event> events;
    HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
      Event event;
      HM_TRY(event.resource, read_resource(row));
      event.seq = row.integer(kResourceColumnCount);
      event.kind = row.string(kResourceColumnCount + 1);
      event.at = row.time(kResourceColumnCount + 2);
      events.push_back(std::move(event));
      return ok();
    }));
    return events;
  });
}

Result<EventCounts> count_events(store::Database& database, const Scope& scope, Time since) {
  Where where;
  where.add("v.valid_from >= " + where.bind(since));
  where.add_scope(scope, "r.account_id", "r.region");
  const std::string sql =
      "select v.kind, count(*) from resource_version v join resource r on r.id = v.resource_id" +
      where.sql() + " group by v.kind";
  return database.read("counting what changed", [&](store::Reader& reader) -> Result<EventCounts> {
    EventCounts counts;
    HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
      const std::string_view kind = row.text(0);
      if (kind == "created") counts.created = row.integer(1);
      if (kind == "changed") counts.changed = row.integer(1);
      if (kind == "gone") counts.gone = row.integer(1);
      if (kind == "returned") counts.returned = row.integer(1);
      return ok();
    }));
    return counts;
  });
}

}  // namespace hm::inventory
