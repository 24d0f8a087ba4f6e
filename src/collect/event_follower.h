// Follows the queues of events: each message leads to a look at what it is about, and is deleted when the
// look is recorded. So a crash loses no event, and one that comes twice is one look more.
//
// A queue that cannot be read is recorded as such, with since when: what changed is then seen by the sweeps
// alone, as it would be without events.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "collect/collector.h"
#include "collect/event.h"
#include "collect/event_queue.h"
#include "collect/worker_pool.h"
#include "inventory/event_queue.h"

namespace hm::collect {

struct EventOptions {
  std::chrono::seconds wait{20};        // for the first message: as long as SQS waits at most
  size_t window = 100;                  // messages taken in together: what they share is looked at once
  size_t most_keys = 20;                // of one place in a window; more, and the place becomes due
  size_t look_threads = 8;              // of all queues together, besides the thread of each
  size_t looks_at_once = 8;             // of one queue
  std::chrono::seconds no_wait{2};      // between questions, where the queue answers at once that it is empty
  std::chrono::seconds retry{1};        // after a failure; twice as long each time
  std::chrono::seconds retry_most{60};  // and at most so long
  std::chrono::seconds note_every{10};  // how often a queue that stays silent is noted as read
  std::chrono::seconds say_every{60};   // how often the log is told of messages of no use, for each queue
  std::chrono::milliseconds tick{500};  // how often the accounts are asked for their queues
  size_t most_queues = kMostQueues;     // a thread each
};

// Thread-safe but for run(), which belongs to one thread.
class EventFollower {
 public:
  using Views = std::function<std::vector<std::shared_ptr<const AccountView>>()>;
  // Every queue that is set up, by URL, with the id of its account where that is known: also of accounts that
  // cannot be entered, so that it is known not to be read.
  using Configured = std::function<Result<std::map<std::string, std::string>>()>;
  // Makes a place due; false where there is none such (scheduler.h).
  using Due = std::function<bool(const inventory::Place&)>;
  // All outlive it.
  EventFollower(Collector& collector, store::Database& database, Configured configured, Views views, Due due,
                EventOptions options = {});
  ~EventFollower();

  // Until `stop`; then as soon as the calls under way have been given up.
  void run(const std::stop_token& stop);

 private:
  struct Reading;                                                    // of one queue
  struct Batch;                                                      // of messages that are acted on together
  using Readings = std::map<std::string, std::unique_ptr<Reading>>;  // by URL
  using ViewMap = std::map<std::string, std::shared_ptr<const AccountView>>;

  // Leaves a row for each queue that is set up, and none for others: now and then, and where readings
  // `changed`, since one that ended may have left its row after nobody named the queue any more.
  void note_configured(bool changed);
  // Starts and ends readings as the accounts say; whether it did.
  bool plan(Readings& readings);
  void follow(Reading& reading, const std::stop_token& stop);
  // One wait for messages and what follows from them. Gives the failure of the queue or of the store.
  Status turn(Reading& reading, const std::stop_token& stop);
  // Counts what became of the messages, and deletes those that are acted on.
  Status settle(const QueueReader& queue, Batch& batch, inventory::EventQueue& turn,
                const std::stop_token& stop) const;
  Status take(const QueueReader& queue, Batch& batch, const std::stop_token& stop) const;
  Status understand(Batch& batch, const QueueMessage& message) const;
  void look(Batch& batch, const std::stop_token& stop);
  void note(Reading& reading, const Status& status, const inventory::EventQueue& turn);
  ViewMap view_map() const;

  Collector& collector_;
  store::Database& database_;
  const Configured configured_;
  const Views views_;
  const Due due_;
  const EventOptions options_;
  const EventIndex index_;
  WorkerPool pool_;
  // Of run()'s thread alone.
  std::optional<std::map<std::string, std::string>> noted_;
  Time note_at_{};
};

}  // namespace hm::collect
