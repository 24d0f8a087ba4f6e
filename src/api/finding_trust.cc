#include "api/finding_trust.h"

#include <algorithm>

namespace hm::api {

namespace {

using identity::Scope;

bool any_of(const std::vector<std::string>& wanted, const std::vector<std::string>& values) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  });
}

bool selects(const rules::FindingFilter& filter, const catalog::Rule& rule) {
  return (filter.rules.empty() || any_of(filter.rules, {rule.id})) &&
         (filter.categories.empty() || any_of(filter.categories, {rule.category})) &&
         (filter.types.empty() || rule.resources.empty() || any_of(filter.types, rule.resources));
}

Scope narrowed(const Scope& scope, const rules::FindingFilter& filter) {
  Scope narrower;
  if (!filter.accounts.empty()) narrower.accounts.emplace(filter.accounts.begin(), filter.accounts.end());
  if (!filter.regions.empty()) narrower.regions.emplace(filter.regions.begin(), filter.regions.end());
  return identity::intersection(scope, narrower);
}

// Whether the scope has places in which the rule looks: a rule about users says nothing of eu-west-1.
bool looks_in(const Scope& scope, const catalog::Rule& rule, const catalog::Catalog& catalog) {
  if (!scope.regions || rule.resources.empty()) return true;
  const bool global = scope.regions->contains("global");
  const bool regional = scope.regions->size() > (global ? 1 : 0);
  return std::any_of(rule.resources.begin(), rule.resources.end(), [&](const std::string& id) {
    const catalog::ResourceType* type = catalog.find(id);
    return type != nullptr && (type->scope == catalog::Scope::region ? regional : global);
  });
}

// Sums up what the runs of several rules could not tell.
class Unknowns {
 public:
  void add(const rules::RuleStatus& status) {
    count_ += status.counts->unknown;
    gaps_ += status.counts->gaps;
    for (const auto& doubt : status.doubts) {
      const auto known = std::find_if(doubts_.begin(), doubts_.end(),
                                      [&](const auto& one) { return one.reason == doubt.reason; });
      if (known == doubts_.end()) {
        doubts_.push_back(doubt);
      } else {
        known->count += doubt.count;
      }
    }
  }
  void add_failed() { ++failed_; }
  void add_not_run() { ++not_run_; }
  Json json() const {
    return JsonObject{{"count", count_},
                      {"gaps", gaps_},
                      {"failed_rules", failed_},
                      {"not_run", not_run_},
                      {"reasons", reasons_json(doubts_)}};
  }

 private:
  int64_t count_ = 0, gaps_ = 0, failed_ = 0, not_run_ = 0;
  std::vector<rules::CountedDoubt> doubts_;
};

}  // namespace

Result<FindingTrust> finding_trust(Services& services, const Scope& scope, const rules::FindingFilter& filter,
                                   const FindingNames& names) {
  const Scope part = narrowed(scope, filter);
  HM_TRY(const auto statuses, rules::rule_statuses(services.database, part));
  FindingTrust trust;
  Unknowns unknowns;
  for (const auto& [id, rule] : names.rules) {
    if (!rule.enabled || !selects(filter, *rule.rule)) continue;
    const auto found = statuses.find(id);
    const rules::RuleStatus* status = found == statuses.end() ? nullptr : &found->second;
    const bool failed = status != nullptr && status->status == "failed";
    if (failed) unknowns.add_failed();
    if (status != nullptr && status->counts) {
      unknowns.add(*status);
      if (status->ok_at && (!trust.as_of || *status->ok_at < *trust.as_of)) trust.as_of = status->ok_at;
    } else if (!failed && looks_in(part, *rule.rule, *services.catalog)) {
      unknowns.add_not_run();
    }
  }
  trust.unknown = unknowns.json();
  return trust;
}

Status check_rules(Services& services, const Scope& scope, const rules::FindingFilter& filter,
                   const FindingNames& names) {
  for (const std::string& id : filter.rules) {
    if (names.rules.contains(id)) continue;
    // One that was removed has left findings.
    rules::FindingQuery query;
    query.filter.rules = {id};
    query.limit = 1;
    HM_TRY(const auto page, rules::list_findings(services.database, scope, query));
    if (page.total == 0) return invalid("rule", "there is no rule " + id.substr(0, 100));
  }
  return ok();
}

}  // namespace hm::api
