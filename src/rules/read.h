// Reading findings and the states of rules, for the API and the commands. Every function takes the Scope of
// who asks: what lies outside it exists neither as a row nor in a count.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/scope.h"
#include "rules/finding.h"
#include "store/database.h"

namespace hm::rules {

using identity::Scope;

// Conditions, joined by AND; the values of one by OR. An empty list means any.
struct FindingFilter {
  std::vector<std::string> states{};
  std::vector<std::string> severities{};
  std::vector<std::string> categories{};
  std::vector<std::string> rules{};
  std::vector<std::string> accounts{};
  std::vector<std::string> regions{};
  std::vector<std::string> types{};
  std::vector<std::string> outcomes{};
  std::string resource{};  // HostMaster's id
  std::string word{};      // a part of the reason, of the rule's id, or of the resource's name, id or ARN,
                           // whatever its case
};
constexpr size_t kMostFilterValues = 200;

enum class FindingSort { severity, opened_at, rule, account };

struct FindingQuery {
  FindingFilter filter{};
  FindingSort sort = FindingSort::severity;
  bool descending = true;
  std::string cursor{};  // from the page before; empty: the first
  int limit = 100;       // capped at 1,000
};

// With what is known of its resource.
struct ListedFinding {
  std::string id;  // 16 hexadecimal digits
  Finding finding;
  std::string resource_id;
  std::string resource_name;  // the name, or else the key; the id where the resource has been forgotten
  std::string resource_key;
  std::string resource_arn;
  bool resource_gone = false;
};

struct FindingPage {
  std::vector<ListedFinding> items;
  int64_t total = 0;
  std::string next_cursor;  // empty: that was the last page
};

// Errors: invalid "cursor" (of another list), "filter".
Result<FindingPage> list_findings(store::Database& database, const Scope& scope, const FindingQuery& query);

struct FindingCount {
  std::string value;
  int64_t count = 0;
};
enum class FindingFacet { state, severity, category, rule, account };
// Over what the filter selects without its condition on the facet itself, most frequent first.
Result<std::vector<FindingCount>> count_findings(store::Database& database, const Scope& scope,
                                                 const FindingFilter& filter, FindingFacet facet, int limit);

struct PastEvent {
  Time at;
  FindingEvent event;
};
struct FindingDetail {
  ListedFinding listed;
  std::vector<PastEvent> events;  // newest first
};
// not_found where there is none or it lies outside the scope.
Result<FindingDetail> get_finding(store::Database& database, const Scope& scope, std::string_view id);

// Which of these ids (at most 1,000) lie within the scope.
Result<std::vector<std::string>> visible_findings(store::Database& database, const Scope& scope,
                                                  const std::vector<std::string>& ids);

struct CountedDoubt {
  std::string code;
  std::string reason;
  int64_t count = 0;
};
struct RuleStatus {
  std::string status;  // ok, failed; never run: there is no RuleStatus
  std::string error;
  Time ran_at;
  std::optional<Time> ok_at;
  std::chrono::microseconds duration{0};
  bool truncated = false;
  // Of the last ok run within the scope. Nothing where no place of its resources was ever looked at: there
  // may be any number of them.
  struct Counts {
    int64_t found = 0;
    int64_t passed = 0;
    int64_t unknown = 0;
    int64_t gaps = 0;
  };
  std::optional<Counts> counts;
  std::vector<CountedDoubt> doubts;  // most frequent first
};
// By rule.
Result<std::map<std::string, RuleStatus>> rule_statuses(store::Database& database, const Scope& scope);

}  // namespace hm::rules
