// The rules that are in force: the catalog's, with what the configuration says about them, and those that
// were written in the SQL console, which are checked by the same code and see what their author sees.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "identity/principal.h"
#include "rules/active_rule.h"
#include "store/database.h"

namespace hm::rules {

// What the configuration file says about one rule under `rules:`.
struct RuleSetting {
  std::string rule;
  std::string place;  // "config.yaml:12", for messages
  std::optional<bool> enabled{};
  std::optional<std::string> severity{};
  JsonObject parameters{};
};

constexpr size_t kMostUserRules = 200;

// Thread-safe.
class RuleBook {
 public:
  // Catalog and database outlive it. Error: invalid "bad_config" where a setting names a rule or parameter
  // that does not exist or has a wrong value; all of them at once.
  static Result<std::unique_ptr<RuleBook>> make(const catalog::Catalog& catalog, store::Database& database,
                                                const std::vector<RuleSetting>& settings);

  // All of them, by id.
  Result<std::vector<ActiveRule>> rules() const;
  // not_found "no_such_rule".
  Result<ActiveRule> find(std::string_view id) const;
  // Adds or replaces a rule of a user. `document` is what its file would say. Errors: invalid "bad_rule" with
  // every fault, conflict "rule_exists" (the id is the catalog's, or taken while `replace` is false),
  // "too_many_rules", not_found "no_such_rule" (there is none to replace, or it sees more than the
  // author: who replaced it would decide over what they cannot see).
  Result<ActiveRule> save(const identity::Principal& author, const std::string& id,
                          const std::string& category, const Json& document, bool replace);
  // conflict "built_in"; not_found "no_such_rule", also where it sees more than who asks.
  Status remove(const identity::Principal& principal, const std::string& id);
  // What saving would say, without saving.
  Result<ActiveRule> draft(const identity::Principal& author, const std::string& id,
                           const std::string& category, const Json& document) const;

  const catalog::Catalog& catalog() const { return catalog_; }

 private:
  RuleBook(const catalog::Catalog& catalog, store::Database& database, std::vector<ActiveRule> built_in)
      : catalog_(catalog), database_(database), built_in_(std::move(built_in)) {}
  bool is_built_in(std::string_view id) const;

  const catalog::Catalog& catalog_;
  store::Database& database_;
  const std::vector<ActiveRule> built_in_;
};

}  // namespace hm::rules
