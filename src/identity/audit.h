// The audit: who changed what, when and from where. Append-only; each entry holds the hash of the one before,
// so that a removed or altered entry shows.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "identity/principal.h"
#include "store/database.h"

namespace hm::identity {

struct AuditEvent {
  std::string action;  // "user.add"
  std::string target;
  bool refused = false;
  JsonObject details{};  // never a secret
};

struct AuditEntry {
  int64_t seq = 0;
  Time at;
  std::string actor, via, peer, action, target, outcome;
  Json details;
};

struct AuditQuery {
  std::string actor;              // empty: anybody
  std::string action;             // empty: any; with a dot at the end: every action below it
  std::optional<int64_t> before;  // only entries before this seq
  int limit = 100;
};

struct AuditCheck {
  int64_t checked = 0;
  std::optional<int64_t> broken_at;  // the first entry that does not fit
};

// How much is kept: older entries, and the oldest of more than so many, are removed.
struct AuditLimits {
  std::chrono::hours kept{24 * 400};  // a year, and time for whoever audits it
  int64_t most = 1'000'000;
};
// Removed at once at most; the rest goes the next time.
constexpr int64_t kMostTrimmed = 100'000;

// In the transaction of the change itself: no change without its entry, no entry without its change.
Status record(store::Transaction& transaction, Time now, const Actor& actor, const AuditEvent& event);

// Removes what is beyond the limits. The entry that it leaves ("audit.trim") holds the last removed hash, so
// that what an auditor has exported still fits to the rest.
Status trim_audit(store::Transaction& transaction, Time now, const AuditLimits& limits = {});

// Newest first.
Result<std::vector<AuditEntry>> list_audit(store::Reader& reader, const AuditQuery& query);
// Goes over the newest `limit` entries.
Result<AuditCheck> check_audit(store::Reader& reader, int limit);

}  // namespace hm::identity
