// Keeps stored documents small. What they have in common is learnt from a sample of them, once there are
// enough, and again when new ones have become other than those; then what was stored without a dictionary is
// packed anew. Nothing that anybody reads changes by it, so the change log says nothing.
#pragma once

#include <chrono>
#include <stop_token>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace hm::inventory {

struct PackingLimits {
  int64_t least_versions = 2000;       // of fewer, there is little to save
  int64_t most_samples = 4000;         // spread over all that there is
  int64_t looked_at = 1000;            // of the newest: whether the dictionary still fits
  double worse = 4.0 / 3;              // than promised: then another one is trained
  std::chrono::hours between{24 * 7};  // two trainings
  std::chrono::hours first_scan{1};    // is waited for, no longer than this
};

struct Packed {
  bool trained = false;
  int64_t repacked = 0;
};
// A stop ends it between two bounded transactions; the next call goes on, also after a crash. Several
// processes may do it at once. Error: corrupt "no_dictionary" where the latest dictionary is damaged.
Result<Packed> pack_documents(store::Database& database, const std::stop_token& stop = {},
                              const PackingLimits& limits = {});

// Does so every minute until it is asked to stop: for a thread of its own.
void keep_documents_packed(store::Database& database, Clock& clock, const std::stop_token& stop);

}  // namespace hm::inventory
