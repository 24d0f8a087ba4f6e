#include "cli/filter_words.h"

#include <algorithm>

#include "api/filter.h"
#include "api/tag_settings.h"
#include "inventory/search.h"

namespace hm::cli {
namespace {

using Conditions = std::vector<inventory::Condition>;

// True where the answer may lack something.
Result<bool> ask_search(const app::Config& config, store::Database& database, const catalog::Catalog& types,
                        const identity::Scope& scope, Conditions& conditions) {
  const bool any = std::any_of(conditions.begin(), conditions.end(), [](const auto& condition) {
    return condition.field == inventory::Condition::Field::word;
  });
  if (!any) return false;
  HM_TRY(const auto search, inventory::Search::open(config.data_dir, database, types));
  HM_TRY([[maybe_unused]] int64_t applied, search->catch_up());
  HM_TRY(const auto fresh, search->resolve(conditions, scope));
  return fresh && fresh->behind;
}

}  // namespace

Result<AskedFilter> read_filter(const app::Config& config, store::Database& database,
                                const catalog::Catalog& types, const identity::Scope& scope,
                                const std::vector<std::string>& words) {
  std::map<std::string, std::string> names;
  for (const auto& account : config.accounts)
    if (!account.account_id.empty()) names[account.account_id] = account.name;
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  const std::vector<std::string> tagged = types.types_with_tags();
  AskedFilter filter;
  HM_TRY(filter.conditions,
         api::parse_filter(text, {database.clock().now(), names, tagged}).map_error([](const Error& error) {
           return make_error(ErrorKind::invalid, "usage", "the filter: " + error.message);
         }));
  HM_TRY(filter.behind, ask_search(config, database, types, scope, filter.conditions));
  if (inventory::asks_for_owners(filter.conditions)) {
    HM_TRY(const auto rules, rules::RuleBook::make(types, database, config.rules));
    HM_TRY(const auto settings, api::tag_settings(*rules, types));
    HM_DO(inventory::resolve_owners(database, scope, settings.owned, settings.owner, filter.conditions));
  }
  return filter;
}

}  // namespace hm::cli
