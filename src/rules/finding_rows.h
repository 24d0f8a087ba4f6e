// Findings as rows of the store.
#pragma once

#include <vector>

#include "rules/keeper.h"

namespace hm::rules {

// What is to be written of one rule's findings, in bulk.
class FindingRows {
 public:
  explicit FindingRows(Time now) : now_(now) {}

  // `before` is nothing for a new one. An event becomes a line of its history.
  void put(const Finding* before, Finding after, std::optional<FindingEvent> event);
  Status write(store::Transaction& transaction) const;

 private:
  Status forget_old_events(store::Transaction& transaction) const;

  const Time now_;
  std::vector<Finding> created_;
  std::vector<Finding> changed_;
  std::vector<int64_t> removed_;
  std::vector<std::pair<int64_t, FindingEvent>> events_;
};

}  // namespace hm::rules
