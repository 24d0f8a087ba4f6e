// EventBridge: rules of the default bus, and what they send to queues: every call that CloudTrail tells of,
// and every change of an instance's state.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/sync.h"
#include "sim/server/faults.h"
#include "sim/state/engine.h"
#include "sim/state/queues.h"
#include "sim/state/trail.h"

namespace hm::sim {

struct EventRule {
  Json pattern;
  std::string description, state = "ENABLED";
  std::map<std::string, std::string> targets;  // id -> ARN
};

// Whether a document has what the pattern asks for: lists of values, and of {prefix}, {exists} and
// {anything-but}, as EventBridge's guide has them ("Amazon EventBridge event patterns").
bool matches_event(const Json& pattern, const Json& event);

// Thread-safe. The queues and faults outlive it.
class Events {
 public:
  static constexpr size_t kMostRules = 300;
  static constexpr size_t kMostTargets = 5;
  Events(Queues& queues, Faults& faults) : queues_(queues), faults_(faults) {}

  // A rule that nobody has called for, and its one target.
  void add_rule(const std::string& account_id, const std::string& region, const std::string& name,
                Json pattern, const std::string& target_arn);
  Result<Json> put_rule(const Call& call);
  Result<Json> put_targets(const Call& call);
  Result<Json> describe_rule(const Call& call) const;
  Result<Json> list_targets(const Call& call) const;
  Result<Json> rules_of_target(const Call& call) const;
  Result<Json> remove_targets(const Call& call);
  Result<Json> delete_rule(const Call& call);

  void tell_call(const std::string& account_id, const TrailEvent& event, Time now);
  void tell_state(const std::string& account_id, const std::string& region, const StateChange& change,
                  Time now);
  // Where something is to be told.
  std::vector<std::pair<std::string, std::string>> places() const;

 private:
  using Rules = std::map<std::string, EventRule>;
  using Key = std::pair<std::string, std::string>;  // account, region
  // Of `detail`, source and detail type, with the members that every event has.
  void tell(const Key& place, const std::string& source, const char* detail_type, JsonArray resources,
            Json detail, Time now);
  void deliver(const std::string& arn, const std::string& body, Time now);

  Queues& queues_;
  Faults& faults_;
  Synced<std::map<Key, Rules>> rules_;
};

Result<Json> events_list_rule_names_by_target(const Call& call);

}  // namespace hm::sim
