// Collects for ever: every type of every account and region by its own `refresh`, spread over time, on the
// lanes' bounded threads. One place that hangs or fails holds up no other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/sync.h"
#include "collect/collector.h"
#include "identity/scope.h"

namespace hm::collect {

// The round under way, or the last one: it begins when something becomes due while nothing runs, and ends
// when nothing runs any more.
struct RoundProgress {
  bool running = false;
  std::optional<Time> started_at;
  std::optional<Time> ended_at;
  std::optional<Time> next_at;  // when the next place becomes due
  int64_t total = 0;
  int64_t done = 0;
  int64_t ok = 0;
  int64_t not_ok = 0;
  int64_t calls = 0;
  int64_t resources = 0;
  int64_t unrecorded = 0;  // of done: the store did not take what was found
};

struct SchedulerOptions {
  std::chrono::seconds view_every{600};       // how often an account is asked for its regions
  std::chrono::seconds retry_view_every{60};  // and one that could not be entered
  std::chrono::seconds retry_record{15};      // what the store did not take is asked for again after
  std::chrono::milliseconds tick{500};
};

class Scheduler {
 public:
  // `accounts` gives those that are to be collected now; asked at every tick, so it must be quick. `changed`
  // is called after each sweep, one at a time; may be empty.
  using Accounts = std::function<std::vector<Account>()>;
  using OnChange = std::function<void(const RoundProgress&)>;
  Scheduler(Collector& collector, Accounts accounts, OnChange changed, SchedulerOptions options = {});
  ~Scheduler();

  // Until `stop`; then within a second or so, as soon as the calls under way have been given up.
  void run(std::stop_token stop);
  // Makes everything of these accounts due now (of all, where the list is empty). Thread-safe.
  void refresh_now(const std::vector<std::string>& account_ids);
  // Thread-safe, as is the next.
  RoundProgress progress() const;
  // How many places of the scope are looked at, in this round or not.
  int64_t places(const identity::Scope& scope) const;

 private:
  struct Entry {
    Time due;
    bool running = false;
    bool spread = false;  // its turn within the refresh interval has been chosen
  };
  struct Viewed {
    std::shared_ptr<const AccountView>
        view;                          // shared by the sweeps that it starts; null before the first answer
    std::vector<std::string> regions;  // as they were set when it was asked
    Time at;
    bool running = false;
  };
  struct State {
    std::map<std::string, Viewed> views;
    std::map<inventory::Place, Entry> places;
    RoundProgress round;
    int64_t running = 0;
    bool all_due = false;
    std::set<std::string> due_accounts;
  };

  // Asked in lanes too: an account that hangs holds up no other.
  void update_views(Lanes& lanes);
  void view(Lanes& lanes, const std::string& key, const Account& account);
  std::vector<std::shared_ptr<const AccountView>> views() const;
  void add_due(Lanes& lanes);
  void add(Lanes& lanes, const catalog::ResourceType& type, const std::shared_ptr<const AccountView>& view,
           const inventory::Place& place);
  void ended(const catalog::ResourceType& type, const SweepResult& result, Time started);

  Collector& collector_;
  const Accounts accounts_;
  const OnChange changed_;
  std::mutex telling_;  // held while `changed_` runs
  const SchedulerOptions options_;
  Synced<State> state_;
};

}  // namespace hm::collect
