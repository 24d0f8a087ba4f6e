// Resources as followers of the change log read them from the store, with their latest state.
#pragma once

#include <functional>
#include <set>
#include <vector>

#include "inventory/projection.h"

namespace hm::inventory {

// What the changes speak of: resources by number.
std::set<int64_t> changed_numbers(const std::vector<store::Change>& changes);

// Not thread-safe: one for each thread of work.
class StoredResources {
 public:
  // The state, and every copy of its document, is there for as long as the call takes.
  using Take = std::function<Status(const RowFacts& facts, const State& state)>;
  // What a document is worth that cannot be unpacked: an error, since nothing may look absent that is only
  // damaged; or the columns beside it, for who wants no more than names.
  enum class Damaged { fails, by_columns };
  explicit StoredResources(store::Database& database, Damaged damaged = Damaged::fails)
      : damaged_(damaged), codec_(database) {}

  // Those that exist of these. Of what is gone the state holds what is remembered in columns: enough to name
  // it.
  Status each(store::Reader& reader, const std::set<int64_t>& numbers, const Take& take);
  // All, in the order of their numbers, after `after`, at most `limit` (0: all of them).
  Status each_after(store::Reader& reader, std::optional<int64_t> after, int64_t limit, const Take& take);

 private:
  Status read(const store::Row& row, const Take& take);
  const Damaged damaged_;
  PayloadCodec codec_;
  std::vector<unsigned char> room_ = std::vector<unsigned char>(kArenaBytes);  // of one document
};

}  // namespace hm::inventory
