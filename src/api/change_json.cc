#include "api/change_json.h"

#include "api/answer.h"
#include "api/coverage_numbers.h"

namespace hm::api {

Json who_json(const inventory::Who& who) {
  JsonArray callers;
  for (const inventory::Caller& caller : who.callers) {
    callers.push_back(JsonObject{{"principal", caller.principal},
                                 {"principal_type", caller.principal_type},
                                 {"call", caller.call},
                                 {"at", format_iso(caller.at)},
                                 {"region", caller.region},
                                 {"via", text_or_null(caller.via)},
                                 {"source_ip", text_or_null(caller.source_ip)},
                                 {"user_agent", text_or_null(caller.user_agent)},
                                 {"event_id", caller.event_id},
                                 {"earlier", caller.earlier}});
  }
  return JsonObject{{"known", who.known()},
                    {"code", text_or_null(who.code)},
                    {"reason", text_or_null(who.reason)},
                    {"callers", std::move(callers)},
                    {"more", who.more}};
}

Result<std::vector<inventory::Who>> who_made(Services& services,
                                             const std::vector<inventory::Event>& events) {
  return inventory::who_made(services.database, *services.catalog, events);
}

Result<std::vector<inventory::Who>> who_made(Services& services,
                                             const std::vector<inventory::EventDetail>& details) {
  std::vector<inventory::Event> events;
  events.reserve(details.size());
  for (const inventory::EventDetail& detail : details) events.push_back(detail.event);
  return who_made(services, events);
}

JsonObject change_json(const inventory::Event& event, const inventory::Who& who, const ResourceNames& names) {
  const inventory::Resource& resource = event.resource;
  return JsonObject{{"seq", event.seq},
                    {"at", format_iso(event.at)},
                    {"kind", event.kind},
                    {"resource_id", resource.id},
                    {"type", resource.place.type},
                    {"type_title", type_title(names.services, resource.place.type)},
                    {"key", resource.key},
                    {"name", resource.label},
                    {"account_id", resource.place.account_id},
                    {"account_name", name_of(names.accounts, resource.place.account_id)},
                    {"region", resource.region},
                    {"who", who_json(who)}};
}

JsonObject comparison_json(const inventory::Comparison& comparison) {
  JsonArray differences;
  for (const inventory::Difference& difference : comparison.differences) {
    differences.push_back(JsonObject{{"path", difference.path},
                                     {"kind", inventory::to_string(difference.kind)},
                                     {"before", difference.before},
                                     {"after", difference.after},
                                     {"before_unknown", difference.before_unknown},
                                     {"after_unknown", difference.after_unknown}});
  }
  return JsonObject{{"differences", std::move(differences)},
                    {"truncated", comparison.truncated},
                    {"unknown_before", unknown_parts(comparison.unknown_before)},
                    {"unknown_after", unknown_parts(comparison.unknown_after)}};
}

JsonObject change_json(const inventory::EventDetail& detail, const inventory::Who& who,
                       const ResourceNames& names) {
  JsonObject answer = change_json(detail.event, who, names);
  for (auto& [name, value] : comparison_json(detail.comparison)) answer[name] = std::move(value);
  answer["compared_with_none"] = detail.compared_with_none;
  return answer;
}

}  // namespace hm::api
