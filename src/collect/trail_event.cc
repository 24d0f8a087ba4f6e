// What is kept of an event.
#include "collect/trail.h"
#include "collect/trail_record.h"

namespace hm::collect {

namespace {

constexpr size_t kMostTargets = 200;
constexpr size_t kLongestText = 512;

class Targets {
 public:
  Targets(const std::string& account_id, std::set<int64_t>& into) : account_id_(account_id), into_(into) {}

  void add(std::string_view text) {
    if (!text.empty() && text.size() <= kLongestName && into_.size() < kMostTargets)
      into_.insert(inventory::trail_target(account_id_, text));
  }

 private:
  const std::string& account_id_;
  std::set<int64_t>& into_;
};

std::string text_of(const Json& json, std::string_view name) {
  return std::string(member_text(json, name).substr(0, kLongestText));
}

void add_principal(const Json& record, inventory::TrailEvent& event) {
  const Json* identity = member(record, "userIdentity");
  if (identity == nullptr) return;
  event.principal_type = text_of(*identity, "type");
  event.via = text_of(*identity, "invokedBy");
  for (const char* name : {"arn", "invokedBy", "userName", "principalId", "accountId"}) {
    if (!event.principal.empty()) break;
    event.principal = text_of(*identity, name);
  }
  if (event.via == event.principal) event.via.clear();
}

}  // namespace

std::optional<inventory::TrailEvent> trail_event(const std::string& account_id, const Json& event) {
  const auto record = parse_json(member_text(event, "CloudTrailEvent"));
  if (!record || !record->is_object()) return std::nullopt;
  if (!member_text(*record, "errorCode").empty())
    return std::nullopt;  // it was refused, so it changed nothing
  const auto at = parse_iso(member_text(*record, "eventTime"));
  inventory::TrailEvent kept;
  kept.event_id = text_of(*record, "eventID");
  if (!at || kept.event_id.empty()) return std::nullopt;
  kept.at = *at;
  kept.call = call_of(*record);
  add_principal(*record, kept);
  kept.source_ip = text_of(*record, "sourceIPAddress");
  kept.user_agent = text_of(*record, "userAgent");
  Targets targets(account_id, kept.targets);
  if (const Json* resources = member(event, "Resources"); resources != nullptr && resources->is_array())
    for (const Json& one : resources->get_array()) targets.add(member_text(one, "ResourceName"));
  each_named(*record, [&](std::string_view, std::string_view text) { targets.add(text); });
  return kept;
}

}  // namespace hm::collect
