// How long the past is kept: versions that were replaced before a moment, and calls made before it, are
// forgotten.
#pragma once

#include <optional>
#include <stop_token>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace hm::inventory {

struct Forgotten {
  int64_t versions = 0;
  int64_t calls = 0;
};
// Forgets in bounded transactions. Kept are: what is valid now, what was valid at `horizon` or later, and of
// what is gone the last state there was. The horizon only moves forward. A stop ends it between two
// transactions; the next call goes on.
Result<Forgotten> forget_before(store::Database& database, Time horizon, const std::stop_token& stop = {});

// The earliest moment of which everything is still known; nothing: nothing has been forgotten.
Result<std::optional<Time>> history_horizon(store::Database& database);
// Fails (kind invalid, code "before_horizon") where `at` is earlier.
Status check_horizon(store::Database& database, Time at);

}  // namespace hm::inventory
