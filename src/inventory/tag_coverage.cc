#include <algorithm>

#include "base/http.h"
#include "inventory/tag_places.h"

namespace hm::inventory {
namespace {

using Tagged = std::map<std::pair<Place, int64_t>, int64_t>;  // by place and number of the key

// Of each place, known or not, how many resources whose tags could be read bear each key with a value.
Result<Tagged> count_tagged(store::Reader& reader, const Scope& scope, const TagPlaces& places,
                            const std::vector<std::string>& keys) {
  Tagged tagged;
  HM_TRY(const auto spelled, spelled_keys(reader));
  Where where;
  const std::string wanted = spellings_of(where, spelled, keys);
  if (wanted.empty()) return tagged;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  if (!places.unread.empty())
    where.add("not (" + where.one_of_numbers("r.id", places.unread, reader.dialect()) + ")");
  where.add("trim(t.value) <> ''");
  const auto in_two_cases = [&](const std::string& key) {
    return std::count_if(spelled.begin(), spelled.end(),
                         [&](const std::string& one) { return equal_ignoring_case(one, key); }) > 1;
  };
  // A resource that bears a key in two spellings counts by the first: counting distinct ones would sort all.
  if (std::any_of(keys.begin(), keys.end(), in_two_cases))
    where.add(
        "not exists (select 1 from k j join tag o on o.key = j.key where j.place = k.place and "
        "j.key < k.key and o.resource_id = t.resource_id and trim(o.value) <> '')");
  HM_DO(
      reader.each(wanted +
                      "select r.account_id, r.region, r.type, k.place, count(*) from k join tag t "
                      "on t.key = k.key join resource r on r.id = t.resource_id" +
                      where.sql() + " group by r.account_id, r.region, r.type, k.place",
                  where.params(), [&](const store::Row& row) {
                    tagged[{{row.string(0), row.string(1), row.string(2)}, row.integer(3)}] = row.integer(4);
                    return ok();
                  }));
  return tagged;
}

TagCoverage coverage_of(const TagPlaces& places, const Tagged& tagged, const std::vector<std::string>& keys) {
  TagCoverage coverage;
  coverage.out = places.out;
  coverage.gaps = places.gaps;
  for (const auto& [place, count] : places.places) coverage.resources += count.resources;
  for (size_t key = 0; key < keys.size(); ++key) {
    std::map<std::pair<std::string, std::string>, TagShare> shares;
    for (const auto& [place, count] : places.places) {
      TagShare& share = shares[{place.account_id, place.type}];
      if (!count.known) {
        share.unknown += count.resources;
        continue;
      }
      const auto found = tagged.find({place, static_cast<int64_t>(key)});
      const int64_t bearing = found == tagged.end() ? 0 : found->second;
      share.tagged += bearing;
      share.unknown += count.unread;
      share.untagged += count.resources - count.unread - bearing;
    }
    for (const auto& [of, share] : shares) coverage.cells.push_back({keys[key], of.first, of.second, share});
  }
  return coverage;
}

}  // namespace

Result<TagCoverage> tag_coverage(store::Database& database, const Scope& scope, const TagSubject& subject,
                                 const std::vector<std::string>& keys) {
  if (keys.size() > kMostTagKeys)
    return make_error(ErrorKind::invalid, "too_many_keys", "more than 50 keys are required: name fewer");
  return database.read("counting tags", [&](store::Reader& reader) -> Result<TagCoverage> {
    HM_TRY(const TagPlaces places, read_tag_places(reader, scope, subject));
    HM_TRY(const Tagged tagged, count_tagged(reader, scope, places, keys));
    return coverage_of(places, tagged, keys);
  });
}

}  // namespace hm::inventory
