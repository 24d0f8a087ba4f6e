// What EventBridge brings, read as "look at these again". Nothing here asks AWS or the store.
//
// An event says when something may have changed, never what is: events come late, twice, in another order or
// not at all, so only what AWS answers afterwards is kept.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "inventory/inventory.h"

namespace hm::collect {

struct Event {
  std::string id;
  std::string source;       // "aws.ec2"
  std::string detail_type;  // "AWS API Call via CloudTrail"
  std::string account_id;   // where it happened
  std::string region;
  Time at;
  Json document;  // the whole envelope
};

// Fails (kind invalid, code "malformed") on what is no event; the message quotes nothing of it.
Result<Event> parse_event(std::string_view body);

// What an event may be about, before anybody knows which of the names are resources.
struct EventReading {
  struct Candidate {
    const catalog::ResourceType* type = nullptr;
    std::set<std::string> keys;      // that it surely names
    std::set<std::string> if_known;  // ids and ARNs that count only where the inventory has them
    // Where neither gives any, the type's place is due: always, only where no other candidate has any, never.
    enum class Else { place, place_if_none, nothing } otherwise = Else::place;
  };
  bool recognized = false;  // some type names this kind of event
  std::string region;       // where it happened; of a call, as its record says
  std::vector<Candidate> candidates;

  std::vector<std::string> types() const;  // of the candidates
  std::vector<std::string> texts() const;  // all that the inventory is to be asked for
};

// What is to be looked at: some resources of a place, or (no keys) all of it.
struct Pointed {
  const catalog::ResourceType* type = nullptr;
  std::string region;  // "global" for what is listed once an account
  std::set<std::string> keys;
};

// The catalog's events, found by what an event says of itself. Immutable; the catalog outlives it.
class EventIndex {
 public:
  explicit EventIndex(const catalog::Catalog& catalog);
  EventReading read(const Event& event) const;

 private:
  struct Entry {
    const catalog::ResourceType* type;
    const catalog::EventFact* fact;  // null: the members of the record that are called as the key name it
  };
  using Entries = std::multimap<std::string, Entry, std::less<>>;
  EventReading read_call(const Event& event) const;

  Entries calls_;     // by "ec2:CreateVolume"
  Entries services_;  // by source and detail type
};

// `known`: what the inventory has of reading.texts().
std::vector<Pointed> resolve(const EventReading& reading, const std::vector<inventory::NamedKey>& known);

}  // namespace hm::collect
