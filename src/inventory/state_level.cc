#include "inventory/state_level.h"

#include <algorithm>
#include <array>
#include <string>

namespace hm::inventory {
namespace {

struct Word {
  std::string_view part;
  StateLevel level;
};

// The first that the state holds decides, so that "update_rollback_failed" is failing and "unavailable" not
// fine.
constexpr std::array kParts = {
    Word{"fail", StateLevel::failing},         Word{"error", StateLevel::failing},
    Word{"unhealthy", StateLevel::failing},    Word{"impaired", StateLevel::failing},
    Word{"inaccessible", StateLevel::failing}, Word{"incompatible", StateLevel::failing},
    Word{"degraded", StateLevel::failing},     Word{"unavailable", StateLevel::failing},
    Word{"insufficient", StateLevel::failing}, Word{"storage-full", StateLevel::failing},
    Word{"invalid", StateLevel::failing},      Word{"expired", StateLevel::failing},
    Word{"revoked", StateLevel::failing},      Word{"timed_out", StateLevel::failing},
    Word{"blackhole", StateLevel::failing},    Word{"rejected", StateLevel::failing},
    Word{"broken", StateLevel::failing},       Word{"suspended", StateLevel::failing},
    Word{"inactive", StateLevel::stopped},     Word{"disabled", StateLevel::stopped},
    Word{"stopped", StateLevel::stopped},      Word{"terminated", StateLevel::stopped},
    Word{"deregistered", StateLevel::stopped}, Word{"deleted", StateLevel::stopped},
    Word{"paused", StateLevel::stopped},       Word{"cancelled", StateLevel::stopped},
    Word{"detached", StateLevel::stopped},     Word{"hibernat", StateLevel::stopped},
    Word{"complete", StateLevel::fine},        Word{"pending", StateLevel::changing},
    Word{"waiting", StateLevel::changing},     Word{"progress", StateLevel::changing},
    Word{"ing-", StateLevel::changing},
};
// Whole words that end in "ing" and yet are at rest.
constexpr std::array<std::string_view, 3> kRunning = {"running", "existing", "serving"};
constexpr std::array<std::string_view, 22> kFine = {
    "active",  "available", "in-use",    "ok",       "enabled",   "issued",     "healthy", "attached",
    "online",  "ready",     "succeeded", "deployed", "inservice", "associated", "up",      "registered",
    "started", "normal",    "approved",  "verified", "success",   "optimal"};

}  // namespace

std::string_view to_string(StateLevel level) {
  constexpr std::array<std::string_view, kStateLevels> kNames = {"failing", "changing", "unknown", "stopped",
                                                                 "other",   "fine",     "none"};
  return kNames[static_cast<size_t>(level)];
}

StateLevel state_level(std::string_view state) {
  if (state.empty()) return StateLevel::none;
  std::string word(state);
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (std::find(kRunning.begin(), kRunning.end(), word) != kRunning.end()) return StateLevel::fine;
  if (std::find(kFine.begin(), kFine.end(), word) != kFine.end()) return StateLevel::fine;
  for (const auto& [part, level] : kParts)
    if (word.find(part) != std::string::npos) return level;
  return word.ends_with("ing") ? StateLevel::changing : StateLevel::other;
}

}  // namespace hm::inventory
