#include <algorithm>
#include <charconv>

#include "api/change_json.h"
#include "api/coverage_numbers.h"
#include "api/route.h"
#include "api/search_json.h"
#include "base/csv.h"
#include "inventory/retention.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_changes(Services& services, const Request& request);
Result<ServerResponse> export_changes(Services& services, const Request& request);
Result<ServerResponse> get_change(Services& services, const Request& request);
Result<ServerResponse> get_diff(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/changes", Access::viewer, list_changes},
    {"GET", "/api/v1/changes/export", Access::viewer, export_changes},
    {"GET", "/api/v1/changes/{seq}", Access::viewer, get_change},
    {"GET", "/api/v1/diff", Access::viewer, get_diff},
};

constexpr int kExportPage = 200;

Result<std::optional<Time>> time_of(const Request& request, std::string_view name) {
  const std::string_view text = request.param(name);
  if (text.empty()) return std::optional<Time>();
  auto time = parse_iso(text);
  if (!time) return invalid(name, std::string(name) + " is a time such as 2026-01-31T12:00:00Z");
  return std::optional(*time);
}

Result<inventory::EventFilter> event_filter_of(const Request& request, const ResourceNames& names) {
  inventory::EventFilter filter;
  HM_TRY(filter.conditions, filter_of(request, names));
  HM_TRY(filter.from, time_of(request, "from"));
  HM_TRY(filter.to, time_of(request, "to"));
  std::string_view kinds = request.param("kind");
  while (!kinds.empty()) {
    const std::string_view kind = kinds.substr(0, kinds.find(','));
    if (!inventory::is_change_kind(kind))
      return invalid("kind", "kind is a list of created, found, changed, gone and returned");
    filter.kinds.emplace_back(kind);
    kinds.remove_prefix(std::min(kinds.size(), kind.size() + 1));
  }
  return filter;
}

Result<std::string> cursor_text(const Request& request) {
  HM_TRY(auto cursor, cursor_of(request));
  return cursor.value_or(std::string());
}

Json next_of(const std::string& cursor) { return cursor.empty() ? Json(nullptr) : Json(make_cursor(cursor)); }

Result<ServerResponse> list_changes(Services& services, const Request& request) {
  HM_TRY(const auto names, resource_names(services));
  HM_TRY(const int limit, limit_of(request));
  HM_TRY(const std::string cursor, cursor_text(request));
  HM_TRY(auto filter, event_filter_of(request, names));
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto searched, resolve_filter(services, scope, filter.conditions));
  HM_TRY(const auto page, inventory::list_events(services.database, scope, filter, cursor, limit));
  HM_TRY(const SweepTally counts, sweep_tally(services, scope));
  HM_TRY(const auto horizon, inventory::history_horizon(services.database));
  HM_TRY(const auto who, who_made(services, page.events));
  JsonArray items;
  for (size_t i = 0; i < page.events.size(); ++i) items.push_back(change_json(page.events[i], who[i], names));
  JsonObject answer{{"items", std::move(items)},
                    {"next_cursor", next_of(page.next_cursor)},
                    {"as_of", time_or_null(counts.oldest)},
                    {"gaps", counts.not_ok() + counts.pending},
                    {"horizon", time_or_null(horizon)},
                    {"search", searched ? freshness_json(*searched) : Json(nullptr)},
                    {"counts", nullptr}};
  if (request.param("counts") == "true") {
    inventory::EventFilter all = filter;
    all.kinds.clear();
    HM_TRY(const auto kinds, inventory::count_events(services.database, scope, all));
    answer["counts"] = JsonObject{{"created", kinds.created},
                                  {"found", kinds.found},
                                  {"changed", kinds.changed},
                                  {"gone", kinds.gone},
                                  {"returned", kinds.returned}};
  }
  return json_answer(answer);
}

