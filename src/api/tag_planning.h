// Proposals of tags: which resources a filter means, and which value each is to bear. For the route and the
// command, which tell the same.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/tag_settings.h"
#include "inventory/tag_plan.h"

namespace hm::api {

struct TagWish {
  enum class From { value, owner, spelling };
  std::string key, value;
  From from = From::value;
  bool overwrite = false;  // a value that a resource already has under the key
};
// `from` is value, owner or spelling; `value` is asked for with the first alone. Errors: as check_tag_key()
// and check_tag_value(), invalid with the note "field".
Result<TagWish> tag_wish(std::string key, std::optional<std::string> value, std::string_view from,
                         bool overwrite);

struct TagPlanning {
  inventory::TagPlan plan;
  int64_t proposed = 0;
  int64_t already = 0;                                              // bear the value
  std::map<std::pair<std::string, std::string>, int64_t> left_out;  // type, reason -> resources
  int64_t total = 0;                                                // that the filter means
  int64_t beyond = 0;  // of them, that were not looked at: kMostProposals are
};
// Of what is not gone, even where the conditions, whose words and owners have been answered, ask for it.
Result<TagPlanning> plan_tags(store::Database& database, const catalog::Catalog& catalog,
                              const rules::RuleBook& rules, const identity::Scope& scope, const TagWish& wish,
                              std::vector<inventory::Condition> conditions);
// {proposed, already, left_out, calls, commands, terraform, total, beyond}
JsonObject planning_json(const TagPlanning& planning, const catalog::Catalog& catalog);

}  // namespace hm::api
