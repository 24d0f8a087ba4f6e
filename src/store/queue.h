// Work that is handed out by leases, and the outbox through which one stage hands to the next. Both survive
// every crash: an item is put in with the transaction that decided it and stays until somebody says that it
// is done; who dies while holding a lease is followed by somebody else. So every item may be done twice, and
// doing it twice must do no harm.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace hm::store {

// Two tables of one shape: jobs are pulled by workers, the outbox is drained by `notify`.
enum class QueueTable { job, outbox };

struct NewItem {
  std::string kind;     // who is meant: "sweep", "slack"
  std::string payload;  // JSON
  // While an item of this kind with the same text waits or runs, another is not put in. Empty: never the
  // same.
  std::string dedup{};
  std::optional<Time> run_at{};  // not before; nothing: now
  int64_t max_attempts = 10;
};

struct Item {
  std::string id;
  std::string kind;
  std::string payload;
  int64_t attempts = 0;  // this one counts
  int64_t lease = 0;     // whose turn it is; an older holder's word does not count
  Time lease_until;
};

struct QueueCounts {
  int64_t waiting = 0;
  int64_t running = 0;
  int64_t dead = 0;  // given up after max_attempts, kept for people to see
};

// Waiting and running items of one kind; more are refused.
constexpr int64_t kMostItems = 100'000;
// After the n-th failure an item waits kFirstDelay * 2^(n-1), at most kLongestDelay.
constexpr std::chrono::seconds kFirstDelay{5};
constexpr std::chrono::seconds kLongestDelay{3600};

class Queue {
 public:
  // The database outlives it. Thread-safe.
  Queue(Database& database, QueueTable table);

  // In the caller's transaction. Returns the id, or nothing where the same waits or runs already. Error:
  // exhausted "queue_full".
  Result<std::optional<std::string>> put(Transaction& transaction, const NewItem& item);
  // At most `limit` items that are due, oldest first; those whose holder's lease has run out are due again.
  // An item that used up its attempts that way is given up.
  Result<std::vector<Item>> lease(std::string_view kind, std::string_view worker, int limit,
                                  std::chrono::seconds duration);
  // Errors of these three: conflict "lease_lost" where somebody else holds the item by now.
  Status renew(const Item& item, std::chrono::seconds duration);
  Status complete(const Item& item);
  // Waits and is tried again, or is given up after its last attempt. `retry_after`: no sooner than that.
  Status fail(const Item& item, const Error& why,
              std::optional<std::chrono::seconds> retry_after = std::nullopt);

  Result<QueueCounts> counts(std::string_view kind);
  // Forgets what was given up before `time`.
  Result<int64_t> drop_dead(Time before);

 private:
  Status finish(const Item& item, std::string_view doing, std::string_view sql, Params params);

  Database& database_;
  const std::string table_;
};

}  // namespace hm::store
