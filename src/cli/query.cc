#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>

#include <unistd.h>

#include "cli/app_options.h"
#include "cli/commands.h"
#include "cli/followed_tables.h"
#include "cli/interrupt.h"
#include "cli/known_types.h"
#include "cli/options.h"
#include "cli/output.h"
#include "inventory/projection.h"

namespace hm::cli {
namespace {

constexpr int kExitUnknown = 3;
constexpr int64_t kMostRows = 100'000;
constexpr int64_t kMostResultBytes = 256 << 20;
// Wider cells make a table that nobody can read; JSON and CSV have them whole.
constexpr size_t kWidestCell = 60;
constexpr size_t kGapLines = 20;

struct QueryOptions {
  std::string sql;
  std::string at;
  AppOptions app;
  std::vector<std::string> catalog_dirs, derived;
  std::string output = "table";
};

Result<QueryOptions> read_options(const Args& args) {
  QueryOptions options;
  auto known = options.app.place_options();
  known.insert(
      known.end(),
      {{"sql", "SQL", "the statement; - reads it from standard input", &options.sql, true},
       {"--at", "TIME", "as it was then", &options.at},
       {"--catalog-dir", "DIR", "types of your own (may be repeated)", &options.catalog_dirs},
       {"--derived", "SERVICE", "with the derived types of this service (may be repeated)", &options.derived},
       {"--output", "FORM", "how to print", &options.output, false, {"table", "json", "csv"}}});
  HM_DO(parse_options("query", args, known));
  if (options.sql == "-") options.sql.assign(std::istreambuf_iterator<char>(std::cin), {});
  return options;
}

// Where the answer is not what AWS holds now: the places whose rows are unknown, then those that are old.
void print_gaps(const inventory::Trust& trust) {
  const size_t shown = std::min(trust.gaps.size(), kGapLines);
  for (size_t i = 0; i < shown; ++i) {
    const inventory::TrustGap& gap = trust.gaps[i];
    const std::string why = std::string(gap.outcome ? to_string(*gap.outcome) : "not read") +
                            (gap.code.empty() ? "" : " (" + gap.code + ")");
    const std::string rows =
        gap.ok_at ? "what was known at " + format_iso(*gap.ok_at) + " is shown" : "unknown, not empty";
    std::fprintf(stderr, "hostmaster: %s of account %s in %s: %s; %s\n", gap.place.type.c_str(),
                 gap.place.account_id.c_str(), gap.place.region.c_str(), why.c_str(), rows.c_str());
  }
  const int64_t more = trust.gap_count - static_cast<int64_t>(shown);
  if (more > 0)
    std::fprintf(stderr, "hostmaster: and %lld more places whose latest sweep was not ok\n",
                 static_cast<long long>(more));
}

void explain(const query::Answer& answer, const inventory::Trust& trust) {
  if (answer.truncated) std::fprintf(stderr, "hostmaster: there are more rows than are printed\n");
  for (const std::string& type : trust.unknown_types)
    std::fprintf(stderr, "hostmaster: no sweep of %s has ended well%s: unknown, not empty\n", type.c_str(),
                 trust.as_of.has_value() ? "" : " yet");
  print_gaps(trust);
  for (const inventory::UnknownColumn& one : trust.unknown_columns)
    std::fprintf(
        stderr,
        "hostmaster: %s of %s could not be read for %lld rows: the last known value or NULL is shown\n",
        one.column.c_str(), one.table.c_str(), static_cast<long long>(one.rows));
  if (trust.behind_changes > 0)
    std::fprintf(stderr, "hostmaster: %lld changes since %s are not in the answer yet\n",
                 static_cast<long long>(trust.behind_changes),
                 trust.behind_since ? format_iso(*trust.behind_since).c_str() : "an unknown time");
  if (trust.as_of.has_value() && isatty(STDERR_FILENO) != 0)
    std::fprintf(stderr, "as of %s\n", format_iso(*trust.as_of).c_str());
}

Result<inventory::Answered> ask(const QueryOptions& options, const std::stop_token& stop) {
  HM_TRY(auto config, options.app.load());
  for (const std::string& directory : options.catalog_dirs) config.catalog_dirs.push_back(directory);
  add_derived(options.derived, config.derived_services);
  SystemClock clock;
  const query::Limits limits{.rows = kMostRows, .result_bytes = kMostResultBytes};
  std::optional<Time> at;
  if (!options.at.empty()) {
    auto time = parse_iso(options.at);
    if (!time.has_value())
      return make_error(ErrorKind::invalid, "usage",
                        "--at takes a time such as '2026-11-20 12:00' or 2026-11-20T12:00:00Z");
    at = *time;
  }
  const auto everything = identity::Scope::everything();
  if (at.has_value()) {
    // Asking must not make an empty store where there is none: it would answer "nothing".
    HM_TRY(const auto database, store::Database::open(config.store_url(), clock, {.create = false}));
    HM_TRY(const auto types, known_types(config, *database));
    return inventory::query_at(*database, *types, config.data_dir, options.sql, everything, *at, limits,
                               stop);
  }
  HM_TRY(const auto all, follow_tables(config, clock, stop));
  const Time began = clock.now();
  HM_TRY(auto answered,
         inventory::query_now(*all.database, *all.tables, *all.types, options.sql, everything, limits, stop));
  // What was written meanwhile was never promised.
  if (answered.trust.behind_since && *answered.trust.behind_since >= began) answered.trust.behind_changes = 0;
  return answered;
}

}  // namespace

int run_query(const Args& args) {
  auto options = read_options(args);
  if (!options.has_value()) return report(options.error());
  const Interrupt interrupt;
  auto answer = ask(*options, interrupt.token());
  if (!answer.has_value()) return report(answer.error());
  const Table table{std::move(answer->answer.columns), std::move(answer->answer.rows)};
  const std::string text =
      render(table, form_of(options->output), isatty(STDOUT_FILENO) != 0 ? kWidestCell : 0);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return report(make_error(ErrorKind::unavailable, "output", "the answer could not be written"));
  explain(answer->answer, answer->trust);
  const inventory::Trust& trust = answer->trust;
  const bool known = trust.unknown_types.empty() && trust.unread_count == 0 &&
                     trust.unknown_columns.empty() && trust.behind_changes == 0;
  return known ? kExitOk : kExitUnknown;
}

}  // namespace hm::cli
