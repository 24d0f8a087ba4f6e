// What somebody may see. Every read of the inventory, of the query database and of everything derived from
// them takes a Scope; nothing is filtered afterwards.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace hm::identity {

struct Scope {
  // Absent: all of them. An empty set: none.
  std::optional<std::set<std::string>> accounts;
  std::optional<std::set<std::string>> regions;  // "global" is a region like any other

  static Scope everything() { return {}; }
  bool unlimited() const { return !accounts.has_value() && !regions.has_value(); }
  bool allows_account(std::string_view account_id) const {
    return !accounts.has_value() || accounts->contains(std::string(account_id));
  }
  bool allows_region(std::string_view region) const {
    return !regions.has_value() || regions->contains(std::string(region));
  }
  bool allows(std::string_view account_id, std::string_view region) const {
    return allows_account(account_id) && allows_region(region);
  }
  auto operator<=>(const Scope&) const = default;
};

// What both allow.
Scope intersection(const Scope& a, const Scope& b);
// True where everything that `inner` allows is allowed by `outer`.
bool covers(const Scope& outer, const Scope& inner);
// "a,b", or nothing for all of them: the form in which the store keeps either half of a scope.
std::optional<std::string> to_list(const std::optional<std::set<std::string>>& half);
std::optional<std::set<std::string>> from_list(const std::optional<std::string>& list);
// {"accounts": ["a", "b"], "regions": null}: null for all of them, [] for none. The form of answers, requests
// and the audit. Reading fails with invalid "invalid" and the note "field"; what is absent is null.
JsonObject scope_json(const Scope& scope);
Result<Scope> scope_from(const Json& json);

}  // namespace hm::identity
