// One row of a rule's answer, in the form of a finding.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "catalog/rule.h"

namespace hm::rules {

// Of one finding; columns that do not fit are left out, and the evidence says so by `evidence_cut`.
constexpr size_t kMostEvidenceBytes = 8'000;
constexpr size_t kMostReasonBytes = 1'000;

struct Found {
  std::string resource_id;
  catalog::Severity severity = catalog::Severity::medium;
  std::string reason;
  std::optional<std::string> saving_usd;  // a decimal text; nothing: not known
  JsonObject evidence;
};

// The columns `resource_id` and `reason` are asked of every rule; `severity` and `saving_usd` are understood;
// what else the answer has is evidence.
class RowReader {
 public:
  RowReader(const std::vector<std::string>& columns, catalog::Severity otherwise);
  // Error: invalid "rule_row", which says what is wrong with the row.
  Result<Found> read(const std::vector<Json>& row) const;

 private:
  std::vector<std::string> columns_;
  catalog::Severity otherwise_;
};

}  // namespace hm::rules
