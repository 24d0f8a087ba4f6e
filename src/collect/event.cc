#include "collect/event.h"

#include <algorithm>

#include "collect/trail_record.h"
#include "inventory/trail.h"

namespace hm::collect {

using catalog::ResourceType;

namespace {

using Else = EventReading::Candidate::Else;

constexpr size_t kMostTexts = 200;
constexpr std::string_view kByCall = "AWS API Call via CloudTrail";

std::string small(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_arn(std::string_view text) { return text.starts_with("arn:"); }

// Whether the type's resources are known by their ARN.
bool has_arn_for_key(const ResourceType& type) { return type.arn == "${" + type.key.text() + "}"; }

// The key in what a fact of the catalog leads to: that, or what stands last in an ARN.
std::string key_in(const ResourceType& type, std::string_view text) {
  if (!is_arn(text) || has_arn_for_key(type)) return std::string(text);
  return std::string(text.substr(text.find_last_of("/:") + 1));
}

// "instanceId" names the key InstanceId; a mere "name" or "id" may be that of anything.
bool is_key_member(const ResourceType& type, std::string_view member) {
  if (!type.key_template.empty()) return false;
  const std::string key = small(type.key.text());
  const std::string name = small(member);
  if (key == "id" || key == "name" || key == "arn") return false;
  return name == key || name == key + "s";
}

// Calls that name what they tag by ids or ARNs of any type: such a one is about what it names, and only where
// nothing of that is known, about any.
bool is_about_tags(std::string_view call) { return call.find("Tag") != std::string_view::npos; }

void add_ids(const Json& found, std::set<std::string>& into) {
  if (const auto* list = found.if_array()) {
    for (const Json& one : *list) add_ids(one, into);
  } else if (found.is_string()) {
    const auto text = as_text(found);
    if (!text.empty() && text.size() <= kLongestName && into.size() < kMostTexts) into.emplace(text);
  }
}

EventReading::Candidate candidate_of(const ResourceType& type, const catalog::EventFact& fact,
                                     const Json& document) {
  EventReading::Candidate candidate;
  candidate.type = &type;
  if (fact.known) candidate.otherwise = Else::nothing;
  if (!fact.id) return candidate;
  std::set<std::string> texts;
  add_ids(fact.id->eval(document), texts);
  if (fact.known || !type.key_template.empty()) {
    candidate.if_known = std::move(texts);
    return candidate;
  }
  for (const std::string& text : texts) candidate.keys.insert(key_in(type, text));
  candidate.keys.erase("");
  return candidate;
}

std::string service_key(std::string_view source, std::string_view detail_type) {
  return std::string(source) + "\n" + std::string(detail_type);
}

// What other services of AWS send to queues, told apart so that it can be said what to do about it.
std::string stranger(const Json& document) {
  if (!member_text(document, "TopicArn").empty() && !member_text(document, "Type").empty())
    return "SNS sent it: let the rule of EventBridge send to the queue itself";
  const Json* records = member(document, "Records");
  const auto* list = records == nullptr ? nullptr : records->if_array();
  const bool of_s3 = list != nullptr && !list->empty() && list->front().is_object() &&
                     member_text(list->front(), "eventSource") == "aws:s3";
  if (of_s3 || member_text(document, "Event") == "s3:TestEvent")
    return "a bucket of S3 sent it: let its notifications go to another queue";
  return {};
}

}  // namespace

Result<Event> parse_event(std::string_view body) {
  const auto malformed = [](const std::string& why) {
    return make_error(ErrorKind::invalid, "malformed", "a message is no event of EventBridge: " + why);
  };
  auto document = parse_json(body);
  if (!document) return malformed("it is not JSON");
  if (!document->is_object()) return malformed("it is no object");
  if (const std::string who = stranger(*document); !who.empty()) return malformed(who);
  Event event;
  const std::pair<const char*, std::string*> texts[] = {{"id", &event.id},
                                                        {"source", &event.source},
                                                        {"detail-type", &event.detail_type},
                                                        {"account", &event.account_id},
                                                        {"region", &event.region}};
  for (const auto& [name, into] : texts) {
    *into = member_text(*document, name);
    if (into->empty()) return malformed(std::string("it has no '") + name + "'");
    if (into->size() > kLongestName) return malformed(std::string("its '") + name + "' is too long");
  }
  const auto at = parse_iso(member_text(*document, "time"));
  if (!at) return malformed("its 'time' is no time");
  event.at = *at;
  event.document = std::move(*document);
  return event;
}

std::vector<std::string> EventReading::types() const {
  std::vector<std::string> ids;
  for (const auto& candidate : candidates) ids.push_back(candidate.type->id);
  return ids;
}

std::vector<std::string> EventReading::texts() const {
  std::set<std::string> all;
  for (const auto& candidate : candidates) all.insert(candidate.if_known.begin(), candidate.if_known.end());
  return {all.begin(), all.end()};
}

EventIndex::EventIndex(const catalog::Catalog& catalog) {
  for (const auto& type : catalog.resources()) {
    std::set<std::string> told;
    for (const auto& fact : type.event_facts) {
      if (!fact.call.empty()) told.insert(fact.call);
      const auto key = fact.call.empty() ? service_key(fact.source, fact.detail_type)
                                         : std::string(inventory::call_without_version(fact.call));
      (fact.call.empty() ? services_ : calls_).emplace(key, Entry{&type, &fact});
    }
    for (const std::string& call : type.events)
      if (!told.contains(call))
        calls_.emplace(std::string(inventory::call_without_version(call)), Entry{&type, nullptr});
  }
}

EventReading EventIndex::read_call(const Event& event) const {
  EventReading reading;
  const Json* record = member(event.document, "detail");
  if (record == nullptr || !record->is_object()) return reading;
  // Most calls change nothing that is shown, and one that was refused changed nothing at all.
  reading.recognized = true;
  const auto region = member_text(*record, "awsRegion");
  reading.region = region.empty() ? event.region : std::string(region.substr(0, kLongestName));
  if (!member_text(*record, "errorCode").empty()) return reading;
  const std::string call(inventory::call_without_version(call_of(*record)));
  const auto [begin, end] = calls_.equal_range(call);
  if (begin == end) return reading;
  std::vector<std::pair<std::string, std::string>> named;
  std::set<std::string> texts;
  each_named(*record, [&](std::string_view member, std::string_view text) {
    named.emplace_back(member, text);
    if (texts.size() < kMostTexts) texts.emplace(text);
  });
  for (auto at = begin; at != end; ++at) {
    const auto& [type, fact] = at->second;
    EventReading::Candidate candidate;
    if (fact != nullptr) candidate = candidate_of(*type, *fact, *record);
    candidate.type = type;
    if (is_about_tags(call)) candidate.otherwise = Else::place_if_none;
    for (const auto& [member, text] : named)
      if (fact == nullptr && is_key_member(*type, member) && is_arn(text) == has_arn_for_key(*type))
        candidate.keys.insert(text);
    candidate.if_known.insert(texts.begin(), texts.end());
    reading.candidates.push_back(std::move(candidate));
  }
  return reading;
}

EventReading EventIndex::read(const Event& event) const {
  if (event.detail_type == kByCall) return read_call(event);
  EventReading reading;
  reading.region = event.region;
  const auto [begin, end] = services_.equal_range(service_key(event.source, event.detail_type));
  for (auto at = begin; at != end; ++at)
    reading.candidates.push_back(candidate_of(*at->second.type, *at->second.fact, event.document));
  reading.recognized = begin != end;
  return reading;
}

std::vector<Pointed> resolve(const EventReading& reading, const std::vector<inventory::NamedKey>& known) {
  std::vector<Pointed> pointed;
  bool any = false;
  for (const auto& candidate : reading.candidates) {
    const auto& type = *candidate.type;
    Pointed one;
    one.type = &type;
    one.region = type.scope == catalog::Scope::region ? reading.region : "global";
    one.keys = candidate.keys;
    for (const auto& row : known)
      if (row.type == type.id &&
          (candidate.if_known.contains(row.key) || candidate.if_known.contains(row.arn)))
        one.keys.insert(row.key);
    any |= !one.keys.empty();
    pointed.push_back(std::move(one));
  }
  std::vector<Pointed> kept;
  for (size_t i = 0; i < pointed.size(); ++i) {
    const Else otherwise = reading.candidates[i].otherwise;
    const bool place = otherwise == Else::place || (otherwise == Else::place_if_none && !any);
    if (!pointed[i].keys.empty() || place) kept.push_back(std::move(pointed[i]));
  }
  return kept;
}

}  // namespace hm::collect
