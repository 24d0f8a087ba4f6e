#include "identity/audit.h"

#include "api/route.h"

namespace hm::api {

namespace {

Result<ServerResponse> list_audit(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/audit", Access::admin, list_audit},
};

// How many of the newest entries are checked with each page: enough to see a forgery, cheap enough to do
// always.
constexpr int kChecked = 1000;

Json entry_json(const identity::AuditEntry& entry) {
  return JsonObject{{"seq", entry.seq},       {"at", format_iso(entry.at)},       {"actor", entry.actor},
                    {"via", entry.via},       {"peer", text_or_null(entry.peer)}, {"action", entry.action},
                    {"target", entry.target}, {"outcome", entry.outcome},         {"details", entry.details}};
}

Result<ServerResponse> list_audit(Services& services, const Request& request) {
  // Its entries name accounts, and one that is left out would look like one that was removed.
  if (!request.principal.scope.unlimited())
    return make_error(ErrorKind::denied, "forbidden", "the audit is of all accounts, and your scope is not");
  identity::AuditQuery query;
  query.actor = request.param("actor");
  query.action = request.param("action");
  HM_TRY(query.limit, limit_of(request));
  HM_TRY(const int64_t before, position_of(request));
  if (before > 0) query.before = before;
  return services.database.read("reading the audit", [&](store::Reader& reader) -> Result<ServerResponse> {
    HM_TRY(const auto entries, identity::list_audit(reader, query));
    HM_TRY(const auto check, identity::check_audit(reader, kChecked));
    JsonArray items;
    for (const auto& entry : entries) items.push_back(entry_json(entry));
    const bool more = entries.size() == static_cast<size_t>(query.limit);
    return json_answer(JsonObject{
        {"items", std::move(items)},
        {"next_cursor", more ? Json(make_cursor(std::to_string(entries.back().seq))) : Json(nullptr)},
        {"chain", JsonObject{{"intact", !check.broken_at},
                             {"checked", check.checked},
                             {"broken_at", check.broken_at ? Json(*check.broken_at) : Json(nullptr)}}}});
  });
}

}  // namespace

std::span<const Route> audit_routes() { return kRoutes; }

}  // namespace hm::api
