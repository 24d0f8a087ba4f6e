// What is kept of an event.
#include <algorithm>
#include <array>

#include "collect/trail.h"

namespace hm::collect {

namespace {

constexpr size_t kMostTargets = 200;
constexpr size_t kLongestTarget = 512;
constexpr size_t kLongestText = 512;
constexpr int kMostDepth = 16;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// Members by which calls name what they are about: "instanceId", "bucketName", "resourceArns".
bool names_something(std::string_view member) {
  constexpr std::array<std::string_view, 8> kEndings = {"id",   "ids",   "arn",        "arns",
                                                        "name", "names", "identifier", "arnlist"};
  const std::string name = lower(member);
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

class Targets {
 public:
  Targets(const std::string& account_id, std::set<int64_t>& into) : account_id_(account_id), into_(into) {}

  void add(std::string_view text) {
    if (text.empty() || text.size() > kLongestTarget || into_.size() >= kMostTargets) return;
    into_.insert(inventory::trail_target(account_id_, text));
  }

  // `named`: the value belongs to a member that names something.
  void walk(const Json& value, bool named, int depth = 0) {
    if (depth > kMostDepth) return;
    if (const auto* object = value.if_object()) {
      for (const auto& [key, one] : *object) walk(one, names_something(key), depth + 1);
    } else if (const auto* array = value.if_array()) {
      for (const auto& one : *array) walk(one, named, depth + 1);
    } else if (named && value.is_string()) {
      add(as_text(value));
    }
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
  const std::string source = text_of(*record, "eventSource");
  kept.call = source.substr(0, source.find('.')) + ":" + text_of(*record, "eventName");
  add_principal(*record, kept);
  kept.source_ip = text_of(*record, "sourceIPAddress");
  kept.user_agent = text_of(*record, "userAgent");
  Targets targets(account_id, kept.targets);
  const auto add_all = [&](const Json& from, const char* list, std::initializer_list<const char*> names) {
    const Json* resources = member(from, list);
    if (resources == nullptr || !resources->is_array()) return;
    for (const Json& one : resources->get_array())
      for (const char* name : names) targets.add(member_text(one, name));
  };
  add_all(event, "Resources", {"ResourceName"});
  add_all(*record, "resources", {"ARN", "arn"});
  for (const char* part : {"requestParameters", "responseElements"})
    if (const Json* said = member(*record, part)) targets.walk(*said, false);
  return kept;
}

}  // namespace hm::collect
