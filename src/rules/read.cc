#include "rules/read.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/encoding.h"
#include "base/join.h"
#include "inventory/where.h"
#include "rules/keeper.h"

namespace hm::rules {
namespace {

using inventory::limit_sql;
using inventory::Where;
using store::Row;

constexpr int kMostPerPage = 1000;
constexpr size_t kMostDoubtsTold = 50;

// While it is found, it was last seen by the rule's last run.
constexpr std::string_view kColumns =
    ", r.label, r.key, r.arn, r.gone_at, "
    "case when f.outcome = 'found' and f.state <> 'resolved' then coalesce(s.ok_at, f.last_seen) else "
    "f.last_seen end";
constexpr std::string_view kFrom =
    " from finding f left join resource r on r.id = f.resource_id left join rule_state s on s.rule = f.rule";

void add_any_of(Where& where, std::string_view column, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::vector<std::string> places;
  for (const std::string& value : values) places.push_back(where.bind(value));
  where.add(std::string(column) + " in (" + join(places, ", ") + ")");
}

void add_severities(Where& where, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::vector<std::string> places;
  for (const std::string& value : values)
    if (const auto severity = catalog::severity_from(value))
      places.push_back(where.bind(static_cast<int64_t>(*severity)));
  where.add(places.empty() ? "1 = 0" : "f.severity in (" + join(places, ", ") + ")");
}

void add_word(Where& where, const std::string& word) {
  if (word.empty()) return;
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  const std::string like = " like lower(" + where.bind(pattern + "%") + ") escape '\\'";
  std::vector<std::string> either;
  for (const char* column : {"f.reason", "f.rule", "r.label", "r.key", "r.arn"})
    either.push_back("lower(" + std::string(column) + ")" + like);
  where.add(join(either, " or "));
}

// `without`: the facet whose own condition is left out.
Result<Where> where_of(const Scope& scope, const FindingFilter& filter, std::optional<FindingFacet> without) {
  for (const auto* values : {&filter.states, &filter.severities, &filter.categories, &filter.rules,
                             &filter.accounts, &filter.regions, &filter.types, &filter.outcomes}) {
    if (values->size() > kMostFilterValues)
      return make_error(ErrorKind::invalid, "filter", "a condition has at most 200 values");
  }
  Where where;
  where.add_scope(scope, "f.account_id", "f.region");
  // What has not opened yet is nobody's concern, unless it is asked for.
  const bool pending =
      std::find(filter.states.begin(), filter.states.end(), "pending") != filter.states.end();
  if (!pending) where.add("f.state <> 'pending'");
  if (without != FindingFacet::state) add_any_of(where, "f.state", filter.states);
  if (without != FindingFacet::severity) add_severities(where, filter.severities);
  if (without != FindingFacet::category) add_any_of(where, "f.category", filter.categories);
  if (without != FindingFacet::rule) add_any_of(where, "f.rule", filter.rules);
  if (without != FindingFacet::account) add_any_of(where, "f.account_id", filter.accounts);
  add_any_of(where, "f.region", filter.regions);
  add_any_of(where, "f.type", filter.types);
  add_any_of(where, "f.outcome", filter.outcomes);
  if (!filter.resource.empty()) {
    const auto number = inventory::resource_number(std::string_view(filter.resource));
    where.add("f.resource_id = " + where.bind(number.value_or(-1)));
  }
  add_word(where, filter.word);
  return where;
}

ListedFinding read_listed(const Row& row) {
  ListedFinding listed;
  listed.finding = read_finding(row);
  listed.id = inventory::resource_id(listed.finding.number);
  listed.resource_id = inventory::resource_id(listed.finding.resource);
  listed.resource_name =
      row.is_null(kFindingColumnCount) ? listed.resource_id : row.string(kFindingColumnCount);
  listed.resource_key = row.string(kFindingColumnCount + 1);
  listed.resource_arn = row.string(kFindingColumnCount + 2);
  listed.resource_gone = row.is_null(kFindingColumnCount) || !row.is_null(kFindingColumnCount + 3);
  listed.finding.last_seen = row.time(kFindingColumnCount + 4);
  return listed;
}

// The columns that order a list; all of them numbers or texts that are never null. The id makes the order
// total.
std::vector<std::string> order_columns(FindingSort sort) {
  switch (sort) {
    case FindingSort::severity:
      return {"f.severity", "coalesce(f.opened_at, -1)", "f.id"};
    case FindingSort::opened_at:
      return {"coalesce(f.opened_at, -1)", "f.id"};
    case FindingSort::rule:
      return {"f.rule", "f.id"};
    case FindingSort::account:
      return {"f.account_id", "f.severity", "f.id"};
  }
  return {"f.id"};
}

bool is_text(const std::string& column) { return column == "f.rule" || column == "f.account_id"; }

Error bad_cursor() { return make_error(ErrorKind::invalid, "cursor", "the cursor belongs to another list"); }

std::string make_cursor(const FindingQuery& query, const JsonArray& last) {
  return base64url(to_json(JsonArray{static_cast<int>(query.sort), query.descending, last}));
}

Status add_cursor(Where& where, const FindingQuery& query, const std::vector<std::string>& columns) {
  if (query.cursor.empty()) return ok();
  const auto text = unbase64(query.cursor);
  if (!text) return bad_cursor();
  const auto json = parse_json(*text);
  if (!json || !json->is_array() || json->get_array().size() != 3) return bad_cursor();
  const JsonArray& parts = json->get_array();
  if (parts[0] != Json(static_cast<int>(query.sort)) || parts[1] != Json(query.descending) ||
      !parts[2].is_array() || parts[2].get_array().size() != columns.size())
    return bad_cursor();
  std::vector<std::string> places;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Json& value = parts[2].get_array()[i];
    if (is_text(columns[i]) ? !value.is_string() : !value.is_int64()) return bad_cursor();
    places.push_back(is_text(columns[i]) ? where.bind(as_text(value)) : where.bind(value.get_int64()));
  }
  where.add("(" + join(columns, ", ") + ") " + (query.descending ? "<" : ">") + " (" + join(places, ", ") +
            ")");
  return ok();
}

std::string page_sql(const FindingQuery& query, const std::vector<std::string>& columns, const Where& where,
                     int limit) {
  std::vector<std::string> order;
  for (const std::string& column : columns) order.push_back(column + (query.descending ? " desc" : ""));
  return "select " + std::string(kFindingColumns) + std::string(kColumns) + ", " + join(columns, ", ") +
         std::string(kFrom) + where.sql() + " order by " + join(order, ", ") + limit_sql(limit + 1);
}

// The resources are joined where a word is looked for in their names.
std::string_view counted_from(const FindingFilter& filter) {
  return filter.word.empty() ? " from finding f" : kFrom;
}

// Counted once for all who open the page, until something changes that the counts rest on.
template <class T, class F>
Result<T> counted(store::Database& database, const FindingFilter& filter, const std::string& key, F&& count) {
  const auto once = [&] { return database.read("counting findings", count); };
  HM_TRY(const auto kept, filter.word.empty()
                              ? database.memo().get<T>(database, {"finding"}, key, once)
                              : database.memo().get<T>(database, {"finding", "resource"}, key, once));
  return *kept;
}

Result<int64_t> count_all(store::Database& database, const FindingFilter& filter, const Where& where) {
  const std::string sql = "select count(*)" + std::string(counted_from(filter)) + where.sql();
  return counted<int64_t>(database, filter, store::memo_key(sql, where.params()),
                          [&](store::Reader& reader) { return reader.number(sql, where.params()); });
}

std::string_view facet_column(FindingFacet facet) {
  constexpr std::array<std::string_view, 5> kFacets = {"f.state", "f.severity", "f.category", "f.rule",
                                                       "f.account_id"};
  return kFacets[static_cast<size_t>(facet)];
}

}  // namespace

