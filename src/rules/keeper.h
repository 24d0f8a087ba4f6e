// Keeps what runs of rules say: findings with their history, the state of each rule and its counts. Every
// change is in the change log of the same transaction: nouns "finding" and "rule".
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "identity/principal.h"
#include "rules/active_rule.h"
#include "rules/evaluation.h"
#include "rules/finding.h"
#include "store/database.h"

namespace hm::rules {

// Of one finding; older ones are forgotten.
constexpr int64_t kMostEvents = 200;
// What was resolved so long ago is forgotten.
constexpr std::chrono::hours kKeepResolved{24 * 400};

struct KeepCounts {
  int64_t opened = 0;    // and reopened
  int64_t resolved = 0;  // also because the resource is gone
  bool late = false;     // another process has kept a newer run: nothing was done
};

// Thread-safe.
class Keeper {
 public:
  // Outlives it.
  explicit Keeper(store::Database& database) : database_(database) {}

  Result<KeepCounts> keep(const ActiveRule& rule, const Evaluation& evaluation);
  // The rule could not be run: its findings stay as they are.
  Status keep_failure(const std::string& rule, const Error& error, Time now);
  // Resolves the findings of rules that are no longer in force, and forgets their states. `running` are those
  // that are; `disabled` those that are switched off.
  Status retire(const std::vector<ActiveRule>& rules, Time now);
  // Ends snoozes and exceptions that have run out, and forgets what is old.
  Status on_time(Time now);
  // A person's decision, audited. not_found "not_found" where there is no such finding in the scope.
  Result<Finding> decide(const identity::Actor& actor, const Scope& scope, std::string_view id,
                         const Decision& decision);

 private:
  store::Database& database_;
};

// The columns of the table `finding` in the order in which read_finding() reads them, from column `first`.
extern const std::string_view kFindingColumns;  // of `finding f`
constexpr size_t kFindingColumnCount = 24;
Finding read_finding(const store::Row& row, size_t first = 0);

}  // namespace hm::rules
