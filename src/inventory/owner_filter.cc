#include <algorithm>

#include "inventory/owner_sql.h"

namespace hm::inventory {
namespace {

struct Found {
  std::vector<int64_t> numbers;
  std::vector<Event> creations;
};

Result<Found> by_tags(store::Reader& reader, const Scope& scope, const TagSubject& subject,
                      const OwnerRules& rules, const std::vector<std::string>& names) {
  Found found;
  HM_TRY(const TagPlaces places, read_tag_places(reader, scope, subject));
  Where where;
  HM_TRY(const std::string tables, owners_by_tags(reader, where, scope, rules, nullptr));
  if (!tables.empty()) {
    add_known_tags(where, scope, subject, places, reader.dialect());
    where.add("r.id in (select o.resource_id from own o where " + where.any_of("o.name", names) +
              ") or r.id in (select h.resource_id from through h where (" + where.any_of("h.name", names) +
              "))");
    HM_TRY(found.numbers, reader.all(tables + "select r.id from resource r" + where.sql(), where.params(),
                                     [](const store::Row& row) { return row.integer(0); }));
  }
  if (rules.creator) {
    HM_TRY(found.creations, find_creations(reader, scope, subject, places, rules));
  }
  return found;
}

}  // namespace

bool asks_for_owners(const std::vector<Condition>& conditions) {
  return std::any_of(conditions.begin(), conditions.end(),
                     [](const Condition& condition) { return condition.field == Condition::Field::owner; });
}

Status resolve_owners(store::Database& database, const Scope& scope, const TagSubject& subject,
                      const OwnerRules& rules, std::vector<Condition>& conditions) {
  for (Condition& condition : conditions) {
    if (condition.field != Condition::Field::owner) continue;
    HM_TRY(auto found, database.read("looking whose resources are", [&](store::Reader& reader) {
      return by_tags(reader, scope, subject, rules, condition.values);
    }));
    HM_TRY(const auto creators, creators_of(database, subject.catalog, found.creations));
    for (size_t i = 0; i < creators.size(); ++i) {
      if (!creators[i].caller) continue;
      const std::string& name = creators[i].caller->principal;
      const bool meant = std::any_of(condition.values.begin(), condition.values.end(),
                                     [&](const std::string& one) { return fits(one, name); });
      if (meant)
        found.numbers.push_back(
            resource_number(std::string_view(found.creations[i].resource.id)).value_or(0));
    }
    condition.numbers = std::make_shared<const std::vector<int64_t>>(std::move(found.numbers));
  }
  return ok();
}

}  // namespace hm::inventory