Result<FindingPage> list_findings(store::Database& database, const Scope& scope, const FindingQuery& query) {
  const int limit = std::clamp(query.limit, 1, kMostPerPage);
  const auto columns = order_columns(query.sort);
  HM_TRY(const Where all, where_of(scope, query.filter, std::nullopt));
  Where page_where = all;
  HM_DO(add_cursor(page_where, query, columns));
  const std::string sql = page_sql(query, columns, page_where, limit);
  HM_TRY(const int64_t total, count_all(database, query.filter, all));
  return database.read("listing findings", [&](store::Reader& reader) -> Result<FindingPage> {
    FindingPage page;
    page.total = total;
    JsonArray last;
    bool more = false;
    HM_DO(reader.each(sql, page_where.params(), [&](const Row& row) -> Status {
      if (page.items.size() == static_cast<size_t>(limit)) {
        more = true;
        return ok();
      }
      page.items.push_back(read_listed(row));
      last.clear();
      for (size_t i = 0; i < columns.size(); ++i) {
        const size_t at = kFindingColumnCount + 5 + i;
        last.push_back(is_text(columns[i]) ? Json(row.text(at)) : Json(row.integer(at)));
      }
      return ok();
    }));
    if (more) page.next_cursor = make_cursor(query, last);
    return page;
  });
}

Result<std::vector<FindingCount>> count_findings(store::Database& database, const Scope& scope,
                                                 const FindingFilter& filter, FindingFacet facet, int limit) {
  HM_TRY(Where where, where_of(scope, filter, facet));
  const std::string column(facet_column(facet));
  const std::string sql = "select " + column + ", count(*)" + std::string(counted_from(filter)) +
                          where.sql() + " group by " + column + " order by count(*) desc, " + column +
                          limit_sql(limit);
  const auto read = [&](const Row& row) {
    const std::string value =
        facet == FindingFacet::severity
            ? std::string(
                  to_string(static_cast<catalog::Severity>(std::clamp<int64_t>(row.integer(0), 0, 4))))
            : row.string(0);
    return FindingCount{value, row.integer(1)};
  };
  return counted<std::vector<FindingCount>>(
      database, filter, store::memo_key(sql, where.params()),
      [&](store::Reader& reader) { return reader.all(sql, where.params(), read); });
}

