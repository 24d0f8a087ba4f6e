// When credentials were last used, kept in memory until housekeeping writes it down: so that no request waits
// for a write, or fails because the store takes none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/sync.h"
#include "store/database.h"

namespace hm::identity {

// Of each kind of credential at once. With more, those that are not in memory yet wait for the next flush.
constexpr size_t kMostSeen = 10'000;

// Thread-safe.
class Seen {
 public:
  // `sql` writes the time $2 of the credential $1, and does not turn it back.
  explicit Seen(std::string_view sql) : sql_(sql) {}

  // Only for credentials that have been proved: nobody else may fill the memory.
  void note(const std::string& credential, Time at);
  // The later of what the store says and what it has not been told yet.
  std::optional<Time> latest(const std::string& credential, std::optional<Time> stored) const;
  Time latest(const std::string& credential, Time stored) const;
  // What could not be written is kept for the next time.
  Status flush(store::Database& database, std::string_view doing);

 private:
  const std::string_view sql_;
  Synced<std::map<std::string, Time>> times_;
};

}  // namespace hm::identity
