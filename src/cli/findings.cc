#include <algorithm>
#include <cstdio>

#include <unistd.h>

#include "app/config_accounts.h"
#include "cli/findings_show.h"
#include "cli/identity_store.h"
#include "cli/output.h"
#include "rules/keeper.h"
#include "rules/read.h"

namespace hm::cli {

namespace {

constexpr int kExitUnknown = 3;
constexpr size_t kReasonLines = 10;
constexpr size_t kWidestCell = 60;
constexpr int kPage = 1000;

struct FindingsOptions {
  AppOptions app;
  std::string verb = "list";
  std::string id;
  std::string severity, category, rule, account, type, state = "open", resource, word;
  bool unknown = false;
  int64_t limit = 1000;
  std::string note, reason, until;
  std::string output = "table";
};

Error usage(const std::string& why) { return make_error(ErrorKind::invalid, "usage", why); }

Status read_options(const Args& args, FindingsOptions& options) {
  auto known = options.app.place_options();
  known.insert(
      known.end(),
      {{"verb",
        "VERB",
        "list, show, ack, snooze, except or reopen",
        &options.verb,
        false,
        {"list", "show", "ack", "snooze", "except", "reopen"}},
       {"id", "ID", "the finding", &options.id},
       {"--severity", "LIST", "critical, high, medium, low, info", &options.severity},
       {"--category", "LIST", "cost, health, security, tagging", &options.category},
       {"--rule", "LIST", "of these rules", &options.rule},
       {"--account", "LIST", "in these accounts", &options.account},
       {"--type", "LIST", "on resources of these types", &options.type},
       {"--state", "LIST", "pending, open, acknowledged, snoozed, excepted, resolved", &options.state},
       {"--resource", "ID", "on this resource", &options.resource},
       {"--word", "TEXT", "a part of the reason, or of the resource's name, id or ARN", &options.word},
       {"--unknown", "", "only those of which the latest run could not tell", &options.unknown},
       {"--limit", "N", "at most so many", &options.limit},
       {"--note", "TEXT", "why, for the others", &options.note},
       {"--reason", "TEXT", "why it may stay so", &options.reason},
       {"--until", "TIME", "when a snooze or an exception ends", &options.until},
       {"--output", "FORM", "how to print", &options.output, false, {"table", "json", "csv"}}});
  HM_DO(parse_options("findings", args, known));
  if ((options.verb == "list") != options.id.empty())
    return usage(options.verb == "list" ? "findings list takes no id"
                                        : "findings " + options.verb + " wants an id");
  if (options.limit < 1 || options.limit > 1'000'000) return usage("--limit: between 1 and 1000000");
  return ok();
}

Result<rules::FindingFilter> filter_of(const FindingsOptions& options) {
  rules::FindingFilter filter;
  filter.states = app::split_list(options.state);
  filter.severities = app::split_list(options.severity);
  filter.categories = app::split_list(options.category);
  filter.rules = app::split_list(options.rule);
  filter.accounts = app::split_list(options.account);
  filter.types = app::split_list(options.type);
  filter.resource = options.resource;
  filter.word = options.word;
  if (options.unknown) filter.outcomes = {"unknown"};
  for (const std::string& state : filter.states)
    if (!rules::state_from(state)) return usage("--state: there is no state '" + state + "'");
  for (const std::string& severity : filter.severities)
    if (!catalog::severity_from(severity))
      return usage("--severity: there is no severity '" + severity + "'");
  return filter;
}

std::vector<Json> row_of(const rules::ListedFinding& listed, bool for_people) {
  const rules::Finding& finding = listed.finding;
  const bool unknown = finding.outcome == rules::Outcome::unknown && finding.state != rules::State::resolved;
  std::vector<Json> row{Json(listed.id),
                        Json(to_string(finding.severity)),
                        Json(to_string(finding.state)),
                        Json(finding.rule),
                        Json(finding.account_id),
                        Json(finding.region),
                        Json(listed.resource_name),
                        Json(unknown ? "unknown: " + finding.doubt : finding.reason)};
  if (for_people) return row;
  const auto time_or_null = [](const std::optional<Time>& time) {
    return time ? Json(format_iso(*time)) : Json();
  };
  row.insert(row.end(),
             {Json(finding.category), Json(finding.type), Json(listed.resource_id), Json(listed.resource_arn),
              finding.saving_usd ? Json(*finding.saving_usd) : Json(),
              parse_json(finding.evidence).value_or(Json()), unknown ? Json(finding.doubt) : Json(),
              Json(format_iso(finding.first_seen)), Json(format_iso(finding.last_seen)),
              time_or_null(finding.opened_at), time_or_null(finding.resolved_at),
              time_or_null(finding.held_until), Json(finding.note), Json(finding.actor)});
  return row;
}

// True where the rules could tell of everything.
Result<bool> explain(store::Database& database) {
  HM_TRY(const auto statuses, rules::rule_statuses(database, identity::Scope::everything()));
  if (statuses.empty()) {
    std::fprintf(stderr,
                 "hostmaster: no rule has run yet: `hostmaster scan` or `hostmaster serve` runs them\n");
    return false;
  }
  int64_t unknown = 0, gaps = 0;
  bool failed = false;
  std::vector<rules::CountedDoubt> doubts;
  for (const auto& [rule, status] : statuses) {
    if (status.status == "failed") {
      failed = true;
      std::fprintf(stderr, "hostmaster: the rule %s failed: %s\n", rule.c_str(), status.error.c_str());
    }
    if (!status.counts) continue;
    unknown += status.counts->unknown;
    gaps += status.counts->gaps;
    doubts.insert(doubts.end(), status.doubts.begin(), status.doubts.end());
  }
  if (unknown == 0 && gaps == 0) return !failed;
  std::fprintf(stderr,
               "hostmaster: of %lld resources the rules cannot tell, and of %lld sweeps what there is:\n",
               static_cast<long long>(unknown), static_cast<long long>(gaps));
  std::stable_sort(doubts.begin(), doubts.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  for (size_t i = 0; i < doubts.size() && i < kReasonLines; ++i)
    std::fprintf(stderr, "  %s\n", doubts[i].reason.c_str());
  if (doubts.size() > kReasonLines)
    std::fprintf(stderr, "  … and %zu more reasons\n", doubts.size() - kReasonLines);
  return false;
}

Result<int> list(store::Database& database, const FindingsOptions& options) {
  const Form form = form_of(options.output);
  rules::FindingQuery query;
  HM_TRY(query.filter, filter_of(options));
  Table table;
  table.columns = {"id", "severity", "state", "rule", "account_id", "region", "resource", "reason"};
  if (form != Form::table)
    table.columns.insert(table.columns.end(), {"category", "type", "resource_id", "arn", "saving_usd",
                                               "evidence", "unknown", "first_seen", "last_seen", "opened_at",
                                               "resolved_at", "held_until", "note", "actor"});
  int64_t total = 0;
  do {
    query.limit =
        static_cast<int>(std::min<int64_t>(kPage, options.limit - static_cast<int64_t>(table.rows.size())));
    HM_TRY(auto page, rules::list_findings(database, identity::Scope::everything(), query));
    for (const auto& listed : page.items) table.rows.push_back(row_of(listed, form == Form::table));
    query.cursor = page.next_cursor;
    total = page.total;
  } while (!query.cursor.empty() && static_cast<int64_t>(table.rows.size()) < options.limit);
  const std::string text = render(table, form, isatty(STDOUT_FILENO) != 0 ? kWidestCell : 0);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (total > static_cast<int64_t>(table.rows.size()))
    std::fprintf(stderr, "hostmaster: %lld more: --limit shows them\n",
                 static_cast<long long>(total - static_cast<int64_t>(table.rows.size())));
  HM_TRY(const bool known, explain(database));
  return known ? kExitOk : kExitUnknown;
}

Result<rules::Decision> decision_of(const FindingsOptions& options) {
  rules::Decision decision;
  decision.state = options.verb == "ack"      ? rules::State::acknowledged
                   : options.verb == "snooze" ? rules::State::snoozed
                   : options.verb == "except" ? rules::State::excepted
                                              : rules::State::open;
  decision.actor = cli_actor().name;
  decision.note = options.verb == "except" ? options.reason : options.note;
  if (options.until.empty()) return decision;
  auto until = parse_iso(options.until);
  if (!until) return usage("--until takes a time such as 2026-12-24 or 2026-12-24T12:00:00Z");
  decision.until = *until;
  return decision;
}

Result<int> act(const FindingsOptions& options) {
  HM_TRY(const auto config, options.app.load());
  SystemClock clock;
  // Asking must not make an empty store where there is none: it would answer "nothing".
  HM_TRY(const auto database, store::Database::open(config.store_url(), clock, {.create = false}));
  if (options.verb == "list") return list(*database, options);
  if (options.verb == "show") {
    HM_DO(show_finding(config, *database, options.id));
    return kExitOk;
  }
  HM_TRY(const auto decision, decision_of(options));
  HM_TRY(const auto finding,
         rules::Keeper(*database).decide(cli_actor(), identity::Scope::everything(), options.id, decision));
  std::printf("%s is %s now\n", options.id.c_str(), std::string(to_string(finding.state)).c_str());
  return kExitOk;
}

}  // namespace

int run_findings(const Args& args) {
  FindingsOptions options;
  if (auto read = read_options(args, options); !read) return report(read.error());
  auto code = act(options);
  return code ? *code : report(code.error());
}

}  // namespace hm::cli
