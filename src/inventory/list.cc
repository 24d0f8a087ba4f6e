#include <algorithm>
#include <map>

#include "base/encoding.h"
#include "inventory/list_sql.h"

namespace hm::inventory {
namespace {

constexpr int kMostPerPage = 1000;

// The columns that order a list. The id makes the order total, the label makes it readable.
std::vector<std::string> order_columns(Sort sort) {
  switch (sort) {
    case Sort::name:
      return {"r.label", "r.id"};
    case Sort::type:
      return {"r.type", "r.label", "r.id"};
    case Sort::account:
      return {"r.account_id", "r.label", "r.id"};
    case Sort::region:
      return {"r.region", "r.label", "r.id"};
    case Sort::state:
      return {"r.state", "r.label", "r.id"};
    case Sort::created_at:
      return {"coalesce(r.created_at, -1)", "r.id"};
    case Sort::first_seen:
      return {"r.first_seen", "r.id"};
  }
  return {"r.id"};
}

bool is_number(const std::string& column) {
  return column == "r.id" || column.find("_at") != std::string::npos || column == "r.first_seen";
}

Error bad_cursor() { return make_error(ErrorKind::invalid, "cursor", "the cursor belongs to another list"); }

// A cursor holds the ordering and the values of the last row, so that pages neither repeat nor skip rows
// while others come and go.
std::string make_cursor(const ListQuery& query, const JsonArray& last) {
  return base64url(to_json(JsonArray{static_cast<int>(query.sort), query.descending, last}));
}

Status add_cursor(Where& where, const ListQuery& query, const std::vector<std::string>& columns) {
  if (query.cursor.empty()) return ok();
  auto text = unbase64(query.cursor);
  if (!text.has_value()) return bad_cursor();
  auto json = parse_json(*text);
  if (!json.has_value() || !json->is_array() || json->get_array().size() != 3) return bad_cursor();
  const JsonArray& parts = json->get_array();
  if (parts[0] != Json(static_cast<int>(query.sort)) || parts[1] != Json(query.descending) ||
      !parts[2].is_array() || parts[2].get_array().size() != columns.size())
    return bad_cursor();
  std::string left;
  std::string right;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Json& value = parts[2].get_array()[i];
    left += (i == 0 ? "" : ", ") + columns[i];
    if (is_number(columns[i])) {
      if (!value.is_int64()) return bad_cursor();
      right += (i == 0 ? "" : ", ") + where.bind(value.get_int64());
    } else {
      if (!value.is_string()) return bad_cursor();
      right += (i == 0 ? "" : ", ") + where.bind(as_text(value));
    }
  }
  where.add("(" + left + ") " + (query.descending ? "<" : ">") + " (" + right + ")");
  return ok();
}

JsonArray order_values(const store::Row& row, const std::vector<std::string>& columns) {
  JsonArray values;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (is_number(columns[i])) {
      values.emplace_back(row.integer(kResourceColumnCount + i));
    } else {
      values.emplace_back(row.text(kResourceColumnCount + i));
    }
  }
  return values;
}

// Counted once for all who ask until a resource changes.
Result<int64_t> count_all(store::Database& database, const Where& all) {
  const std::string sql = "select count(*) from resource r" + all.sql();
  HM_TRY(const auto total,
         database.memo().get<int64_t>(database, {"resource"}, store::memo_key(sql, all.params()), [&] {
           return database.read("counting resources",
                                [&](store::Reader& reader) { return reader.number(sql, all.params()); });
         }));
  return *total;
}

