#include <algorithm>

#include "inventory/changes_sql.h"
#include "inventory/where.h"

namespace hm::inventory {
namespace {

constexpr int kMostVersions = 100;

struct StoredVersion {
  Version version;
  std::optional<State> state;  // nothing: it was gone
};

Result<std::vector<StoredVersion>> read_versions(store::Reader& reader, PayloadCodec& codec, int64_t number,
                                                 int64_t before, int count) {
  std::vector<StoredVersion> versions;
  HM_DO(codec.learn(reader));
  HM_DO(reader.each("select v.version, " + std::string(kChangeKind) +
                        ", v.valid_from, v.valid_to, v.payload, v.seen_before from resource_version v join "
                        "resource r on r.id "
                        "= v.resource_id where v.resource_id = $1 and v.version < $2 order by v.version desc "
                        "limit $3",
                    {number, before, count}, [&](const store::Row& row) -> Status {
                      StoredVersion stored;
                      stored.version.version = row.integer(0);
                      stored.version.kind = row.string(1);
                      stored.version.valid_from = row.time(2);
                      stored.version.valid_to = row.maybe_time(3);
                      if (!row.is_null(4)) {
                        HM_TRY(Json json, codec.unpack(row.text(4)));
                        stored.state = state_from(std::move(json));
                      }
                      versions.push_back(std::move(stored));
                      return ok();
                    }));
  return versions;
}

// What a thing that came back differs in is told against the last time it was there, if that is on the page.
const State* state_before(const std::vector<StoredVersion>& stored, size_t at) {
  size_t older = at + 1;
  while (older < stored.size() && !stored[older].state) ++older;
  return older < stored.size() ? &*stored[older].state : nullptr;
}

}  // namespace

Result<History> get_history(store::Database& database, const catalog::Catalog& catalog, const Scope& scope,
                            std::string_view id, int64_t before, int limit) {
  const int count = std::clamp(limit, 1, kMostVersions);
  Comparer comparer(catalog);
  PayloadCodec codec(database);
  return database.read("reading a history", [&](store::Reader& reader) -> Result<History> {
    HM_TRY(auto resource, find_resource(reader, scope, id));
    if (!resource.has_value())
      return make_error(ErrorKind::not_found, "not_found", "there is no such resource");
    const int64_t from = before > 0 ? before : std::numeric_limits<int64_t>::max();
    // Two more than asked for: the oldest shown is compared with the one before, which may say "gone".
    HM_TRY(auto stored, read_versions(reader, codec, resource_number(id).value_or(0), from, count + 2)
                            .context("reading the history of " + std::string(id)));
    History history;
    for (size_t i = 0; i < stored.size() && i < static_cast<size_t>(count); ++i) {
      Version version = std::move(stored[i].version);
      const State* older = state_before(stored, i);
      if (stored[i].state && older != nullptr)
        version.comparison =
            comparer.compare(resource->place.type, *older, *stored[i].state, kMostDifferences);
      version.compared_with_none =
          older == nullptr && (version.kind == "changed" || version.kind == "returned");
      history.versions.push_back(std::move(version));
    }
    history.resource = std::move(*resource);
    if (stored.size() > static_cast<size_t>(count)) history.next_before = history.versions.back().version;
    return history;
  });
}

}  // namespace hm::inventory
