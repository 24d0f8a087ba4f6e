// Within the module: the SQL that finds owners by tags, and the creators of what has none.
#pragma once

#include "inventory/owner.h"
#include "inventory/tag_places.h"

namespace hm::inventory {

// The tables `own` (resource_id, name, key) and `through` (resource_id, name, key, parent, label, type);
// of these resources alone, where they are given. Empty: no tag names an owner.
Result<std::string> owners_by_tags(store::Reader& reader, Where& where, const Scope& scope,
                                   const OwnerRules& rules, const std::vector<int64_t>* only);

// What can be looked up in what CloudTrail has told, of what no tag names an owner of: the newest
// kMostCreators, nothing older than the earliest that it has told.
Result<std::vector<Event>> find_creations(store::Reader& reader, const Scope& scope,
                                          const TagSubject& subject, const TagPlaces& places,
                                          const OwnerRules& rules);
// Who made each of these: a caller, or the reason why nobody is known, with its code.
struct Creator {
  std::optional<Caller> caller;
  std::string code, reason;
};
// What is asked of a resource that was first seen so; nothing: nobody can know when it was made.
std::optional<Event> creation_of(const Resource& resource, Time first_version,
                                 std::optional<Time> seen_before);
Result<std::vector<Creator>> creators_of(store::Database& database, const catalog::Catalog& catalog,
                                         const std::vector<Event>& creations);

}  // namespace hm::inventory
