#include "cli/findings_show.h"

#include <cstdio>

#include "rules/fix.h"
#include "rules/rule_book.h"

namespace hm::cli {

namespace {

// Control characters, which could steer a terminal, become "?": names come from whoever may make resources.
std::string plain(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) c = '?';
  return out;
}

void print(const char* name, std::string_view value) {
  if (!value.empty()) std::printf("%-12s %s\n", name, plain(value).c_str());
}

void print_text(const char* name, std::string_view text) {
  if (!text.empty()) std::printf("\n%s\n  %s\n", name, plain(text).c_str());
}

}  // namespace

Status show_finding(const app::Config& config, store::Database& database, const std::string& id) {
  HM_TRY(const auto detail, rules::get_finding(database, identity::Scope::everything(), id));
  HM_TRY(const auto types, catalog::load_with(config.catalog_dirs, config.derived_services));
  HM_TRY(const auto book, rules::RuleBook::make(*types, database, config.rules));
  const auto rule = book->find(detail.listed.finding.rule);
  const rules::Finding& finding = detail.listed.finding;
  if (rule) std::printf("%s\n\n", rule->rule->title.c_str());
  print("reason", finding.reason);
  if (finding.outcome == rules::Outcome::unknown) print("unknown", finding.doubt);
  print("severity", to_string(finding.severity));
  print("state", to_string(finding.state));
  print("rule", finding.rule);
  print("resource", detail.listed.resource_name + " (" + finding.type + ")");
  print("arn", detail.listed.resource_arn);
  print("account", finding.account_id);
  print("region", finding.region);
  print("saving", finding.saving_usd ? "US$ " + *finding.saving_usd + " a month" : std::string("not known"));
  print("evidence", finding.evidence);
  print("first seen", format_iso(finding.first_seen));
  print("last seen", format_iso(finding.last_seen));
  if (finding.held_until) print("until", format_iso(*finding.held_until));
  if (rule) {
    const auto fix = rules::fill_fix(rule->rule->fix, detail.listed);
    print_text("why it matters", rule->rule->description);
    print_text("in the console", fix.console);
    print_text("with the AWS CLI", fix.cli);
    print_text("in Terraform", fix.terraform);
  }
  std::printf("\nhistory\n");
  for (const auto& past : detail.events)
    std::printf("  %s  %-15s %-12s %s\n", format_iso(past.at).c_str(), past.event.kind.c_str(),
                plain(past.event.actor).c_str(), plain(past.event.note).c_str());
  return ok();
}

}  // namespace hm::cli
