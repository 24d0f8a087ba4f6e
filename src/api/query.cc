#include "api/route.h"
#include "api/trust_json.h"
#include "base/csv.h"

namespace hm::api {

namespace {

Result<ServerResponse> run_query(Services& services, const Request& request);
Result<ServerResponse> export_query(Services& services, const Request& request);
Result<ServerResponse> list_tables(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"POST", "/api/v1/query", Access::viewer, run_query},
    {"POST", "/api/v1/query/export", Access::viewer, export_query},
    {"GET", "/api/v1/query/tables", Access::viewer, list_tables},
};

// Fewer than there are handler threads, so that statements which run to their limits leave room for the
// others; and none but one a user, so that somebody's many leave room for somebody else's one.
constexpr size_t kMaxRunning = 2;

Error no_query() {
  return make_error(ErrorKind::unavailable, "no_query", "this process has no query database");
}

// Holds one of the few places for a running statement.
class Place {
 public:
  Place(Services& services, const std::string& user) : services_(services), user_(user) {
    taken_ = services_.queries_running.with(
        [&](auto& running) { return running.size() < kMaxRunning && running.insert(user_).second; });
    if (taken_) services_.metrics.add("hostmaster_query_running", 1);
  }
  ~Place() {
    if (!taken_) return;
    services_.queries_running.with([&](auto& running) { running.erase(user_); });
    services_.metrics.add("hostmaster_query_running", -1);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool taken() const { return taken_; }

 private:
  Services& services_;
  const std::string user_;
  bool taken_ = false;
};

Result<QueryAnswer> answer_of(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"sql", "at"}));
  if (!services.run_query) return no_query();
  HM_TRY(const std::string sql, need_text(request.body, "sql"));
  HM_TRY(const auto at_text, maybe_text(request.body, "at"));
  std::optional<Time> at;
  if (at_text) {
    auto time = parse_iso(*at_text);
    if (!time) return invalid("at", "\"at\" is a time such as 2026-01-31T12:00:00Z");
    at = *time;
  }
  const Place place(services, request.principal.name);
  if (!place.taken()) {
    services.metrics.add("hostmaster_query_refused_total", 1);
    return make_error(ErrorKind::throttled, "too_many_queries",
                      "other statements are running: try again in a moment")
        .note("retry_after_seconds", "1");
  }
  return services.run_query(request.principal.scope, sql, at);
}

Result<ServerResponse> run_query(Services& services, const Request& request) {
  HM_TRY(auto answer, answer_of(services, request));
  JsonArray columns;
  for (const std::string& column : answer.columns) columns.emplace_back(column);
  JsonObject body{{"columns", std::move(columns)},
                  {"rows", std::move(answer.rows)},
                  {"truncated", answer.truncated},
                  {"elapsed_ms", answer.elapsed_ms}};
  add_trust(body, answer.trust);
  return json_answer(body);
}

Result<ServerResponse> export_query(Services& services, const Request& request) {
  HM_TRY(const auto answer, answer_of(services, request));
  std::string file = csv_row(answer.columns);
  for (const Json& row : answer.rows) {
    std::vector<std::string> cells;
    for (const Json& value : row.get_array()) {
      cells.push_back(value.is_null()     ? ""
                      : value.is_string() ? std::string(as_text(value))
                                          : to_json(value));
    }
    file += csv_row(cells);
  }
  ServerResponse response;
  response.headers.add("Content-Type", "text/csv; charset=utf-8");
  response.headers.add("Content-Disposition", "attachment; filename=\"query.csv\"");
  response.headers.add("X-Truncated", answer.truncated ? "true" : "false");
  // Nothing in the file itself can say that rows are missing from it.
  response.headers.add("X-Unknown-Types", std::to_string(answer.trust.unknown_types.size()));
  response.headers.add("X-Gaps", std::to_string(answer.trust.gap_count));
  response.headers.add("X-Unknown-Columns", std::to_string(answer.trust.unknown_columns.size()));
  response.headers.add("X-Behind-Changes", std::to_string(answer.trust.behind_changes));
  response.body = std::move(file);
  return response;
}

Result<ServerResponse> list_tables(Services& services, const Request&) {
  if (!services.query_tables) return no_query();
  return json_answer(JsonObject{{"items", services.query_tables()}});
}

}  // namespace

std::span<const Route> query_routes() { return kRoutes; }

}  // namespace hm::api
