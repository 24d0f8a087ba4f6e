#include "inventory/search.h"

#include <cstdio>

#include <unistd.h>

#include "cli/app_options.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/known_types.h"
#include "cli/options.h"
#include "cli/output.h"

namespace hm::cli {
namespace {

constexpr int kExitUnknown = 3;
constexpr size_t kWidestCell = 60;

struct SearchOptions {
  std::vector<std::string> words;
  int64_t limit = 20;
  AppOptions app;
  std::vector<std::string> catalog_dirs;
  std::string output = "table";
};

struct Found {
  inventory::SearchAnswer answer;
  int64_t gaps = 0;
  bool asked =
      false;  // some place was looked at with success: what is not found may then be said to be absent
};

Result<SearchOptions> read_options(const Args& args) {
  SearchOptions options;
  auto known = options.app.place_options();
  known.insert(known.end(),
               {{"words", "WORD", "parts of names, ids, ARNs, addresses or tags", &options.words, true},
                {"--limit", "N", "how many to print", &options.limit},
                {"--catalog-dir", "DIR", "types of your own (may be repeated)", &options.catalog_dirs},
                {"--output", "FORM", "how to print", &options.output, false, {"table", "json", "csv"}}});
  HM_DO(parse_options("search", args, known));
  if (options.limit < 1 || options.limit > query::kMostHits)
    return make_error(ErrorKind::invalid, "usage", "--limit is 1 to " + std::to_string(query::kMostHits));
  return options;
}

Result<Found> ask(const SearchOptions& options, const std::stop_token& stop) {
  std::string text;
  for (const std::string& word : options.words) text += (text.empty() ? "" : " ") + word;
  HM_TRY(const auto question, inventory::parse_search(text));
  HM_TRY(auto config, options.app.load());
  for (const std::string& directory : options.catalog_dirs) config.catalog_dirs.push_back(directory);
  SystemClock clock;
  // Asking must not make an empty store where there is none: it would answer "nothing".
  HM_TRY(const auto database, store::Database::open(config.store_url(), clock, {.create = false}));
  HM_TRY(const auto types, known_types(config, *database));
  HM_TRY(const auto search, inventory::Search::open(config.data_dir, *database, *types));
  HM_TRY([[maybe_unused]] int64_t applied, search->catch_up(stop));
  const auto everything = identity::Scope::everything();
  Found found;
  HM_TRY(found.answer, search->find(question, everything, static_cast<int>(options.limit)));
  HM_TRY(const auto groups, inventory::tally_sweeps(*database, everything));
  for (const auto& group : groups) {
    if (group.outcome != inventory::Outcome::ok) found.gaps += group.places;
    found.asked |= group.oldest_ok.has_value();
  }
  return found;
}

Table table_of(const inventory::SearchAnswer& answer) {
  Table table{{"id", "type", "name", "key", "account_id", "region", "state", "matched"}, {}};
  for (const auto& hit : answer.items) {
    std::string matched;
    for (const auto& field : hit.matched)
      matched += (matched.empty() ? "" : ", ") + field.name + "=" + field.value;
    table.rows.push_back({Json(hit.id), Json(hit.type), Json(hit.label), Json(hit.key), Json(hit.account_id),
                          Json(hit.region), hit.state.empty() ? Json(nullptr) : Json(hit.state),
                          Json(matched)});
  }
  return table;
}

void explain(const Found& found) {
  if (found.answer.more) std::fprintf(stderr, "hostmaster: there are more than are printed\n");
  if (found.answer.freshness.behind)
    std::fprintf(stderr, "hostmaster: resources have changed meanwhile: ask again for what is new\n");
  if (!found.asked)
    std::fprintf(stderr, "hostmaster: nothing has been read yet: unknown, not empty (`hostmaster scan`)\n");
  if (found.gaps > 0)
    std::fprintf(stderr,
                 "hostmaster: the latest look at %lld %s was not ok: what is there may be missing "
                 "(`hostmaster query \"select * from sweep where outcome <> 'ok'\"`)\n",
                 static_cast<long long>(found.gaps), found.gaps == 1 ? "place" : "places");
}

}  // namespace

int run_search(const Args& args) {
  auto options = read_options(args);
  if (!options.has_value()) return report(options.error());
  const Interrupt interrupt;
  auto found = ask(*options, interrupt.token());
  if (!found.has_value()) return report(found.error());
  const std::string text =
      render(table_of(found->answer), form_of(options->output), isatty(STDOUT_FILENO) != 0 ? kWidestCell : 0);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return report(make_error(ErrorKind::unavailable, "output", "the answer could not be written"));
  explain(*found);
  const bool known = found->asked && found->gaps == 0 && !found->answer.freshness.behind;
  return known ? kExitOk : kExitUnknown;
}

}  // namespace hm::cli
