// What one run of a rule says: which resources it found, which passed, and of which it cannot tell.
#pragma once

#include <chrono>
#include <map>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalog/catalog.h"
#include "query/query.h"
#include "rules/active_rule.h"
#include "rules/certainty.h"
#include "rules/found.h"

namespace hm::rules {

// Of one rule; where there are more, what lies beyond is neither found nor passed.
constexpr int64_t kMostFindings = 50'000;
constexpr std::chrono::seconds kRunLimit{30};
// Reasons that are kept for one place; the counts go on.
constexpr size_t kMostDoubts = 20;

struct PlaceCount {
  int64_t found = 0;
  int64_t passed = 0;
  int64_t unknown = 0;
  int64_t gaps = 0;                  // places of resources of which it is not known what is there
  std::map<size_t, int64_t> doubts;  // index of Evaluation::doubts -> resources or places
};

struct Evaluation {
  query::Position position;  // up to which the inventory was known
  Time at;
  std::chrono::microseconds duration{0};
  bool truncated = false;                             // there was more than kMostFindings
  std::unordered_map<std::string, Found> found;       // by resource id; only where the outcome is known
  std::unordered_map<std::string, Subject> subjects;  // of the found: where and what they are
  std::unordered_map<std::string, size_t> unknown;    // resource id -> index of doubts
  std::unordered_set<std::string> exists;             // every resource that was judged
  std::vector<Doubt> doubts;
  std::map<std::pair<std::string, std::string>, PlaceCount> counts;  // by account and region
};

// Errors: of the query database, and invalid "rule_row" for rows that are no findings: the rule is at fault,
// and nothing of the run counts.
Result<Evaluation> evaluate(query::QueryDatabase& query, const catalog::Catalog& catalog,
                            const ActiveRule& rule, const query::Shape& shape, Time now,
                            const std::stop_token& stop = {});

}  // namespace hm::rules