Result<ServerResponse> get_change(Services& services, const Request& request) {
  HM_TRY(const auto names, resource_names(services));
  int64_t seq = 0;
  const std::string& text = request.path[0];
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (failed != std::errc() || end != text.data() + text.size()) seq = -1;  // there is no such change
  HM_TRY(const auto detail,
         inventory::get_event(services.database, *services.catalog, request.principal.scope, seq));
  HM_TRY(const auto who, who_made(services, std::vector{detail.event}));
  return json_answer(change_json(detail, who.front(), names));
}

const std::vector<std::string> kColumns = {"at",         "kind",         "type",   "id",  "name",
                                           "account_id", "account_name", "region", "who", "call",
                                           "path",       "before",       "after",  "note"};

std::string cell_of(const Json& value) {
  if (value.is_null()) return {};
  return value.is_string() ? std::string(as_text(value)) : to_json(value);
}

// What the values of a difference leave out, in words.
std::string note_of(const inventory::Difference& difference) {
  std::string note;
  if (difference.before_unknown) note = "could not be read before";
  if (difference.after_unknown) note += note.empty() ? "cannot be read" : ", and cannot now";
  return note;
}

// One line a difference; a change without any has one line too.
std::string csv_lines(const inventory::EventDetail& detail, const inventory::Who& who,
                      const ResourceNames& names) {
  const JsonObject change = change_json(detail.event, who, names);
  std::vector<std::string> head;
  for (const char* name : {"at", "kind", "type", "key", "name", "account_id", "account_name", "region"})
    head.push_back(cell_of(change.at(name)));
  head.push_back(who.known() ? who.callers.front().principal : "(unknown)");
  head.push_back(who.known() ? who.callers.front().call : who.reason);
  std::string lines;
  const auto add = [&](std::initializer_list<std::string> rest) {
    std::vector<std::string> cells = head;
    cells.insert(cells.end(), rest);
    lines += csv_row(cells);
  };
  for (const auto& one : detail.comparison.differences)
    add({one.path, cell_of(one.before), cell_of(one.after), note_of(one)});
  if (detail.comparison.truncated) add({"", "", "", "there are more differences than are listed"});
  if (detail.compared_with_none) add({"", "", "", "the version before is not kept any more"});
  if (lines.empty()) add({"", "", "", ""});
  return lines;
}

// One page a call, until the end.
class ChangePages {
 public:
  ChangePages(Services& services, identity::Scope scope, inventory::EventFilter filter, ResourceNames names,
              bool csv)
      : services_(services),
        scope_(std::move(scope)),
        filter_(std::move(filter)),
        names_(std::move(names)),
        csv_(csv) {}

  Result<std::string> next() {
    if (ended_) return std::string();
    std::string piece = first_ ? (csv_ ? csv_row(kColumns) : "[") : "";
    HM_TRY(const auto page,
           inventory::list_events(services_.database, scope_, filter_, cursor_, kExportPage));
    HM_TRY(const auto details,
           inventory::compare_events(services_.database, *services_.catalog, page.events));
    HM_TRY(const auto who, who_made(services_, page.events));
    for (size_t i = 0; i < details.size(); ++i) {
      piece += csv_ ? csv_lines(details[i], who[i], names_)
                    : (first_ ? "\n" : ",\n") + to_json(change_json(details[i], who[i], names_));
      first_ = false;
    }
    first_ = false;
    cursor_ = page.next_cursor;
    ended_ = cursor_.empty();
    if (ended_ && !csv_) piece += "\n]\n";
    return piece;
  }

 private:
  Services& services_;
  const identity::Scope scope_;
  const inventory::EventFilter filter_;
  const ResourceNames names_;
  const bool csv_;
  std::string cursor_;
  bool first_ = true;
  bool ended_ = false;
};

