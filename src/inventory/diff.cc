// The difference between two moments, and how far it can be trusted.
#include <algorithm>
#include <set>

#include "inventory/changes_sql.h"
#include "inventory/fresh.h"
#include "inventory/retention.h"
#include "inventory/trust.h"

namespace hm::inventory {
namespace {

struct Ends {
  bool was = false, is = false;  // there at `from`, there at `to`
  bool known_before = false;     // a version of it is older than `from`
  bool place_known = false;      // an ok sweep of its place is older than the first sight of it
};

// "" where it is of neither moment.
std::string kind_of(const Ends& ends) {
  if (ends.was && ends.is) return "changed";
  if (ends.was) return "gone";
  if (!ends.is) return "";
  if (ends.known_before) return "returned";
  return ends.place_known ? "created" : "found";
}

class DiffReader {
 public:
  DiffReader(store::Database& database, const catalog::Catalog& catalog, size_t limit)
      : comparer_(catalog), codec_(database), limit_(limit) {}

  // First of all.
  Status learn(store::Reader& reader) { return codec_.learn(reader); }

  Status add(const store::Row& row) {
    constexpr size_t kFirst = kResourceColumnCount;
    if (looked_at_ == limit_) {
      page.next_cursor = change_cursor(last_at_, last_seq_);
      return ok();
    }
    ++looked_at_;
    EventDetail item;
    Event& event = item.event;
    last_seq_ = event.seq = row.integer(kFirst);
    last_at_ = event.at = row.time(kFirst + 1);
    const bool is = !row.is_null(kFirst + 2);
    const bool was = !row.is_null(kFirst + 4);
    event.seen_before = row.maybe_time(kFirst + 6);
    HM_TRY(event.resource, read_resource(row));
    const auto first_ok = row.maybe_time(kFirst + 5);
    const bool place_known = first_ok && *first_ok < event.resource.first_seen;
    event.kind = kind_of({was, is, !row.is_null(kFirst + 3), place_known});
    if (event.kind.empty()) {
      ++page.came_and_went;
      return ok();
    }
    if (event.kind == "changed") {
      const std::string doing = "comparing " + event.resource.id;
      HM_TRY(Json before, codec_.unpack(row.text(kFirst + 4)).context(doing));
      HM_TRY(Json after, codec_.unpack(row.text(kFirst + 2)).context(doing));
      item.comparison = comparer_.compare(event.resource.place.type, state_from(std::move(before)),
                                          state_from(std::move(after)), kMostDifferences);
      // What cannot be read may differ: nobody knows that it is as it was.
      if (item.comparison.differences.empty() && item.comparison.unknown_before.empty() &&
          item.comparison.unknown_after.empty()) {
        ++page.changed_back;
        return ok();
      }
    }
    page.items.push_back(std::move(item));
    return ok();
  }

  DiffPage page;

 private:
  Comparer comparer_;
  PayloadCodec codec_;
  const size_t limit_;
  size_t looked_at_ = 0;
  Time last_at_;
  int64_t last_seq_ = 0;
};

// How a place stands at one moment.
struct KnownThen {
  std::optional<Time> ok_at;  // the last ok sweep by then
  bool stale = false;         // what it saw was not known any more at the moment
};

KnownThen known_then(const store::Row& row, size_t first, Time at, bool failing_now,
                     std::chrono::seconds fresh) {
  KnownThen known;
  if (row.is_null(first)) return known;
  const Time until = row.time(first);
  known.ok_at = std::min(until, at);
  // Within a span it is known; behind its last sweep no longer once the next one fails or is overdue.
  known.stale = until < at && (failing_now || !row.is_null(first + 1) || at - until > fresh);
  return known;
}

// Those that are named: the unread ones first, no more of either kind than the answer can hold.
struct NamedGaps {
  std::vector<DiffGap> unread, stale;

