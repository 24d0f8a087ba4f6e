#include "sim/state/events.h"

#include <algorithm>

#include "base/crypto.h"
#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr int kMostDepth = 16;

std::string rule_arn(const Call& call, const std::string& name) {
  return "arn:aws:events:" + call.region + ":" + call.account_id + ":rule/" + name;
}

Error no_rule(const std::string& name) {
  return refusal(400, "ResourceNotFoundException", "Rule " + name + " does not exist on EventBus default.");
}

bool matches_one(const Json& wanted, const Json* value);

bool is_among(const Json& list, const Json& value) {
  if (!list.is_array()) return list == value;
  return std::any_of(list.get_array().begin(), list.get_array().end(),
                     [&](const Json& one) { return one == value; });
}

bool matches_one(const Json& wanted, const Json* value) {
  if (!wanted.is_object()) return value != nullptr && *value == wanted;
  if (const auto* exists = member(wanted, "exists"))
    return exists->is_bool() && exists->get_bool() == (value != nullptr);
  if (value == nullptr) return false;
  if (const auto* prefix = member(wanted, "prefix"))
    return value->is_string() && as_text(*value).starts_with(as_text(*prefix));
  if (const auto* but = member(wanted, "anything-but")) return !is_among(*but, *value);
  return false;
}

// A member that is a list fits where one of its values does.
bool fits(const JsonArray& wanted, const Json* value) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const Json& one) {
    const auto* list = value == nullptr ? nullptr : value->if_array();
    if (list == nullptr) return matches_one(one, value);
    return std::any_of(list->begin(), list->end(), [&](const Json& item) { return matches_one(one, &item); });
  });
}

bool matches_part(const Json& pattern, const Json* event, int depth) {
  if (depth > kMostDepth) return false;
  if (pattern.is_array()) return fits(pattern.get_array(), event);
  if (!pattern.is_object()) return false;
  return std::all_of(pattern.get_object().begin(), pattern.get_object().end(), [&](const auto& pair) {
    const auto* object = event == nullptr ? nullptr : event->if_object();
    return matches_part(pair.value(), object == nullptr ? nullptr : object->if_contains(pair.key()),
                        depth + 1);
  });
}

}  // namespace

bool matches_event(const Json& pattern, const Json& event) {
  return pattern.is_object() && matches_part(pattern, &event, 0);
}

void Events::add_rule(const std::string& account_id, const std::string& region, const std::string& name,
                      Json pattern, const std::string& target_arn) {
  rules_.with([&](auto& all) {
    auto& rule = all[{account_id, region}][name];
    rule.pattern = std::move(pattern);
    rule.targets["queue"] = target_arn;
  });
}

Result<Json> Events::put_rule(const Call& call) {
  const auto name = call.text("Name");
  const auto pattern = parse_json(call.text("EventPattern"));
  if (!pattern || !pattern->is_object() || pattern->get_object().empty())
    return refusal(400, "InvalidEventPatternException", "Event pattern is not valid.");
  rules_.with([&](auto& all) {
    auto& rule = all[{call.account_id, call.region}][name];
    rule.pattern = *pattern;
    rule.description = call.text("Description");
    if (const auto state = call.text("State"); !state.empty()) rule.state = state;
  });
  return Json(JsonObject{{"RuleArn", rule_arn(call, name)}});
}

Result<Json> Events::put_targets(const Call& call) {
  const auto name = call.text("Rule");
  return rules_.with([&](auto& all) -> Result<Json> {
    auto& rules = all[{call.account_id, call.region}];
    const auto rule = rules.find(name);
    if (rule == rules.end()) return no_rule(name);
    const auto* targets = call.find("Targets");
    if (targets == nullptr || !targets->is_array()) return refusal(400, "ValidationException", "No targets.");
    for (const Json& target : targets->get_array())
      rule->second.targets[std::string(member_text(target, "Id"))] = std::string(member_text(target, "Arn"));
    if (rule->second.targets.size() > kMostTargets)
      return refusal(400, "LimitExceededException",
                     "The requested resource exceeds the maximum number allowed.");
    return Json(JsonObject{{"FailedEntryCount", 0}, {"FailedEntries", JsonArray{}}});
  });
}

Result<Json> Events::describe_rule(const Call& call) const {
  const auto name = call.text("Name");
  return rules_.with([&](const auto& all) -> Result<Json> {
    const auto place = all.find({call.account_id, call.region});
    const auto* rules = place == all.end() ? nullptr : &place->second;
    const auto rule = rules == nullptr ? Rules::const_iterator() : rules->find(name);
    if (rules == nullptr || rule == rules->end()) return no_rule(name);
    return Json(JsonObject{{"Name", name},
                           {"Arn", rule_arn(call, name)},
                           {"EventPattern", to_json(rule->second.pattern)},
                           {"State", rule->second.state},
                           {"Description", rule->second.description},
                           {"EventBusName", "default"},
                           {"CreatedBy", call.account_id}});
  });
}

