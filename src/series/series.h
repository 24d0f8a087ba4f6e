// Numbers over time: the metrics of resources, as the catalog declares them and collect reads them.
//
// Points of a day that is not known whole stand in rows; a day that is becomes one chunk (chunk.h). Between
// read_from and read_to everything that CloudWatch has is known, so a missing point means that there was
// none; outside of it nothing is known, and `outcome` says why it goes no further.
//
// Resolution: as read (five minutes) for kFine, then one value an hour by the metric's own statistic, for as
// long as the user keeps metrics. AWS does the same: 63 days of five minutes, 455 days of hours.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "inventory/inventory.h"
#include "series/chunk.h"
#include "store/database.h"

namespace hm::series {

inline constexpr std::chrono::days kFine{63};
inline constexpr std::chrono::hours kThinned{1};
// Nothing is due later than this: what is was planned by a clock that was ahead.
inline constexpr std::chrono::days kLongestWait{7};

// Of the latest look: as of a sweep; `budget` is our own limit, `off` the user's wish.
enum class Outcome { ok, denied, throttled, failed, budget, pending, off };
std::string_view to_string(Outcome outcome);
Outcome outcome_from(std::string_view text);

// A metric of a resource as it is to be read.
struct Declared {
  std::string metric_namespace, name, statistic;
  std::string dimensions;  // JSON: [{"Name":…,"Value":…}]
  std::string region;      // where CloudWatch is asked
  std::chrono::seconds period{300};
  bool continuous = true;
  std::string part{};  // of a metric that is kept in parts (total.h): "GlacierStorage"; empty: it is whole
};

struct Series {
  int64_t id = 0;
  int64_t resource_id = 0;
  std::string account_id;
  Declared declared;
  Outcome outcome = Outcome::pending;
  std::string code, message;
  std::optional<Time> read_from, read_to, looked_at, last_point_at, due_at;
};

// What is read of the resource from now on, due at `now` where it is new; what is not among them any more is
// kept and not read. No metrics: none is (the resource is gone).
Status declare(store::Transaction& transaction, const std::string& account_id, int64_t resource_id,
               const std::vector<Declared>& metrics, Time now);

// Those of an account that are due, the longest first, at most `limit` (capped at 10,000); then those that
// are due beyond kLongestWait.
Result<std::vector<Series>> list_due(store::Database& database, const std::string& account_id, Time now,
                                     int limit);
// How many of an account are read.
Result<int64_t> count_read(store::Database& database, const std::string& account_id);
// Says of all that the account's metrics are switched off.
Status set_off(store::Database& database, const std::string& account_id);
// They are on: what was switched off is due now, and waits for its turn.
Status set_on(store::Database& database, const std::string& account_id, Time now);

// How far the change log has been followed by who declares, and by which metrics of the catalog; nothing: not
// at all.
struct Followed {
  int64_t position = 0;
  std::string declared;  // a hash
};
Result<std::optional<Followed>> followed_to(store::Database& database);
Status set_followed_to(store::Transaction& transaction, const Followed& followed);

// What a look has brought. `points` in order of time; values that are no finite numbers are left out. Where
// the look failed, read_from and read_to stay as they were.
struct Reading {
  const Series* series = nullptr;
  Outcome outcome = Outcome::ok;
  std::string code, message;
  Time looked_at;
  Time due_at;
  std::optional<Time> read_from, read_to;  // of the series, with this look
  std::vector<Point> points;
};
Status record(store::Database& database, const std::vector<Reading>& readings);

// A value as it is kept: whole numbers as they are, others with six significant digits, which is more than
// CloudWatch's own sampling is worth and makes a day a third as large.
double kept_value(double value);

// Turns fine days older than kFine into hours, and forgets what is older than `keep`. Bounded transactions; a
// stop ends it between two of them.
struct Aged {
  int64_t thinned = 0, forgotten = 0;  // days of series
};
Result<Aged> age(store::Database& database, Time now, std::chrono::days keep, const std::stop_token& stop);

struct Size {
  int64_t series = 0, points_in_rows = 0, chunks = 0, points_in_chunks = 0, chunk_bytes = 0;
};
Result<Size> measure(store::Database& database);

}  // namespace hm::series
