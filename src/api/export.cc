// The filtered set as a file, page after page: memory stays flat however many there are.
#include <algorithm>

#include "api/filter.h"
#include "api/resource_json.h"
#include "api/route.h"
#include "api/search_json.h"
#include "base/csv.h"

namespace hm::api {

namespace {

Result<ServerResponse> export_resources(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/resources/export", Access::viewer, export_resources},
};

constexpr int kPage = 1000;

const std::vector<std::string> kColumns = {"id",         "type",         "name",    "key",   "arn",
                                           "account_id", "account_name", "region",  "state", "created_at",
                                           "first_seen", "swept_at",     "gone_at", "tags",  "unknown"};

// An empty cell says that there is none. In brackets it is neither a state nor a name that AWS knows.
constexpr const char* kUnknownCell = "(unknown)";
constexpr const char* kNotReadCell = "(not read)";  // it is not asked for, of resources of this type

bool holds(const Json& columns, const std::string& column) {
  const JsonArray& all = columns.get_array();
  return std::find(all.begin(), all.end(), Json(column)) != all.end();
}

std::string csv_line(const JsonObject& resource) {
  std::vector<std::string> cells;
  for (const std::string& column : kColumns) {
    const Json& value = resource.at(column);
    if (holds(resource.at("unknown_columns"), column)) {
      cells.emplace_back(kUnknownCell);
    } else if (value.is_null() && holds(resource.at("not_read"), column)) {
      cells.emplace_back(kNotReadCell);
    } else if (value.is_null()) {
      cells.emplace_back();
    } else if (value.is_string()) {
      cells.emplace_back(as_text(value));
    } else if (value.is_array()) {  // unknown: what could not be read
      std::string parts;
      for (const Json& part : value.get_array()) {
        parts += (parts.empty() ? "" : "; ") + std::string(member_text(part, "what")) + " (" +
                 std::string(member_text(part, "code")) + ")";
      }
      cells.push_back(parts);
    } else {
      cells.push_back(value.is_object() && value.get_object().empty() ? "" : to_json(value));
    }
  }
  return csv_row(cells);
}

// One page a call, until the end.
class Pages {
 public:
  Pages(Services& services, identity::Scope scope, inventory::ListQuery query, ResourceNames names, bool csv)
      : services_(services),
        scope_(std::move(scope)),
        query_(std::move(query)),
        names_(std::move(names)),
        csv_(csv) {}

  Result<std::string> next() {
    if (ended_) return std::string();
    std::string piece = first_ ? (csv_ ? csv_row(kColumns) : "[") : "";
    HM_TRY(const auto page, inventory::list_resources(services_.database, scope_, query_));
    for (const auto& resource : page.items) {
      const JsonObject item = resource_json(resource, names_);
      if (csv_) {
        piece += csv_line(item);
      } else {
        piece += (first_ ? "\n" : ",\n") + to_json(item);
      }
      first_ = false;
    }
    first_ = false;
    query_.cursor = page.next_cursor;
    ended_ = page.next_cursor.empty();
    if (ended_ && !csv_) piece += "\n]\n";
    return piece;
  }

 private:
  Services& services_;
  const identity::Scope scope_;
  inventory::ListQuery query_;
  const ResourceNames names_;
  const bool csv_;
  bool first_ = true;
  bool ended_ = false;
};

Result<ServerResponse> export_resources(Services& services, const Request& request) {
  const std::string_view format = request.param("format", "csv");
  if (format != "csv" && format != "json") return invalid("format", "format is csv or json");
  HM_TRY(auto names, resource_names(services));
  inventory::ListQuery query;
  HM_TRY(query.conditions, filter_of(request, names));
  query.limit = kPage;
  const identity::Scope scope = scope_of(request);
  // Once for all pages, so that the file holds one answer.
  HM_TRY(const auto searched, resolve_filter(services, scope, query.conditions));
  // Shared, since a body source is copied.
  auto pages = std::make_shared<Pages>(services, scope, std::move(query), std::move(names), format == "csv");
  // The first page is read here, so that a failure is an error and not a file cut at once.
  HM_TRY(std::string first, pages->next());
  ServerResponse response;
  response.headers.add("Content-Type", format == "csv" ? "text/csv; charset=utf-8" : "application/json");
  response.headers.add("Content-Disposition",
                       "attachment; filename=\"resources." + std::string(format) + "\"");
  // Nothing in the file itself can say that the search lagged behind when it was asked.
  if (searched) response.headers.add("X-Search-Behind", searched->behind ? "true" : "false");
  response.body = BodySource([pages, first = std::move(first)]() mutable -> Result<std::string> {
    if (!first.empty()) return std::exchange(first, std::string());
    return pages->next();
  });
  return response;
}

}  // namespace

std::span<const Route> export_routes() { return kRoutes; }

}  // namespace hm::api