Result<Json> Events::list_targets(const Call& call) const {
  const auto name = call.text("Rule");
  return rules_.with([&](const auto& all) -> Result<Json> {
    const auto place = all.find({call.account_id, call.region});
    if (place == all.end() || !place->second.contains(name)) return no_rule(name);
    JsonArray targets;
    for (const auto& [id, arn] : place->second.at(name).targets)
      targets.push_back(JsonObject{{"Id", id}, {"Arn", arn}});
    return Json(JsonObject{{"Targets", std::move(targets)}});
  });
}

Result<Json> Events::rules_of_target(const Call& call) const {
  const auto arn = call.text("TargetArn");
  JsonArray names;
  rules_.with([&](const auto& all) {
    const auto place = all.find({call.account_id, call.region});
    if (place == all.end()) return;
    for (const auto& [name, rule] : place->second)
      if (std::any_of(rule.targets.begin(), rule.targets.end(),
                      [&](const auto& one) { return one.second == arn; }))
        names.push_back(Json(name));
  });
  return Json(JsonObject{{"RuleNames", std::move(names)}});
}

Result<Json> Events::remove_targets(const Call& call) {
  const auto name = call.text("Rule");
  return rules_.with([&](auto& all) -> Result<Json> {
    auto& rules = all[{call.account_id, call.region}];
    const auto rule = rules.find(name);
    if (rule == rules.end()) return no_rule(name);
    for (const auto& id : texts(call.find("Ids"))) rule->second.targets.erase(id);
    return Json(JsonObject{{"FailedEntryCount", 0}, {"FailedEntries", JsonArray{}}});
  });
}

Result<Json> Events::delete_rule(const Call& call) {
  rules_.with([&](auto& all) { all[{call.account_id, call.region}].erase(call.text("Name")); });
  return Json(JsonObject{});
}

std::vector<std::pair<std::string, std::string>> Events::places() const {
  std::vector<Key> found;
  rules_.with([&](const auto& all) {
    for (const auto& [place, rules] : all)
      if (!rules.empty()) found.push_back(place);
  });
  return found;
}

void Events::tell_call(const std::string& account_id, const TrailEvent& event, Time now) {
  auto record = parse_json(event.record);
  if (!record) return;
  const auto service = "aws." + event.source.substr(0, event.source.find('.'));
  const std::string region(member_text(*record, "awsRegion"));
  tell({account_id, region}, service, "AWS API Call via CloudTrail", {}, std::move(*record), now);
}

void Events::tell_state(const std::string& account_id, const std::string& region, const StateChange& change,
                        Time now) {
  tell({account_id, region}, "aws.ec2", "EC2 Instance State-change Notification",
       JsonArray{"arn:aws:ec2:" + region + ":" + account_id + ":instance/" + change.id},
       JsonObject{{"instance-id", change.id}, {"state", change.state}}, now);
}

void Events::tell(const Key& place, const std::string& source, const char* detail_type, JsonArray resources,
                  Json detail, Time now) {
  const Json event = JsonObject{{"version", "0"},
                                {"id", random_uuid()},
                                {"detail-type", detail_type},
                                {"source", source},
                                {"account", place.first},
                                {"time", format_iso(std::chrono::floor<std::chrono::seconds>(now))},
                                {"region", place.second},
                                {"resources", std::move(resources)},
                                {"detail", std::move(detail)}};
  std::vector<std::string> targets;
  rules_.with([&](const auto& all) {
    const auto rules = all.find(place);
    if (rules == all.end()) return;
    for (const auto& [name, rule] : rules->second) {
      if (rule.state == "DISABLED" || !matches_event(rule.pattern, event)) continue;
      for (const auto& [id, arn] : rule.targets) targets.push_back(arn);
    }
  });
  const std::string body = to_json(event);
  for (const std::string& arn : targets) deliver(arn, body, now);
}

void Events::deliver(const std::string& arn, const std::string& body, Time now) {
  const auto trouble = faults_.next_delivery();
  if (trouble.lost) return;
  for (int i = 0; i < (trouble.twice ? 2 : 1); ++i)
    queues_.put(arn, body, now, trouble.delay, trouble.in_front);
}

Result<Json> events_put_rule(const Call& call) { return call.events.put_rule(call); }
Result<Json> events_put_targets(const Call& call) { return call.events.put_targets(call); }
Result<Json> events_describe_rule(const Call& call) { return call.events.describe_rule(call); }
Result<Json> events_list_targets(const Call& call) { return call.events.list_targets(call); }
Result<Json> events_list_rule_names_by_target(const Call& call) { return call.events.rules_of_target(call); }
Result<Json> events_remove_targets(const Call& call) { return call.events.remove_targets(call); }
Result<Json> events_delete_rule(const Call& call) { return call.events.delete_rule(call); }

}  // namespace hm::sim
