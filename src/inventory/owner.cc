#include "inventory/owner.h"

#include "base/check.h"
#include "inventory/owner_sql.h"

namespace hm::inventory {
namespace {

using Owners = std::map<std::string, Owner>;

Result<Owners> read_tagged(store::Reader& reader, const Scope& scope, const OwnerRules& rules,
                           const std::vector<int64_t>& numbers) {
  Owners owners;
  Where where;
  HM_TRY(const std::string tables, owners_by_tags(reader, where, scope, rules, &numbers));
  if (tables.empty()) return owners;
  const std::string asked = where.one_of_numbers("resource_id", numbers, reader.dialect());
  HM_DO(reader.each(tables + "select resource_id, name, key, cast(0 as bigint), '', '' from own where " +
                        asked + " union all select resource_id, name, key, parent, label, type from through",
                    where.params(), [&](const store::Row& row) {
                      Owner& owner = owners[resource_id(row.integer(0))];
                      owner.name = row.string(1);
                      owner.key = row.string(2);
                      owner.via = row.string(5).empty() ? Owner::Via::tag : Owner::Via::through;
                      if (owner.via == Owner::Via::tag) return ok();
                      owner.through_id = resource_id(row.integer(3));
                      owner.through_name = row.string(4);
                      owner.through_type = row.string(5);
                      return ok();
                    }));
  return owners;
}

// Why it cannot be told what tags it bears; nothing where it can.
Result<std::optional<std::string>> why_unknown(store::Reader& reader, const TagSubject& subject,
                                               const Resource& resource) {
  const Place& place = resource.place;
  const catalog::ResourceType* type = subject.catalog.find(place.type);
  if (subject.out.contains(place.type)) return std::optional<std::string>();
  if (type == nullptr || !type->tags) return std::optional<std::string>("tags are not read for its type");
  if (const auto part = resource.unknown.begin(); reads_unknown(*type->tags, resource.unknown))
    return std::optional<std::string>("its tags could not be read: " + part->second.message);
  HM_TRY(const auto outcome,
         reader.one("select outcome from sweep where account_id = $1 and region = $2 and type = $3",
                    {place.account_id, place.region, place.type},
                    [](const store::Row& row) { return row.string(0); }));
  if (outcome == "ok") return std::optional<std::string>();
  return std::optional<std::string>("its place was not read: the latest sweep is " +
                                    outcome.value_or("pending"));
}

Result<std::optional<Event>> read_creation(store::Reader& reader, const Resource& resource) {
  std::optional<Event> event = creation_of(resource, Time(), std::nullopt);
  HM_DO(reader.each(
      "select valid_from, seen_before from resource_version where resource_id = $1 and version = 1",
      {resource_number(resource.id).value_or(0)}, [&](const store::Row& row) {
        event = creation_of(resource, row.time(0), row.maybe_time(1));
        return ok();
      }));
  return event;
}

void take_creator(Creator creator, Owner& owner) {
  if (creator.caller) {
    owner.via = Owner::Via::creator;
    owner.name = creator.caller->principal;
    owner.caller = std::move(creator.caller);
    return;
  }
  owner.via = creator.code == "no_event" ? Owner::Via::none : Owner::Via::creator_unknown;
  owner.reason = std::move(creator.reason);
}

}  // namespace

std::string_view to_string(Owner::Via via) {
  switch (via) {
    case Owner::Via::tag:
      return "tag";
    case Owner::Via::through:
      return "through";
    case Owner::Via::creator:
      return "creator";
    case Owner::Via::none:
      return "none";
    case Owner::Via::creator_unknown:
      return "creator_unknown";
    case Owner::Via::unknown:
      return "unknown";
  }
  return "unknown";
}

Result<Owner> owner_of(store::Database& database, const Scope& scope, const TagSubject& subject,
                       const OwnerRules& rules, const Resource& resource) {
  Owner owner;
  std::optional<Event> creation;
  HM_DO(database.read("looking who owns a resource", [&](store::Reader& reader) -> Status {
    HM_TRY(auto why, why_unknown(reader, subject, resource));
    if (why) {
      owner.via = Owner::Via::unknown;
      owner.reason = std::move(*why);
      return ok();
    }
    HM_TRY(auto tagged, read_tagged(reader, scope, rules, {resource_number(resource.id).value_or(0)}));
    if (const auto found = tagged.find(resource.id); found != tagged.end()) owner = std::move(found->second);
    HM_TRY(creation, read_creation(reader, resource));
    return ok();
  }));
  if (owner.via != Owner::Via::none || !rules.creator) return owner;
  if (!creation) {
    owner.via = Owner::Via::creator_unknown;
    owner.reason = "it was there when its place was first read, and AWS does not say when it was made";
    return owner;
  }
  HM_TRY(auto creators, creators_of(database, subject.catalog, {*creation}));
  take_creator(std::move(creators.front()), owner);
  return owner;
}

Result<std::map<std::string, Owner>> tagged_owners(store::Database& database, const Scope& scope,
                                                   const OwnerRules& rules,
                                                   const std::vector<std::string>& ids) {
  HM_CHECK(ids.size() <= kMostVisibleIds);
  std::vector<int64_t> numbers;
  numbers.reserve(ids.size());
  for (const std::string& id : ids)
    if (const auto number = resource_number(std::string_view(id))) numbers.push_back(*number);
  return database.read("looking who owns resources",
                       [&](store::Reader& reader) { return read_tagged(reader, scope, rules, numbers); });
}

}  // namespace hm::inventory
