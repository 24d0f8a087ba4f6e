#include "rules/rule_book.h"

#include <algorithm>
#include <map>

#include "base/crypto.h"
#include "base/encoding.h"
#include "identity/audit.h"
#include "identity/users.h"
#include "rules/check.h"

namespace hm::rules {
namespace {

using store::Row;
using store::Transaction;

Error no_such_rule(std::string_view id) {
  return make_error(ErrorKind::not_found, "no_such_rule",
                    "there is no rule " + std::string(id.substr(0, 100)));
}

std::string fingerprint_of(const ActiveRule& rule) {
  const std::string scope = identity::to_list(rule.scope.accounts).value_or("*") + "\n" +
                            identity::to_list(rule.scope.regions).value_or("*");
  std::string resources;
  for (const auto* list : {&rule.rule->resources, &rule.rule->needs})
    for (const std::string& type : *list) resources += type + "\n";
  return sha256_hex(rule.rule->sql + "\n" + resources + to_json(rule.parameters) +
                    std::string(to_string(rule.severity)) + std::to_string(rule.rule->hold.count()) + scope)
      .substr(0, 16);
}

ActiveRule active(std::shared_ptr<const catalog::Rule> rule) {
  ActiveRule one;
  one.enabled = rule->enabled;
  one.severity = rule->severity;
  one.parameters = default_parameters(*rule);
  one.rule = std::move(rule);
  return one;
}

// Applies what the configuration says; a fault names its place.
void apply(const RuleSetting& setting, ActiveRule& rule, std::string& faults) {
  const auto fault = [&](const std::string& why) {
    faults += (faults.empty() ? "" : "\n") + setting.place + ": " + why;
  };
  if (setting.enabled) rule.enabled = *setting.enabled;
  if (setting.severity) {
    const auto severity = catalog::severity_from(*setting.severity);
    if (severity) {
      rule.severity = *severity;
    } else {
      fault("the severity of " + setting.rule + " wants critical, high, medium, low or info");
    }
  }
  for (const auto& [key, value] : setting.parameters) {
    const std::string name(key);
    const auto* parameter = rule.rule->parameter(name);
    if (parameter == nullptr) {
      fault("the rule " + setting.rule + " has no parameter \"" + name + "\"");
    } else if (!catalog::fits(parameter->type, value)) {
      fault("the parameter " + name + " of " + setting.rule + " wants " +
            std::string(to_string(parameter->type)));
    } else {
      rule.parameters[name] = value;
    }
  }
}

struct Saved {
  std::string id, category, document, author;
  Scope scope;
};

Result<std::vector<Saved>> read_saved(store::Reader& reader) {
  return reader.all(
      "select id, category, document, author, scope_accounts, scope_regions from user_rule order by id", {},
      [](const Row& row) {
        return Saved{row.string(0), row.string(1), row.string(2), row.string(3),
                     Scope{identity::from_list(row.maybe_text(4)), identity::from_list(row.maybe_text(5))}};
      });
}

// Nothing where there is no such rule.
Result<std::optional<Scope>> scope_of_saved(store::Reader& reader, const std::string& id) {
  return reader.one(
      "select scope_accounts, scope_regions from user_rule where id = $1", {id}, [](const Row& row) {
        return Scope{identity::from_list(row.maybe_text(0)), identity::from_list(row.maybe_text(1))};
      });
}

std::string named(const std::string& id) { return "rule " + id; }

// A rule that cannot be understood any more, because a type has gone from the catalog, stands in the list and
// says so.
ActiveRule from_saved(const Saved& saved, const catalog::Catalog& catalog,
                      const std::map<std::string, identity::User>& users) {
  auto document = parse_json(saved.document);
  auto loaded = document ? catalog::load_rule(saved.id, saved.category, *document, named(saved.id), catalog)
                         : Result<catalog::Rule>(document.error());
  std::string problem = loaded ? std::string() : loaded.error().message;
  if (!loaded) {
    catalog::Rule empty;
    empty.id = saved.id;
    empty.category = saved.category;
    empty.title = saved.id;
    loaded = std::move(empty);
  }
  ActiveRule rule = active(std::make_shared<const catalog::Rule>(std::move(*loaded)));
  rule.problem = std::move(problem);
  rule.author = saved.author;
  rule.scope = saved.scope;
  const auto author = users.find(saved.author);
  if (author == users.end() || author->second.disabled) {
    rule.problem =
        "its author " + saved.author + " is no longer a user, so nobody vouches for what it may see";
  } else {
    rule.scope = identity::intersection(saved.scope, author->second.scope);
  }
  rule.fingerprint = fingerprint_of(rule);
  return rule;
}

}  // namespace

Result<std::unique_ptr<RuleBook>> RuleBook::make(const catalog::Catalog& catalog, store::Database& database,
                                                 const std::vector<RuleSetting>& settings) {
  std::string faults;
  std::vector<ActiveRule> built_in;
  for (const catalog::Rule& rule : catalog.rules())
    built_in.push_back(active(std::make_shared<const catalog::Rule>(rule)));
  for (const RuleSetting& setting : settings) {
    const auto found = std::find_if(built_in.begin(), built_in.end(),
                                    [&](const ActiveRule& rule) { return rule.id() == setting.rule; });
    if (found == built_in.end()) {
      faults += (faults.empty() ? "" : "\n") + setting.place + ": there is no rule \"" + setting.rule +
                "\"; `hostmaster rules list` lists them";
    } else {
      apply(setting, *found, faults);
    }
  }
  if (!faults.empty()) return make_error(ErrorKind::invalid, "bad_config", faults);
  for (ActiveRule& rule : built_in) rule.fingerprint = fingerprint_of(rule);
  return std::unique_ptr<RuleBook>(new RuleBook(catalog, database, std::move(built_in)));
}

bool RuleBook::is_built_in(std::string_view id) const { return catalog_.find_rule(id) != nullptr; }

Result<std::vector<ActiveRule>> RuleBook::rules() const {
  const auto read = [&] {
    return database_.read("reading the rules of users",
                          [](store::Reader& reader) { return read_saved(reader); });
  };
  HM_TRY(const auto saved,
         database_.memo().get<std::vector<Saved>>(database_, {"user_rule"}, "rules of users", read));
  std::vector<ActiveRule> all = built_in_;
  if (saved->empty()) return all;
  identity::Users book(database_, database_.clock());
  HM_TRY(const auto list, book.list());
  std::map<std::string, identity::User> users;
  for (const identity::User& user : list) users.emplace(user.name, user);
  for (const Saved& one : *saved) {
    // A rule of the catalog that came later takes its id's place.
    if (!is_built_in(one.id)) all.push_back(from_saved(one, catalog_, users));
  }
  std::sort(all.begin(), all.end(), [](const ActiveRule& a, const ActiveRule& b) { return a.id() < b.id(); });
  return all;
}

Result<ActiveRule> RuleBook::find(std::string_view id) const {
  HM_TRY(const auto all, rules());
  for (const ActiveRule& rule : all)
    if (rule.id() == id) return rule;
  return no_such_rule(id);
}

Result<ActiveRule> RuleBook::draft(const identity::Principal& author, const std::string& id,
                                   const std::string& category, const Json& document) const {
  const auto bad = [](const Error& error) {
    return make_error(ErrorKind::invalid, "bad_rule", error.message);
  };
  auto loaded = catalog::load_rule(id, category, document, named(id), catalog_);
  if (!loaded) return bad(loaded.error());
  const auto faults = check_rule(*loaded, catalog_, {.cases = true});
  if (!faults.empty()) return bad(catalog::faults_error(faults));
  ActiveRule rule = active(std::make_shared<const catalog::Rule>(std::move(*loaded)));
  rule.author = author.name;
  rule.scope = author.scope;
  rule.fingerprint = fingerprint_of(rule);
  return rule;
}

Result<ActiveRule> RuleBook::save(const identity::Principal& author, const std::string& id,
                                  const std::string& category, const Json& document, bool replace) {
  if (is_built_in(id))
    return make_error(ErrorKind::conflict, "rule_exists",
                      "the catalog has a rule " + id + " already: choose another id");
  HM_TRY(const ActiveRule rule, draft(author, id, category, document));
  const Time now = database_.clock().now();
  const Status saved = database_.write("saving a rule", [&](Transaction& transaction) -> Status {
    HM_TRY(const auto before, scope_of_saved(transaction, id));
    if (before && !replace)
      return make_error(ErrorKind::conflict, "rule_exists",
                        "there is a rule " + id + " already: choose another id");
    if (replace && (!before || !identity::covers(author.scope, *before))) return no_such_rule(id);
    HM_TRY(const int64_t count, transaction.number("select count(*) from user_rule"));
    if (!before && count >= static_cast<int64_t>(kMostUserRules))
      return make_error(ErrorKind::conflict, "too_many_rules",
                        "there are " + std::to_string(kMostUserRules) + " rules of users already");
    HM_DO(transaction.run(
        "insert into user_rule (id, category, document, author, scope_accounts, scope_regions, created_at, "
        "updated_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (id) do update set category = "
        "excluded.category, "
        "document = excluded.document, author = excluded.author, scope_accounts = excluded.scope_accounts, "
        "scope_regions = excluded.scope_regions, updated_at = excluded.updated_at",
        {id, category, to_json(document), author.name, identity::to_list(author.scope.accounts),
         identity::to_list(author.scope.regions), now}));
    transaction.changed("user_rule", id);
    return identity::record(
        transaction, now, author.actor(),
        {replace ? "rule.change" : "rule.add", id, false, JsonObject{{"category", category}}});
  });
  if (!saved.has_value()) return saved.error();
  return rule;
}

Status RuleBook::remove(const identity::Principal& principal, const std::string& id) {
  if (is_built_in(id))
    return make_error(
        ErrorKind::conflict, "built_in",
        "the catalog's rules cannot be removed: switch " + id + " off in the configuration under rules:");
  const Time now = database_.clock().now();
  return database_.write("removing a rule", [&](Transaction& transaction) -> Status {
    HM_TRY(const auto before, scope_of_saved(transaction, id));
    if (!before || !identity::covers(principal.scope, *before)) return no_such_rule(id);
    HM_DO(transaction.run("delete from user_rule where id = $1", {id}));
    transaction.changed("user_rule", id);
    return identity::record(transaction, now, principal.actor(), {"rule.remove", id, false, {}});
  });
}

}  // namespace hm::rules
