#include "api/route.h"
#include "api/trust_json.h"
#include "base/csv.h"

namespace hm::api {

namespace {

Result<ServerResponse> run_query(Services& services, const Request& request);
Result<ServerResponse> cancel_query(Services& services, const Request& request);
Result<ServerResponse> export_query(Services& services, const Request& request);
Result<ServerResponse> list_tables(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"POST", "/api/v1/query", Access::viewer, run_query},
    {"DELETE", "/api/v1/query", Access::viewer, cancel_query},
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
        [&](auto& running) { return running.size() < kMaxRunning && running.emplace(user_, stop_).second; });
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
  // Asked to stop when its user cancels it.
  std::stop_token stop() const { return stop_.get_token(); }

 private:
  Services& services_;
  const std::string user_;
  const std::stop_source stop_;
  bool taken_ = false;
};

Result<QueryAnswer> answer_of(Services& services, const Request& request) {
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
  auto answer = services.run_query(request.principal.scope, sql, at, place.stop());
  // The program that stops cancels statements too; then it is the server that is not there.
  if (!answer && answer.error().kind == ErrorKind::cancelled && place.stop().stop_requested())
    return make_error(ErrorKind::conflict, "query_cancelled", "the statement was cancelled");
  return answer;
}

Json result_json(QueryAnswer answer) {
  JsonArray columns;
  for (const std::string& column : answer.columns) columns.emplace_back(column);
  JsonObject body{{"columns", std::move(columns)},
                  {"rows", std::move(answer.rows)},
                  {"truncated", answer.truncated},
                  {"elapsed_ms", answer.elapsed_ms}};
  add_trust(body, answer.trust);
  return body;
}

Result<ServerResponse> run_query(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"sql", "at"}));
  HM_TRY(auto answer, answer_of(services, request));
  return json_answer(result_json(std::move(answer)));
}

// One statement of a user runs at a time, so there is no need to say which.
Result<ServerResponse> cancel_query(Services& services, const Request& request) {
  services.queries_running.with([&](auto& running) {
    if (const auto found = running.find(request.principal.name); found != running.end())
      found->second.request_stop();
  });
  return no_content();
}

std::string csv_of(const QueryAnswer& answer) {
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
  return file;
}

Result<ServerResponse> export_query(Services& services, const Request& request) {
  HM_DO(only_members(request.body, {"sql", "at", "format"}));
  HM_TRY(const auto wanted, maybe_text(request.body, "format"));
  const std::string format = wanted.value_or("csv");
  if (format != "csv" && format != "json") return invalid("format", "format is csv or json");
  HM_TRY(auto answer, answer_of(services, request));
  ServerResponse response;
  response.headers.add("Content-Type", format == "csv" ? "text/csv; charset=utf-8" : "application/json");
  response.headers.add("Content-Disposition", "attachment; filename=\"query." + format + "\"");
  response.headers.add("X-Truncated", answer.truncated ? "true" : "false");
  // Nothing in a CSV file itself can say that rows are missing from it.
  response.headers.add("X-Unknown-Types", std::to_string(answer.trust.unknown_types.size()));
  response.headers.add("X-Gaps", std::to_string(answer.trust.gap_count));
  response.headers.add("X-Unknown-Columns", std::to_string(answer.trust.unknown_columns.size()));
  response.headers.add("X-Behind-Changes", std::to_string(answer.trust.behind_changes));
  response.body = format == "csv" ? csv_of(answer) : to_json(result_json(std::move(answer)));
  return response;
}

Result<ServerResponse> list_tables(Services& services, const Request&) {
  if (!services.query_tables) return no_query();
  return json_answer(JsonObject{{"items", services.query_tables()}});
}

}  // namespace

std::span<const Route> query_routes() { return kRoutes; }

}  // namespace hm::api
