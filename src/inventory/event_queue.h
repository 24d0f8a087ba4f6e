// The queues that events come through, as the store knows them: how each fares, and what came through it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/inventory.h"
#include "inventory/read.h"
#include "store/database.h"

namespace hm::inventory {

// What became of messages. Each is deleted from the queue, but for those kept.
struct QueueCounts {
  int64_t received = 0;
  int64_t looks = 0;         // resources that were asked for by id
  int64_t coalesced = 0;     // looks that were spared, because another message led to the same
  int64_t places = 0;        // places that became due as a whole
  int64_t nothing = 0;       // messages that are about nothing that is shown
  int64_t malformed = 0;     // that are no events
  int64_t unrecognized = 0;  // events that no type's facts name
  int64_t elsewhere = 0;     // events of accounts or regions that are not watched
  int64_t kept = 0;          // that could not be acted on now and stay in the queue
};

struct EventQueue {
  std::string url;
  std::string account_id;  // whose credentials read it; empty while AWS has not said it
  std::string region;
  Outcome outcome = Outcome::pending;
  std::string code, message;        // why it cannot be read
  Time since;                       // from when on it can, or cannot, be read
  Time asked_at;                    // when it was asked last
  std::optional<Time> received_at;  // when the latest message came
  std::optional<Time> event_at;     // of the latest message, as its event says
  std::optional<Micros> lag;        // from that event to its recorded look
  std::optional<Micros> delay;      // from the message's arrival in the queue to the same
  QueueCounts counts;
  std::string refusal;  // why the latest message that was of no use was none
};

// Leaves a row, with outcome pending, for each queue that has none, and none for the others.
Status plan_event_queues(store::Database& database, const std::vector<EventQueue>& queues);
// What a turn found; its counts are added. What it leaves out (times, refusal) stays as it was.
Status record_event_queue(store::Database& database, const EventQueue& turn);
Result<std::vector<EventQueue>> list_event_queues(store::Database& database, const Scope& scope);

}  // namespace hm::inventory
