// What counts as tagged and who counts as an owner, as the rules of category tagging are configured: their
// parameters are the one place that says so.
#pragma once

#include <string>
#include <vector>

#include "api/services.h"
#include "inventory/owner.h"
#include "rules/active_rule.h"

namespace hm::api {

inline constexpr std::string_view kRequiredTagsRule = "required_tags";
inline constexpr std::string_view kOwnerRule = "owner_missing";

struct TagSettings {
  std::vector<std::string> required_keys;
  bool required_enabled = true;  // whether the rule runs
  inventory::OwnerRules owner;
  inventory::TagSubject required_of;  // types that the required keys are asked of
  inventory::TagSubject owned;        // types that an owner is asked of
  // Types that count in no share of the required keys, and why.
  std::map<std::string, std::string> left_out;
};
Result<TagSettings> tag_settings(const rules::RuleBook& rules, const catalog::Catalog& catalog);

// {via, name, …}; `database` is asked for what the tags do not say.
Result<Json> owner_json(Services& services, const identity::Scope& scope,
                        const inventory::Resource& resource);

}  // namespace hm::api
