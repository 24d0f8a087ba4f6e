#include <algorithm>
#include <utility>

#include "inventory/owner_sql.h"

namespace hm::inventory {
namespace {

// What one snapshot says.
struct Seen {
  OwnerCounts counts;
  std::vector<Event> creations;  // of what no tag names an owner of, the newest
};

Status count_tagged(store::Reader& reader, const Scope& scope, const TagSubject& subject,
                    const TagPlaces& places, const OwnerRules& rules, OwnerCounts& counts) {
  Where where;
  HM_TRY(const std::string tables, owners_by_tags(reader, where, scope, rules, nullptr));
  if (tables.empty()) return ok();
  add_known_tags(where, scope, subject, places, reader.dialect());
  const std::string known = where.sql();
  return reader.each(
      tables +
          "select cast(0 as bigint), o.name, o.key, count(*) from own o join resource r on r.id = "
          "o.resource_id" +
          known +
          " group by o.name, o.key union all select cast(1 as bigint), h.name, h.type, count(*) from through "
          "h join "
          "resource r on r.id = h.resource_id" +
          known + " group by h.name, h.type",
      where.params(), [&](const store::Row& row) {
        const bool through = row.integer(0) == 1;
        const int64_t resources = row.integer(3);
        (through ? counts.through : counts.by_tag) += resources;
        counts.owners.push_back(
            {row.string(1), through ? Owner::Via::through : Owner::Via::tag, row.string(2), resources});
        return ok();
      });
}

Result<Seen> look(store::Reader& reader, const Scope& scope, const TagSubject& subject,
                  const OwnerRules& rules) {
  Seen seen;
  HM_TRY(const TagPlaces places, read_tag_places(reader, scope, subject));
  OwnerCounts& counts = seen.counts;
  counts.gaps = places.gaps;
  for (const auto& [place, count] : places.places) {
    counts.unknown += count.known ? count.unread : count.resources;
    counts.none += count.known ? count.resources - count.unread : 0;
  }
  HM_DO(count_tagged(reader, scope, subject, places, rules, counts));
  counts.none -= counts.by_tag + counts.through;
  if (!rules.creator) return seen;
  counts.creator_unknown = std::exchange(counts.none, 0);
  HM_TRY(seen.creations, find_creations(reader, scope, subject, places, rules));
  return seen;
}

void count_creators(const std::vector<Creator>& creators, OwnerCounts& counts) {
  std::map<std::string, int64_t> by_name;
  for (const Creator& creator : creators) {
    if (counts.creator_unknown == 0) return;
    if (creator.caller) {
      ++by_name[creator.caller->principal];
      ++counts.by_creator;
      --counts.creator_unknown;
    } else if (creator.code == "no_event") {
      ++counts.none;
      --counts.creator_unknown;
    }
  }
  for (const auto& [name, resources] : by_name)
    counts.owners.push_back({name, Owner::Via::creator, "", resources});
}

}  // namespace

Result<OwnerCounts> count_owners(store::Database& database, const Scope& scope, const TagSubject& subject,
                                 const OwnerRules& rules, size_t limit) {
  HM_TRY(Seen seen, database.read("counting owners", [&](store::Reader& reader) {
    return look(reader, scope, subject, rules);
  }));
  OwnerCounts& counts = seen.counts;
  if (!seen.creations.empty()) {
    HM_TRY(const auto creators, creators_of(database, subject.catalog, seen.creations));
    count_creators(creators, counts);
  }
  std::stable_sort(counts.owners.begin(), counts.owners.end(), [](const OwnerCount& a, const OwnerCount& b) {
    return a.resources != b.resources ? a.resources > b.resources : a.name < b.name;
  });
  if (counts.owners.size() > limit) {
    counts.more = static_cast<int64_t>(counts.owners.size() - limit);
    counts.owners.resize(limit);
  }
  return std::move(seen.counts);
}

}  // namespace hm::inventory
