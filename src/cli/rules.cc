#include <algorithm>
#include <cstdio>

#include "cli/identity_store.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/rules_run.h"
#include "rules/check.h"
#include "rules/read.h"
#include "store/served.h"

namespace hm::cli {

namespace {

struct RulesOptions {
  AppOptions app;
  std::string verb, rule;
  std::vector<std::string> catalog_dirs;
  std::string output = "table";
};

Status read_options(const Args& args, RulesOptions& options) {
  auto known = options.app.place_options();
  known.insert(
      known.end(),
      {{"verb", "VERB", "list, show, test or run", &options.verb, true, {"list", "show", "test", "run"}},
       {"rule", "RULE", "the rule's id", &options.rule},
       {"--catalog-dir", "DIR", "rules of your own (may be repeated)", &options.catalog_dirs},
       {"--output", "FORM", "how to print", &options.output, false, {"table", "json", "csv"}}});
  HM_DO(parse_options("rules", args, known));
  const bool takes = options.verb == "show" || options.verb == "test";
  if (!options.rule.empty() && !takes)
    return make_error(ErrorKind::invalid, "usage", "rules " + options.verb + " takes no rule");
  if (options.rule.empty() && options.verb == "show")
    return make_error(ErrorKind::invalid, "usage", "rules show wants a rule");
  return ok();
}

Result<int> test(const catalog::Catalog& catalog, const std::string& wanted) {
  if (!wanted.empty() && catalog.find_rule(wanted) == nullptr)
    return make_error(ErrorKind::not_found, "no_such_rule",
                      "there is no rule " + wanted + "; `hostmaster rules list` lists them");
  size_t cases = 0, tested = 0;
  std::vector<catalog::Fault> faults;
  for (const catalog::Rule& rule : catalog.rules()) {
    if (!wanted.empty() && rule.id != wanted) continue;
    ++tested;
    cases += rule.cases.size();
    for (auto& fault : rules::check_rule(rule, catalog, {})) faults.push_back(std::move(fault));
  }
  if (!faults.empty()) {
    std::fprintf(stderr, "%s\n", catalog::faults_error(faults).message.c_str());
    return kExitFailed;
  }
  std::printf("%zu cases of %zu rules: no fault\n", cases, tested);
  return kExitOk;
}

Json count_or_null(const rules::RuleStatus* status, int64_t rules::RuleStatus::Counts::*count) {
  if (status == nullptr || !status->counts) return nullptr;
  return (*status->counts).*count;
}

Status list(const rules::RuleBook& book, store::Database& database, Form form) {
  HM_TRY(const auto all, book.rules());
  HM_TRY(const auto statuses, rules::rule_statuses(database, identity::Scope::everything()));
  Table table;
  table.columns = {"id", "category", "severity", "status", "found", "passed", "unknown", "ran_at", "title"};
  for (const rules::ActiveRule& rule : all) {
    const auto found = statuses.find(rule.id());
    const rules::RuleStatus* status = found == statuses.end() ? nullptr : &found->second;
    table.rows.push_back({Json(rule.id()), Json(rule.rule->category), Json(to_string(rule.severity)),
                          Json(!rule.enabled       ? "disabled"
                               : status == nullptr ? "never run"
                                                   : status->status),
                          count_or_null(status, &rules::RuleStatus::Counts::found),
                          count_or_null(status, &rules::RuleStatus::Counts::passed),
                          count_or_null(status, &rules::RuleStatus::Counts::unknown),
                          status == nullptr ? Json() : Json(format_iso(status->ran_at)),
                          Json(rule.rule->title)});
  }
  const std::string text = render(table, form);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ok();
}

Status show(const rules::RuleBook& book, const std::string& id) {
  HM_TRY(const auto active, book.find(id));
  const catalog::Rule& rule = *active.rule;
  std::printf("%s\n%s, %s, %s%s\n\n%s\n\njudges", rule.title.c_str(), rule.id.c_str(), rule.category.c_str(),
              std::string(to_string(active.severity)).c_str(), active.enabled ? "" : ", disabled",
              rule.description.c_str());
  for (const std::string& type : rule.resources) std::printf(" %s", type.c_str());
  std::printf("%s\n", rule.resources.empty() ? " every type" : "");
  if (rule.hold.count() > 0) std::printf("opens after %lld s\n", static_cast<long long>(rule.hold.count()));
  if (!active.author.empty())
    std::printf("written by %s, within %s\n", active.author.c_str(), scope_text(active.scope).c_str());
  if (!active.problem.empty()) std::printf("does not run: %s\n", active.problem.c_str());
  if (!rule.parameters.empty()) std::printf("\nparameters\n");
  for (const auto& parameter : rule.parameters)
    std::printf("  %-20s %-8s %-30s %s\n", parameter.name.c_str(),
                std::string(to_string(parameter.type)).c_str(),
                to_json(active.parameters.at(parameter.name)).c_str(), parameter.description.c_str());
  std::printf("\nsql\n%s\n", rule.sql.c_str());
  for (const auto& [name, text] :
       {std::pair{"in the console", &rule.fix.console}, std::pair{"with the AWS CLI", &rule.fix.cli},
        std::pair{"in Terraform", &rule.fix.terraform}})
    if (!text->empty()) std::printf("\n%s\n  %s\n", name, text->c_str());
  return ok();
}

Result<int> act(const RulesOptions& options) {
  HM_TRY(auto config, options.app.load());
  for (const std::string& directory : options.catalog_dirs) config.catalog_dirs.push_back(directory);
  HM_TRY(const auto catalog, catalog::load_with(config.catalog_dirs, config.derived_services));
  if (options.verb == "test") return test(*catalog, options.rule);
  SystemClock clock;
  HM_TRY(const auto database, store::Database::open(config.store_url(), clock, {.create = false}));
  if (options.verb == "run") {
    const Interrupt interrupt;
    HM_TRY(const bool served, store::is_served(*database));
    if (served)
      return make_error(
          ErrorKind::conflict, "server_running",
          "a server runs on this store, and its rules run by themselves: stop it to run others");
    HM_TRY(const auto report,
           judge_inventory(config, *catalog, *database, clock, rules::Book::in_force, interrupt.token()));
    print_rules_report(report);
    return report.failed == 0 ? kExitOk : kExitFailed;
  }
  HM_TRY(const auto book, rules::RuleBook::make(*catalog, *database, config.rules));
  if (options.verb == "list") {
    HM_DO(list(*book, *database, form_of(options.output)));
  } else {
    HM_DO(show(*book, options.rule));
  }
  return kExitOk;
}

}  // namespace

int run_rules(const Args& args) {
  RulesOptions options;
  if (auto read = read_options(args, options); !read) return report(read.error());
  auto code = act(options);
  return code ? *code : report(code.error());
}

}  // namespace hm::cli
