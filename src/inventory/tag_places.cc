#include "inventory/tag_places.h"

#include "inventory/payload.h"

namespace hm::inventory {
namespace {

constexpr int64_t kMostSpellings = 10'000;

std::string lower(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return plain;
}

bool reads_tags(const catalog::Catalog& catalog, const std::string& type) {
  const catalog::ResourceType* known = catalog.find(type);
  return known != nullptr && known->tags != nullptr;
}

// From the index resource_facets alone. What is listed once an account has its sweep under "global", wherever
// it lives.
Status count_places(store::Reader& reader, const Scope& scope, const TagSubject& subject, TagPlaces& found) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  return reader.each(
      "select p.account_id, p.region, p.type, p.resources, s.outcome from (select r.account_id, r.region, "
      "r.type, "
      "count(*) as resources from resource r" +
          where.sql() +
          " group by r.type, r.account_id, r.region) p left join sweep s on s.account_id = p.account_id and "
          "s.region in "
          "(p.region, 'global') and s.type = p.type",
      where.params(), [&](const store::Row& row) {
        Place place{row.string(0), row.string(1), row.string(2)};
        if (subject.out.contains(place.type)) {
          found.out[place.type] += row.integer(3);
          return ok();
        }
        const bool swept = !row.is_null(4) && row.text(4) == "ok";
        const bool known = swept && reads_tags(subject.catalog, place.type);
        found.places[std::move(place)] = {row.integer(3), 0, known};
        return ok();
      });
}

// Few: those of which something could not be read at all.
Status find_unread(store::Reader& reader, const Scope& scope, const TagSubject& subject, TagPlaces& found) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  where.add("r.unknown <> '{}'");
  return reader.each("select r.id, r.account_id, r.region, r.type, r.unknown from resource r" + where.sql(),
                     where.params(), [&](const store::Row& row) -> Status {
                       const catalog::ResourceType* type = subject.catalog.find(row.text(3));
                       if (type == nullptr || type->tags == nullptr) return ok();
                       HM_TRY(const Json unknown, parse_json(row.text(4)).context("reading what is unknown"));
                       if (!reads_unknown(*type->tags, unknown_from(unknown))) return ok();
                       const auto place = found.places.find({row.string(1), row.string(2), row.string(3)});
                       if (place == found.places.end()) return ok();
                       ++place->second.unread;
                       found.unread.push_back(row.integer(0));
                       return ok();
                     });
}

}  // namespace

Result<TagPlaces> read_tag_places(store::Reader& reader, const Scope& scope, const TagSubject& subject) {
  TagPlaces found;
  HM_DO(count_places(reader, scope, subject, found));
  HM_DO(find_unread(reader, scope, subject, found));
  Where where;
  where.add_scope(scope, "account_id", "region");
  where.add("ok_at is null");
  HM_DO(reader.each("select type, count(*) from sweep" + where.sql() + " group by type", where.params(),
                    [&](const store::Row& row) {
                      if (!subject.out.contains(row.string(0))) found.gaps += row.integer(1);
                      return ok();
                    }));
  return found;
}

void add_known_tags(Where& where, const Scope& scope, const TagSubject& subject, const TagPlaces& places,
                    store::Dialect dialect) {
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  where.add(
      "exists (select 1 from sweep s where s.account_id = r.account_id and s.region = r.place_region and "
      "s.type = "
      "r.type and s.outcome = 'ok')");
  std::string out;
  for (const std::string& type : subject.out) out += (out.empty() ? "" : ", ") + where.bind(type);
  if (!out.empty()) where.add("r.type not in (" + out + ")");
  if (!places.unread.empty()) where.add("not (" + where.one_of_numbers("r.id", places.unread, dialect) + ")");
}

Result<std::vector<std::string>> spelled_keys(store::Reader& reader) {
  // One look into the index for each key, however many tags there are.
  return reader.all(
      "with recursive spelled (key) as (select min(key) from tag union all select (select min(t.key) from "
      "tag t where "
      "t.key > spelled.key) from spelled where spelled.key is not null) select key from spelled where key is "
      "not null" +
          limit_sql(kMostSpellings),
      {}, [](const store::Row& row) { return row.string(0); });
}

std::string spellings_of(Where& where, const std::vector<std::string>& spelled,
                         const std::vector<std::string>& wanted) {
  std::string rows;
  for (size_t place = 0; place < wanted.size(); ++place) {
    for (const std::string& key : spelled) {
      if (lower(key) != lower(wanted[place])) continue;
      rows += (rows.empty() ? "(cast(" : ", (cast(") + where.bind(key) + " as text), cast(" +
              where.bind(static_cast<int64_t>(place)) + " as bigint))";
    }
  }
  return rows.empty() ? rows : "with k (key, place) as (values " + rows + ") ";
}

}  // namespace hm::inventory
