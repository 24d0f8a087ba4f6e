// Reads CloudTrail's event history: who changed what, in each region of each account, from a position of its
// own.
//
// LookupEvents is free, answers for 90 days back, 50 events a page, and lets two calls a second through for
// each account and region (aws/rate_limit.cc holds us to our share of it). Calls reach it within minutes,
// some of them late: what is younger than `lateness` is read again, and does not count as known yet.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/sync.h"
#include "collect/accounts.h"
#include "collect/details.h"
#include "collect/lanes.h"
#include "inventory/trail.h"

namespace hm::collect {

struct TrailOptions {
  std::chrono::minutes lateness{15};  // AWS: "typically within an average of about 5 minutes"; not guaranteed
  std::chrono::hours first_look{1};   // so far back goes the first look
  std::chrono::hours most_behind{24};  // what is further back is given up, and is unknown for good
  std::chrono::minutes slice{60};      // read at once
  std::chrono::minutes least_slice{1};
  int most_pages = 200;  // of a slice; a slice with more is cut in halves
};

struct TrailRead {
  inventory::TrailPosition position;  // as it is now
  int64_t events = 0;                 // new ones
  int64_t calls = 0;
  std::optional<Error> error;  // of AWS or of the store
};

// Thread-safe; a place is read by one at a time.
class TrailReader {
 public:
  // All outlive it.
  TrailReader(const Tools& tools, const catalog::Catalog& catalog, store::Database& database,
              TrailOptions options = {});

  // Everything from the position to now. What was read before a failure is kept.
  TrailRead read(const AccountView& view, const std::string& region, const std::stop_token& stop) const;

  // Where an account's calls are told of: its regions, and that of the services that have none.
  static std::set<std::string> regions_of(const AccountView& view);

 private:
  struct Slice;
  Status read_slice(const AccountView& view, const std::string& region, Slice& slice,
                    const std::stop_token& stop) const;
  Status follow(const AccountView& view, const std::string& region, TrailRead& result,
                const std::stop_token& stop) const;

  const Tools& tools_;
  store::Database& database_;
  const TrailOptions options_;
  // What some type's `events` name. The others change nothing that is shown, and are most of what there is.
  std::set<std::string, std::less<>> calls_;
};

// One event as LookupEvents gives it; nothing where it changed nothing: it was refused, or cannot be read. Of
// what the call said only names, ids and ARNs are kept, and of these only what trail_target() makes of them.
std::optional<inventory::TrailEvent> trail_event(const std::string& account_id, const Json& event);

struct TrailFollowerOptions {
  std::chrono::seconds every{120};
  std::chrono::milliseconds tick{500};
  LaneOptions lanes{.threads = 4, .per_lane = 1, .per_unproven_lane = 1};
};

// Reads all places for ever, beside the sweeps and on threads of its own: LookupEvents is slow.
class TrailFollower {
 public:
  // `views` gives the accounts as they are known now; asked at every tick.
  using Views = std::function<std::vector<std::shared_ptr<const AccountView>>()>;
  TrailFollower(const TrailReader& reader, Clock& clock, Views views, TrailFollowerOptions options = {})
      : reader_(reader), clock_(clock), views_(std::move(views)), options_(options) {}

  void run(const std::stop_token& stop);
  // Of these accounts, or of all. Thread-safe.
  void read_now(const std::vector<std::string>& account_ids);

 private:
  struct Entry {
    Time due;
    bool running = false;
    bool failed = false;  // told once, until it goes well again
  };
  using Places = std::map<std::pair<std::string, std::string>, Entry>;
  void add_due(Lanes& lanes);
  void add(Lanes& lanes, const std::shared_ptr<const AccountView>& view, const std::string& region);

  const TrailReader& reader_;
  Clock& clock_;
  const Views views_;
  const TrailFollowerOptions options_;
  Synced<Places> places_;
};

}  // namespace hm::collect
