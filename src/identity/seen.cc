#include "identity/seen.h"

#include <algorithm>
#include <vector>

namespace hm::identity {

void Seen::note(const std::string& credential, Time at) {
  times_.with([&](auto& times) {
    const auto known = times.find(credential);
    if (known != times.end()) {
      known->second = std::max(known->second, at);
    } else if (times.size() < kMostSeen) {
      times.emplace(credential, at);
    }
  });
}

std::optional<Time> Seen::latest(const std::string& credential, std::optional<Time> stored) const {
  return times_.with([&](const auto& times) {
    const auto known = times.find(credential);
    return known == times.end() || (stored && *stored >= known->second) ? stored : known->second;
  });
}

Time Seen::latest(const std::string& credential, Time stored) const {
  return latest(credential, std::optional(stored)).value_or(stored);
}

Status Seen::flush(store::Database& database, std::string_view doing) {
  const auto times = times_.with([](const auto& all) { return all; });
  if (times.empty()) return ok();
  std::vector<store::Params> rows;
  rows.reserve(times.size());
  for (const auto& [credential, at] : times) rows.push_back({credential, at});
  HM_DO(database.write(
      doing, [&](store::Transaction& transaction) { return transaction.execute_many(sql_, rows); }));
  times_.with([&](auto& all) {
    for (const auto& [credential, at] : times) {
      const auto known = all.find(credential);
      if (known != all.end() && known->second == at) all.erase(known);
    }
  });
  return ok();
}

}  // namespace hm::identity