// Whether a page is filled sooner by asking each resource on the way for its tags than by reading first all
// that bear them, which are `total` at least. On the way `limit` of `total` are met within that share of what
// the other conditions leave. To count must cost little: it is kept like every total.
Result<bool> bears_enough(store::Database& database, const Scope& scope,
                          const std::vector<Condition>& conditions, int64_t total, int limit) {
  std::vector<Condition> tags, others;
  std::partition_copy(conditions.begin(), conditions.end(), std::back_inserter(tags),
                      std::back_inserter(others),
                      [](const Condition& one) { return one.field == Condition::Field::tag; });
  const bool named =
      std::any_of(others.begin(), others.end(), [](const Condition& one) { return one.numbers != nullptr; });
  if (total < limit || named || tags.empty()) return false;
  const auto count = [&](const std::vector<Condition>& some) -> Result<int64_t> {
    Where where;
    where.add_scope(scope, "r.account_id", "r.region");
    HM_DO(where.add_conditions(some, database.dialect()));
    return count_all(database, where);
  };
  HM_TRY(const int64_t all, count(others));
  if (all / total <= total / limit) return true;
  // More than `total` are told by one tag that is borne; those that lack it, or bear several, are no measure
  // of what would be read.
  if (tags.size() > 1 || tags.front().negated) return false;
  HM_TRY(const int64_t bearing, count(tags));
  return all / total <= bearing / limit;
}

// Whether the index that gives the order tells of each entry that it fits without its row. One value is
// looked for there, while of several, of what begins with something or is something else, PostgreSQL asks the
// row.
bool told_by_index(const ListQuery& query, const Scope& scope) {
  const bool by_time = query.sort == Sort::created_at || query.sort == Sort::first_seen;
  const auto one_at_most = [](const auto& set) { return !set.has_value() || set->size() == 1; };
  const auto told = [&](const Condition& one) {
    const bool has_place = one.field == Condition::Field::account || one.field == Condition::Field::region;
    const bool has_kind = one.field == Condition::Field::type || one.field == Condition::Field::state;
    return (has_place || (has_kind && !by_time)) && !one.negated && one.values.size() == 1 &&
           one.values.front().find('*') == std::string::npos;
  };
  return one_at_most(scope.accounts) && one_at_most(scope.regions) &&
         std::all_of(query.conditions.begin(), query.conditions.end(), told);
}

Counts most_frequent(const std::map<std::string, int64_t>& counted, int limit) {
  Counts counts;
  for (const auto& [value, count] : counted) counts.values.push_back({value, count});
  std::stable_sort(counts.values.begin(), counts.values.end(),
                   [](const Count& a, const Count& b) { return a.count > b.count; });
  const auto most = static_cast<size_t>(std::max(limit, 0));
  if (counts.values.size() > most) {
    counts.more = static_cast<int64_t>(counts.values.size() - most);
    counts.values.resize(most);
  }
  return counts;
}

}  // namespace

// Which they are, is told by an index (0090_list_pages.sql); only the rows of the page are read. Where the
// index of the order tells all, they are read as they are met; else many may have to be looked through or
// sorted first, of which nothing but what decides is wanted.
std::string page_sql(const ListQuery& query, const Scope& scope, const Where& where, int limit) {
  const std::vector<std::string> columns = order_columns(query.sort);
  std::string chosen;
  std::string extra;
  std::string order;
  std::string outer_order;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string name = "by_" + std::to_string(i);
    const char* comma = i == 0 ? "" : ", ";
    const char* direction = query.descending ? " desc" : "";
    chosen += comma + columns[i] + " as " + name;
    extra += ", p." + name;
    order += comma + columns[i] + direction;
    outer_order += comma + ("p." + name) + direction;
  }
  if (told_by_index(query, scope))
    return "select " + resource_columns_alone() + ", " + chosen + " from resource r" + where.sql() +
           " order by " + order + limit_sql(limit + 1);
  // The id is the last of the columns.
  const std::string sql = "select " + std::string(kResourceColumns) + extra + " from (select " + chosen +
                          " from resource r" + where.sql() + " order by " + order + limit_sql(limit + 1);
  return sql + ") p join resource r on r.id = p.by_" + std::to_string(columns.size() - 1) +
         std::string(kSweepJoin) + " order by " + outer_order;
}

