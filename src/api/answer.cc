#include "api/answer.h"

#include <charconv>

#include "base/log.h"

namespace hm::api {

namespace {

std::optional<int64_t> number_note(const Error& error, const std::string& name) {
  const auto found = error.notes.find(name);
  if (found == error.notes.end()) return std::nullopt;
  int64_t number = 0;
  const char* end = found->second.data() + found->second.size();
  if (std::from_chars(found->second.data(), end, number).ptr != end) return std::nullopt;
  return number;
}

}  // namespace

ServerResponse json_answer(const Json& body, int status) {
  ServerResponse response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = to_json(body);
  return response;
}

ServerResponse no_content() {
  ServerResponse response;
  response.status = 204;
  return response;
}

int status_of(const Error& error) {
  const bool query = error.code.starts_with("query_");
  switch (error.kind) {
    case ErrorKind::invalid:
      return error.code == "too_large" ? 413 : error.code == "method_not_allowed" ? 405 : 400;
    case ErrorKind::denied:
      if (query) return 400;
      return error.code == "unauthorized" || error.code == "wrong_credentials" ? 401 : 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::throttled:
      return 429;
    case ErrorKind::timeout:
      return query ? 400 : 504;
    case ErrorKind::exhausted:
      return query ? 400 : 503;
    case ErrorKind::unavailable:
    case ErrorKind::cancelled:
      return 503;
    case ErrorKind::corrupt:
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

ServerResponse error_answer(const Error& error, std::string_view request_id) {
  const int status = status_of(error);
  const bool inside = status == 500;
  // What the database's client library says names hosts, users and paths.
  const bool away = error.code == "disconnected";
  if (status >= 500) log_error("api", "request " + std::string(request_id) + ": " + error.text());
  JsonObject told{
      {"code", inside               ? "internal"
               : error.code.empty() ? "unavailable"
                                    : error.code},
      {"message", inside ? "this failed inside the server; its log has the reason under this request id"
                  : away ? "the database does not answer: the server's log has the reason"
                         : error.message},
      {"request_id", request_id}};
  if (const auto field = error.notes.find("field"); field != error.notes.end()) told["field"] = field->second;
  if (const auto position = number_note(error, "position")) told["position"] = *position;
  const auto retry = number_note(error, "retry_after_seconds");
  if (retry) told["retry_after_seconds"] = *retry;
  ServerResponse response = json_answer(JsonObject{{"error", std::move(told)}}, status);
  if (retry) response.headers.add("Retry-After", std::to_string(*retry));
  if (status == 401) response.headers.add("WWW-Authenticate", "Bearer realm=\"hostmaster\"");
  return response;
}

Json time_or_null(const std::optional<Time>& time) { return time ? Json(format_iso(*time)) : Json(nullptr); }

Json text_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace hm::api
