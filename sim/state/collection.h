// The resources of one type in one place, kept compactly: a document is its JSON text, in the form of AWS's
// own output shape. Members whose name begins with "_" are the simulator's and never leave it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "base/time.h"

namespace hm::sim {

// What put() wrote. Text that is not its own is a bug.
Json stored(const std::string& text);

class Collection {
 public:
  // Adds, or replaces what has this id. The order of listing is that of first adding.
  void put(std::string_view id, const Json& document);
  bool erase(std::string_view id);
  bool contains(std::string_view id) const { return index_.contains(std::string(id)); }
  // Null where there is none.
  Json find(std::string_view id) const;
  size_t size() const { return index_.size(); }
  // In order, beginning behind sequence number `after` (0: at the beginning), until `visit` gives false.
  using Visit = std::function<bool(uint64_t sequence, const std::string& id, const std::string& text)>;
  void each(uint64_t after, const Visit& visit) const;
  // The sequence number of the id, 0 where there is none.
  uint64_t sequence_of(std::string_view id) const;

 private:
  struct Entry {
    uint64_t sequence;
    std::string id;  // empty: erased
    std::string text;
  };
  void compact();

  std::vector<Entry> entries_;  // by sequence
  std::unordered_map<std::string, uint64_t> index_;
  uint64_t next_ = 1;
};

// What changes by itself: at `due` the members of `patch` replace those of the document (null removes one);
// without a patch the document goes away.
struct Timer {
  Time due;
  std::string collection;
  std::string id;
  JsonObject patch;
};

// An instance that went into another state.
struct StateChange {
  std::string id, state;  // "running"
};

// One account in one region, or its global part.
struct Place {
  std::string account_id;
  std::string region;  // "global"
  std::map<std::string, Collection, std::less<>> collections;
  std::multimap<Time, Timer> timers;
  uint64_t version = 1;           // counts changes: what was rendered from an older one is stale
  std::vector<StateChange> told;  // since they were taken the last time (world.h)

  Collection& of(std::string_view name) {
    const auto found = collections.find(name);
    return found == collections.end() ? collections[std::string(name)] : found->second;
  }
  // Documents change through these, so that `version` is right.
  void put(std::string_view collection, std::string_view id, const Json& document);
  bool erase(std::string_view collection, std::string_view id);
  void patch(std::string_view collection, std::string_view id, const JsonObject& changes);
  void later(Time due, std::string_view collection, std::string_view id, JsonObject changes);
  // Forgets what was still to come for the id: a new change takes over.
  void cancel(std::string_view collection, std::string_view id);
  // Applies every timer that is due.
  void settle(Time now);

 private:
  void tell_state(std::string_view id, const Json& document);
};

}  // namespace hm::sim