Result<Page> list_resources(store::Database& database, const Scope& scope, const ListQuery& query) {
  const int limit = std::clamp(query.limit, 1, kMostPerPage);
  const std::vector<std::string> columns = order_columns(query.sort);
  Where all;
  all.add_scope(scope, "r.account_id", "r.region");
  HM_DO(all.add_conditions(query.conditions, database.dialect()));
  HM_TRY(const int64_t total, count_all(database, all));
  Where page_where;
  page_where.add_scope(scope, "r.account_id", "r.region");
  HM_TRY(const bool walk, bears_enough(database, scope, query.conditions, total, limit));
  HM_DO(page_where.add_conditions(query.conditions, database.dialect(), {.tags_of_each = walk}));
  HM_DO(add_cursor(page_where, query, columns));
  if (total == 0) return Page();
  const std::string sql = page_sql(query, scope, page_where, limit);
  return database.read("listing resources", [&](store::Reader& reader) -> Result<Page> {
    Page page;
    page.total = total;
    JsonArray last;
    bool more = false;
    HM_DO(reader.each(sql, page_where.params(), [&](const store::Row& row) -> Status {
      if (page.items.size() == static_cast<size_t>(limit)) {
        more = true;
        return ok();
      }
      HM_TRY(Resource resource, read_resource(row));
      page.items.push_back(std::move(resource));
      if (page.items.size() == static_cast<size_t>(limit)) last = order_values(row, columns);
      return ok();
    }));
    if (more) page.next_cursor = make_cursor(query, last);
    return page;
  });
}

Result<Facets> count_facets(store::Database& database, const Scope& scope,
                            const std::vector<Condition>& conditions, int limit) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  HM_DO(where.add_conditions(conditions, database.dialect()));
  // The columns of the index resource_facets, in its order.
  const std::string sql = "select r.type, r.account_id, r.region, r.state, count(*) from resource r" +
                          where.sql() + " group by r.type, r.account_id, r.region, r.state";
  const auto count = [&] {
    return database.read("counting resources", [&](store::Reader& reader) -> Result<Facets> {
      Facets facets;
      std::map<std::string, int64_t> type, account, region, state;
      HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
        const int64_t number = row.integer(4);
        facets.total += number;
        type[row.string(0)] += number;
        account[row.string(1)] += number;
        region[row.string(2)] += number;
        state[row.string(3)] += number;
        return ok();
      }));
      facets.type = most_frequent(type, limit);
      facets.account = most_frequent(account, limit);
      facets.region = most_frequent(region, limit);
      facets.state = most_frequent(state, limit);
      return facets;
    });
  };
  const std::string key = store::memo_key(sql, where.params()) + " limit " + std::to_string(limit);
  HM_TRY(const auto facets, database.memo().get<Facets>(database, {"resource"}, key, count));
  return *facets;
}

Result<Untagged> count_untagged(store::Database& database, const Scope& scope,
                                const std::vector<std::string>& types) {
  Where where;
  where.add_scope(scope, "r.account_id", "r.region");
  where.add("r.gone_at is null");
  where.add(where.without_tags(types));
  const std::string sql =
      "select count(case when r.unknown = '{}' then 1 end), count(case when r.unknown <> '{}' then 1 end) "
      "from resource r" +
      where.sql();
  const auto count = [&] {
    return database.read("counting untagged resources", [&](store::Reader& reader) -> Result<Untagged> {
      Untagged untagged;
      HM_DO(reader.each(sql, where.params(), [&](const store::Row& row) -> Status {
        untagged = {row.integer(0), row.integer(1)};
        return ok();
      }));
      return untagged;
    });
  };
  HM_TRY(const auto untagged,
         database.memo().get<Untagged>(database, {"resource"}, store::memo_key(sql, where.params()), count));
  return *untagged;
}

}  // namespace hm::inventory