Result<ServerResponse> export_changes(Services& services, const Request& request) {
  const std::string_view format = request.param("format", "csv");
  if (format != "csv" && format != "json") return invalid("format", "format is csv or json");
  HM_TRY(auto names, resource_names(services));
  HM_TRY(auto filter, event_filter_of(request, names));
  const identity::Scope scope = scope_of(request);
  // Once for all pages, so that the file holds one answer.
  HM_TRY(const auto searched, resolve_filter(services, scope, filter.conditions));
  auto pages =
      std::make_shared<ChangePages>(services, scope, std::move(filter), std::move(names), format == "csv");
  // The first page is read here, so that a failure is an error and not a file cut at once.
  HM_TRY(std::string first, pages->next());
  ServerResponse response;
  response.headers.add("Content-Type", format == "csv" ? "text/csv; charset=utf-8" : "application/json");
  response.headers.add("Content-Disposition", "attachment; filename=\"changes." + std::string(format) + "\"");
  HM_TRY(const auto horizon, inventory::history_horizon(services.database));
  if (horizon) response.headers.add("X-History-Horizon", format_iso(*horizon));
  if (searched) response.headers.add("X-Search-Behind", searched->behind ? "true" : "false");
  response.body = BodySource([pages, first = std::move(first)]() mutable -> Result<std::string> {
    if (!first.empty()) return std::exchange(first, std::string());
    return pages->next();
  });
  return response;
}

Json gap_json(const inventory::DiffGap& gap) {
  return JsonObject{{"account_id", gap.place.account_id},
                    {"region", gap.place.region},
                    {"type", gap.place.type},
                    {"at_from", gap.at_from},
                    {"at_to", gap.at_to},
                    {"known_from", time_or_null(gap.known_from)},
                    {"known_to", time_or_null(gap.known_to)},
                    {"outcome", gap.outcome ? Json(inventory::to_string(*gap.outcome)) : Json(nullptr)},
                    {"code", text_or_null(gap.code)}};
}

Json trust_json(const inventory::DiffTrust& trust) {
  JsonArray places;
  for (const auto& gap : trust.gaps) places.push_back(gap_json(gap));
  JsonArray types;
  for (const std::string& type : trust.unread_types) types.emplace_back(type);
  return JsonObject{{"complete", trust.complete()},     {"unread_from", trust.unread_from},
                    {"unread_to", trust.unread_to},     {"stale_from", trust.stale_from},
                    {"stale_to", trust.stale_to},       {"places", std::move(places)},
                    {"places_total", trust.gap_count},  {"nothing_asked", trust.nothing_asked},
                    {"unread_types", std::move(types)}, {"unreadable_resources", trust.unreadable}};
}

Result<ServerResponse> get_diff(Services& services, const Request& request) {
  HM_TRY(const auto names, resource_names(services));
  inventory::DiffQuery query;
  HM_TRY(query.conditions, filter_of(request, names));
  HM_TRY(query.limit, limit_of(request));
  HM_TRY(query.cursor, cursor_text(request));
  HM_TRY(const auto from, time_of(request, "from"));
  HM_TRY(const auto to, time_of(request, "to"));
  if (!from) return invalid("from", "from is needed: a time such as 2026-01-31T12:00:00Z");
  query.from = *from;
  query.to = to.value_or(services.clock.now());
  if (query.from >= query.to) return invalid("to", "to must be later than from");
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto searched, resolve_filter(services, scope, query.conditions));
  HM_TRY(const auto page, inventory::diff(services.database, *services.catalog, scope, query));
  // It is the same of every page, and reads every place: the first one says it.
  Json known;
  if (query.cursor.empty()) {
    HM_TRY(const auto trust, inventory::trust_of_diff(services.database, *services.catalog, scope,
                                                      query.conditions, query.from, query.to));
    known = trust_json(trust);
  }
  HM_TRY(const auto who, who_made(services, page.items));
  JsonArray items;
  for (size_t i = 0; i < page.items.size(); ++i) items.push_back(change_json(page.items[i], who[i], names));
  return json_answer(JsonObject{{"from", format_iso(query.from)},
                                {"to", format_iso(query.to)},
                                {"items", std::move(items)},
                                {"next_cursor", next_of(page.next_cursor)},
                                {"came_and_went", page.came_and_went},
                                {"changed_back", page.changed_back},
                                {"search", searched ? freshness_json(*searched) : Json(nullptr)},
                                {"known", std::move(known)}});
}

}  // namespace

std::span<const Route> change_routes() { return kRoutes; }

}  // namespace hm::api
