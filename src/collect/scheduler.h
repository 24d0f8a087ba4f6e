// Collects for ever: every type of every account and region by its own `refresh`, spread over time, on the
// lanes' bounded threads. One place that hangs or fails holds up no other; where more is due than the lanes
// take, what has been due longest comes first, whichever account it belongs to. While the store is away AWS
// is not asked: nothing of the answers would be kept.
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

// When a place comes next.
struct PlannedPlace {
  inventory::Place place;
  Time due;
  bool running = false;
};

struct SchedulerOptions {
  std::chrono::seconds view_every{600};       // how often an account is asked for its regions
  std::chrono::seconds retry_view_every{60};  // and one that could not be entered
  // What the store did not take is asked for again after; twice as long each time, at most the type's
  // refresh.
  std::chrono::seconds retry_record{15};
  std::chrono::milliseconds tick{500};
  std::chrono::seconds event_pause{15};  // between sweeps of one place that events ask for
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
  void run(const std::stop_token& stop);
  // Makes everything of these accounts due now (of all, where the list is empty). Thread-safe.
  void refresh_now(const std::vector<std::string>& account_ids);
  // Makes one place due, because an event told of it; at most once in `event_pause`, so that a storm of
  // events leads to few sweeps. False where there is no such place to look at. Thread-safe.
  bool due_now(const inventory::Place& place);
  // Thread-safe, as is the next.
  RoundProgress progress() const;
  // How many places of the scope are looked at, in this round or not.
  int64_t places(const identity::Scope& scope) const;
  // Those of the scope, each with its turn, ordered by account, region and type. Thread-safe.
  std::vector<PlannedPlace> planned(const identity::Scope& scope) const;
  // The accounts as they are known now; those that AWS could not tell the id of are left out. Thread-safe.
  std::vector<std::shared_ptr<const AccountView>> views() const;
  // Those that could not be entered when they were asked last, with and without an id. Thread-safe.
  std::vector<AccountView> failed_views() const;

 private:
  struct Entry {
    const catalog::ResourceType* type = nullptr;
    std::shared_ptr<const AccountView> view;
    Time due;
    bool running = false;
    bool spread = false;          // its turn within the refresh interval has been chosen
    std::optional<Time> started;  // the latest sweep
    bool told = false;            // while it runs, an event tells that there is more to see
    int lost = 0;                 // sweeps in a row that the store did not take
    int64_t plan = 0;             // the last one that names it
  };
  // When a place that is not running comes next. What is due together is mixed, so that no account is first.
  struct Turn {
    Time due;
    size_t order;
    const inventory::Place* place;  // a key of State::places
    bool operator<(const Turn& other) const;
  };
  struct Viewed {
    std::shared_ptr<const AccountView>
        view;                          // shared by the sweeps that it starts; null before the first answer
    std::vector<std::string> regions;  // as they were set when it was asked
    std::vector<std::string> event_queues;  // likewise
    bool set_up = true;                     // and whether it could be asked at all
    Time at;
    bool running = false;
    bool noted = true;  // the inventory says whether its regions are known
  };
  struct State {
    std::map<std::string, Viewed> views;
    std::vector<std::shared_ptr<const AccountView>> known;  // what views() gives: as of the last plan
    std::map<inventory::Place, Entry> places;
    std::set<Turn> turns;
    std::vector<inventory::Place> unnoted;   // of which the inventory does not know yet that they are swept
    std::vector<inventory::Place> left_out;  // likewise, that the configuration leaves them out
    std::vector<inventory::Place> dropped;   // likewise, that no plan names them any more
    int64_t plan = 0;
    bool replan = false;
    std::optional<Time> ask_store_at;  // while the store does not answer
    RoundProgress round;
    int64_t running = 0;
    bool all_due = false;
    std::set<std::string> due_accounts;

    void wait(const inventory::Place& place, Time due);  // `place` is a key of `places`
    void leave(const inventory::Place& place);
    // Of one that ran: it waits, or goes where no plan names it any more.
    void give_back(const inventory::Place& place, Time due);
  };

  // Asked in lanes too: an account that hangs holds up no other.
  void update_views(Lanes& lanes);
  void view(Lanes& lanes, const std::string& key, const Account& account);
  void viewed(const std::string& key, std::shared_ptr<AccountView> view, const Status& noted);
  std::vector<std::shared_ptr<const AccountView>> know_views();
  // Which places there are, from what is known of the accounts.
  void plan();
  void note_places();
  void note(std::vector<inventory::Place> State::*list,
            const std::function<Status(const std::vector<inventory::Place>&)>& tell);
  bool store_answers();
  void lose_store(const Error& error);
  void hurry(Time now);
  void add_due(Lanes& lanes);
  const inventory::Place* next_due(Time now);
  Reached sweep(const inventory::Place& place, const std::stop_token& stop);
  void put_back(const inventory::Place& place);
  void ended(const inventory::Place& place, const SweepResult& result, Time started);
  void one_less(State& state) const;

  Collector& collector_;
  const Accounts accounts_;
  const OnChange changed_;
  std::mutex telling_;  // held while `changed_` runs
  const SchedulerOptions options_;
  Synced<State> state_;
};

}  // namespace hm::collect