Result<FindingDetail> get_finding(store::Database& database, const Scope& scope, std::string_view id) {
  Where where;
  where.add("f.id = " + where.bind(inventory::resource_number(id).value_or(-1)));
  where.add_scope(scope, "f.account_id", "f.region");
  const std::string sql =
      "select " + std::string(kFindingColumns) + std::string(kColumns) + std::string(kFrom) + where.sql();
  return database.read("reading a finding", [&](store::Reader& reader) -> Result<FindingDetail> {
    HM_TRY(auto listed, reader.one(sql, where.params(), [](const Row& row) { return read_listed(row); }));
    if (!listed) return make_error(ErrorKind::not_found, "not_found", "there is no such finding");
    FindingDetail detail;
    HM_TRY(
        detail.events,
        reader.all(
            "select at, kind, actor, note, until from finding_event where finding_id = $1 order by id desc" +
                limit_sql(kMostEvents),
            {listed->finding.number}, [](const Row& row) {
              return PastEvent{row.time(0), {row.string(1), row.string(2), row.string(3), row.maybe_time(4)}};
            }));
    detail.listed = std::move(*listed);
    return detail;
  });
}

Result<std::vector<std::string>> visible_findings(store::Database& database, const Scope& scope,
                                                  const std::vector<std::string>& ids) {
  HM_CHECK(ids.size() <= 1000);
  Where where;
  std::vector<std::string> places;
  for (const std::string& id : ids)
    if (const auto number = inventory::resource_number(std::string_view(id)))
      places.push_back(where.bind(*number));
  if (places.empty()) return std::vector<std::string>();
  where.add("f.id in (" + join(places, ", ") + ")");
  where.add_scope(scope, "f.account_id", "f.region");
  return database.read("looking who may see which finding", [&](store::Reader& reader) {
    return reader.all("select f.id from finding f" + where.sql(), where.params(),
                      [](const Row& row) { return inventory::resource_id(row.integer(0)); });
  });
}

namespace {

void add_doubts(const std::string& text, std::vector<CountedDoubt>& doubts) {
  const auto list = parse_json(text);
  if (!list || !list->is_array()) return;
  for (const Json& one : list->get_array()) {
    CountedDoubt doubt{std::string(member_text(one, "code")), std::string(member_text(one, "reason")), 0};
    if (const Json* count = member(one, "count"); count != nullptr && count->is_int64())
      doubt.count = count->get_int64();
    const auto known = std::find_if(doubts.begin(), doubts.end(), [&](const CountedDoubt& other) {
      return other.code == doubt.code && other.reason == doubt.reason;
    });
    if (known != doubts.end()) {
      known->count += doubt.count;
    } else {
      doubts.push_back(std::move(doubt));
    }
  }
}

Status add_counts(store::Reader& reader, const Scope& scope, std::map<std::string, RuleStatus>& statuses) {
  Where where;
  where.add_scope(scope, "account_id", "region");
  return reader.each("select rule, found, passed, unknown, gaps, doubts from rule_count" + where.sql(),
                     where.params(), [&](const Row& row) -> Status {
                       const auto status = statuses.find(row.string(0));
                       if (status == statuses.end()) return ok();
                       auto& counts = status->second.counts;
                       if (!counts) counts.emplace();
                       counts->found += row.integer(1);
                       counts->passed += row.integer(2);
                       counts->unknown += row.integer(3);
                       counts->gaps += row.integer(4);
                       add_doubts(row.string(5), status->second.doubts);
                       return ok();
                     });
}

}  // namespace

Result<std::map<std::string, RuleStatus>> rule_statuses(store::Database& database, const Scope& scope) {
  using Statuses = std::map<std::string, RuleStatus>;
  return database.read("reading the states of rules", [&](store::Reader& reader) -> Result<Statuses> {
    Statuses statuses;
    HM_DO(reader.each("select rule, status, error, ran_at, ok_at, duration_us, truncated from rule_state", {},
                      [&](const Row& row) -> Status {
                        RuleStatus status;
                        status.status = row.string(1);
                        status.error = row.string(2);
                        status.ran_at = row.time(3);
                        status.ok_at = row.maybe_time(4);
                        status.duration = std::chrono::microseconds(row.integer(5));
                        status.truncated = row.boolean(6);
                        statuses.emplace(row.string(0), std::move(status));
                        return ok();
                      }));
    HM_DO(add_counts(reader, scope, statuses));
    for (auto& [rule, status] : statuses) {
      std::stable_sort(status.doubts.begin(), status.doubts.end(),
                       [](const CountedDoubt& a, const CountedDoubt& b) { return a.count > b.count; });
      if (status.doubts.size() > kMostDoubtsTold) status.doubts.resize(kMostDoubtsTold);
    }
    return statuses;
  });
}

}  // namespace hm::rules