  void add(DiffGap gap) {
    std::vector<DiffGap>& among = gap.known_from && gap.known_to ? stale : unread;
    if (among.size() < kMostGapsNamed) among.push_back(std::move(gap));
  }
  std::vector<DiffGap> take() {
    for (DiffGap& gap : stale)
      if (unread.size() < kMostGapsNamed) unread.push_back(std::move(gap));
    return std::move(unread);
  }
};

void add_gap(DiffTrust& trust, NamedGaps& named, DiffGap gap, const KnownThen& from, const KnownThen& to) {
  trust.unread_from += from.ok_at ? 0 : 1;
  trust.unread_to += to.ok_at ? 0 : 1;
  trust.stale_from += from.stale ? 1 : 0;
  trust.stale_to += to.stale ? 1 : 0;
  gap.at_from = !from.ok_at || from.stale;
  gap.at_to = !to.ok_at || to.stale;
  gap.known_from = from.ok_at;
  gap.known_to = to.ok_at;
  if (!gap.at_from && !gap.at_to) return;
  ++trust.gap_count;
  named.add(std::move(gap));
}

// Of a type that the catalog has no more, as of one whose file names no refresh.
std::chrono::seconds fresh_of(const catalog::Catalog& catalog, std::string_view type) {
  const catalog::ResourceType* found = catalog.find(type);
  return found == nullptr ? fresh_for({}) : fresh_for(*found);
}

Status add_places(store::Reader& reader, const catalog::Catalog& catalog, const Scope& scope,
                  const std::vector<Condition>& conditions, Time from, Time to, DiffTrust& trust,
                  std::set<std::string>& read) {
  Where where;
  const std::string first = where.bind(from);
  const std::string second = where.bind(to);
  where.add_scope(scope, "r.account_id", "r.region");
  where.add_place_conditions(conditions, reader.dialect());
  NamedGaps named;
  const auto spans = [](const std::string& at) {
    const std::string of =
        " from sweep_span p where p.account_id = r.account_id and p.region = r.region and "
        "p.type = r.type and p.ok_from ";
    return ", (select max(p.ok_to)" + of + "<= " + at + "), (select min(p.ok_from)" + of + "> " + at + ")";
  };
  HM_DO(
      reader.each("select r.account_id, r.region, r.type, r.outcome, r.error" + spans(first) + spans(second) +
                      " from sweep r" + where.sql() + " order by r.account_id, r.region, r.type",
                  where.params(), [&](const store::Row& row) -> Status {
                    DiffGap gap;
                    gap.place = {row.string(0), row.string(1), row.string(2)};
                    const Outcome outcome = outcome_from(row.text(3)).value_or(Outcome::failed);
                    const bool failing = outcome != Outcome::ok;
                    if (failing) {
                      HM_TRY(const Json error, parse_json(row.text(4)).context("reading why a sweep failed"));
                      gap.outcome = outcome;
                      gap.code = std::string(member_text(error, "code"));
                    }
                    read.insert(gap.place.type);
                    const auto fresh = fresh_of(catalog, gap.place.type);
                    add_gap(trust, named, std::move(gap), known_then(row, 5, from, failing, fresh),
                            known_then(row, 7, to, failing, fresh));
                    return ok();
                  }));
  trust.gaps = named.take();
  return ok();
}

// Whether the conditions or the scope leave no region but "global", where no type of regions is looked at.
bool nothing_regional(const Scope& scope, const std::vector<Condition>& conditions) {
  const auto only_global = [](const auto& regions) {
    return std::all_of(regions.begin(), regions.end(), [](const auto& one) { return one == "global"; });
  };
  if (scope.regions && only_global(*scope.regions)) return true;
  return std::any_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    return condition.field == Condition::Field::region && !condition.negated && only_global(condition.values);
  });
}

// Types that the conditions name and that no sweep has looked at in any place that they name: `read` has
// those of the places that fit, so accounts and regions need no second look.
std::vector<std::string> types_unread(const catalog::Catalog& catalog, const Scope& scope,
                                      const std::vector<Condition>& conditions,
                                      const std::set<std::string>& read) {
  const bool no_regional = nothing_regional(scope, conditions);
  const bool no_global = !scope.allows_region("global");
  std::vector<std::string> unread;
  for (const catalog::ResourceType& type : catalog.resources()) {
    const bool global = type.scope != catalog::Scope::region;
    if (read.contains(type.id) || (global ? no_global : no_regional)) continue;
    if (lets_type_through(conditions, type.id)) unread.push_back(type.id);
  }
  return unread;
}

}  // namespace

Result<DiffPage> diff(store::Database& database, const catalog::Catalog& catalog, const Scope& scope,
                      const DiffQuery& query) {
  HM_DO(check_horizon(database, query.from));
  Where where;
  const std::string from = where.bind(query.from);
  const std::string to = where.bind(query.to);
  where.add_scope(scope, "r.account_id", "r.region");
  HM_DO(where.add_conditions(query.conditions, database.dialect(), {.also_gone = true}));
  where.add("n.valid_from > " + from + " and n.valid_from <= " + to);
  where.add("n.valid_to is null or n.valid_to > " + to);
  HM_DO(add_change_cursor(where, query.cursor, "n.valid_from", "n.id"));
  const auto limit = static_cast<size_t>(std::clamp(query.limit, 1, kMostEvents));
  std::string sql =
      "select " + std::string(kResourceColumns) +
      ", n.id, n.valid_from, n.payload, o.id, o.payload, (select min(p.ok_from) from sweep_span p where "
      "p.account_id = r.account_id and p.region = r.place_region and p.type = r.type), n.seen_before" +
      std::string(kResourceFrom) +
      " join resource_version n on n.resource_id = r.id left join resource_version o on o.resource_id = r.id "
      "and o.valid_from <= " +
      from + " and (o.valid_to is null or o.valid_to > " + from + ")" + where.sql() +
      " order by n.valid_from desc, n.id desc" + limit_sql(limit + 1);
  return database.read("comparing two moments", [&](store::Reader& reader) -> Result<DiffPage> {
    DiffReader found(database, catalog, limit);
    HM_DO(found.learn(reader));
    HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) { return found.add(row); }));
    return std::move(found.page);
  });
}

Result<DiffTrust> trust_of_diff(store::Database& database, const catalog::Catalog& catalog,
                                const Scope& scope, const std::vector<Condition>& conditions, Time from,
                                Time to) {
  Where unreadable;
  unreadable.add_scope(scope, "r.account_id", "r.region");
  HM_DO(unreadable.add_conditions(conditions, database.dialect()));
  unreadable.add("r.unknown <> '{}'");
  unreadable.add("v.valid_from <= " + unreadable.bind(from));
  return database.read(
      "looking what is known of two moments", [&](store::Reader& reader) -> Result<DiffTrust> {
        DiffTrust trust;
        std::set<std::string> read;
        HM_DO(add_places(reader, catalog, scope, conditions, from, to, trust, read));
        trust.nothing_asked = read.empty();
        trust.unread_types = types_unread(catalog, scope, conditions, read);
        HM_TRY(
            trust.unreadable,
            reader.number("select count(*) from resource r join resource_version v on v.id = r.version_id" +
                              unreadable.sql(),
                          unreadable.params()));
        return trust;
      });
}

}  // namespace hm::inventory
