// CloudTrail's event history: every call that changes something, as its records look, for 90 days.
//
// A record has AWS's members: userIdentity, eventTime, eventSource, requestParameters (names begin small,
// EC2's lists are sets of items, what the models call sensitive is hidden), responseElements, and for the
// look-up the resources that the call names.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/sync.h"
#include "sim/state/engine.h"

namespace hm::sim {

// What a record says beyond the call itself.
struct TrailCaller {
  std::string access_key_id, source_ip, user_agent, request_id;
};

struct TrailEvent {
  uint64_t number = 0;  // grows with time within a place
  std::string id, name, source, user_name, access_key_id;
  Time at;
  bool read_only = false;
  std::vector<std::pair<std::string, std::string>> resources;  // type, name
  std::string record;                                          // JSON
};

// Thread-safe. Holds at most kMost events of each account and region, the newest.
class Trail {
 public:
  static constexpr size_t kMost = 20'000;

  // `answer` is null where the call was refused, and `refused` says how. Gives what it recorded.
  TrailEvent record(const Call& call, const TrailCaller& caller, const Json* answer, const Error* refused);
  // LookupEvents: newest first, by pages.
  Result<Json> lookup(const Call& call) const;

 private:
  using Events = std::deque<TrailEvent>;
  Synced<std::map<std::pair<std::string, std::string>, Events>> places_;
};

}  // namespace hm::sim
