#include <cstdio>

#include "api/tag_settings.h"
#include "cli/app_options.h"
#include "cli/commands.h"
#include "cli/known_types.h"
#include "cli/output.h"
#include "cli/tags_plan.h"

namespace hm::cli {
namespace {

constexpr int kExitUnknown = 3;
constexpr size_t kWidestCell = 60;

struct TagOptions {
  AppOptions app;
  std::string verb = "coverage";
  std::string by = "account";
  int64_t limit = 100;
  std::vector<std::string> accounts, regions, catalog_dirs;
  std::string output;  // empty: what the verb prints by itself
  TagPlanOptions plan;
};

// What was counted, and what is to be said of it.
struct Told {
  Table table;
  int64_t unknown = 0;  // resources of which it could not be told
  int64_t gaps = 0;
};

// What only a plan takes is refused elsewhere: it would be passed over in silence.
Status check_verb(TagOptions& options) {
  const auto usage = [](const std::string& why) { return make_error(ErrorKind::invalid, "usage", why); };
  const bool plan = options.verb == "plan";
  if (options.output.empty()) options.output = plan ? "aws-cli" : "table";
  if (plan) {
    if (options.output == "table" || options.output == "csv")
      return usage("--output: a plan is printed as aws-cli, terraform or json");
    options.plan.output = options.output;
    return ok();
  }
  if (options.output == "aws-cli" || options.output == "terraform")
    return usage("--output: " + options.output + " is for `tags plan`");
  const TagPlanOptions& given = options.plan;
  if (!given.key.empty() || !given.values.empty() || !given.filter.empty() || given.overwrite ||
      given.from != "value")
    return usage("a filter, --key, --value, --from and --overwrite are for `tags plan`");
  return ok();
}

Status read_options(const Args& args, TagOptions& options) {
  auto known = options.app.place_options();
  known.insert(
      known.end(),
      {{"verb", "VERB", "what to show", &options.verb, false, {"coverage", "keys", "owners", "plan"}},
       {"filter", "WORDS", "of a plan: which resources, as the inventory is filtered", &options.plan.filter},
       {"--key", "KEY", "of a plan: the tag", &options.plan.key},
       {"--value", "VALUE", "of a plan: its value", &options.plan.values},
       {"--from",
        "WHENCE",
        "of a plan: where the value comes from",
        &options.plan.from,
        false,
        {"value", "owner", "spelling"}},
       {"--overwrite", "", "of a plan: replace other values", &options.plan.overwrite},
       {"--by", "WHAT", "a line of the coverage for each", &options.by, false, {"key", "account", "type"}},
       {"--limit", "N", "how many keys or owners to print", &options.limit},
       {"--account", "ACCOUNT", "in this account alone (may be repeated)", &options.accounts},
       {"--region", "REGION", "in this region alone (may be repeated)", &options.regions},
       {"--catalog-dir", "DIR", "types of your own (may be repeated)", &options.catalog_dirs},
       {"--output",
        "FORM",
        "how to print",
        &options.output,
        false,
        {"table", "json", "csv", "aws-cli", "terraform"}}});
  HM_DO(parse_options("tags", args, known));
  HM_DO(check_verb(options));
  if (options.limit >= 1 && options.limit <= 10'000) return ok();
  return make_error(ErrorKind::invalid, "usage", "--limit: between 1 and 10000");
}

identity::Scope scope_of(const TagOptions& options) {
  identity::Scope scope;
  if (!options.accounts.empty()) scope.accounts = {options.accounts.begin(), options.accounts.end()};
  if (!options.regions.empty()) scope.regions = {options.regions.begin(), options.regions.end()};
  return scope;
}

Result<Told> coverage(const TagOptions& options, store::Database& database,
                      const api::TagSettings& settings) {
  HM_TRY(const auto counted,
         inventory::tag_coverage(database, scope_of(options), settings.required_of, settings.required_keys));
  std::map<std::pair<std::string, std::string>, inventory::TagShare> shares;
  Told told;
  for (const auto& cell : counted.cells) {
    const std::string of = options.by == "account" ? cell.account_id : options.by == "type" ? cell.type : "";
    auto& share = shares[{cell.key, of}];
    share.tagged += cell.share.tagged;
    share.untagged += cell.share.untagged;
    share.unknown += cell.share.unknown;
    told.unknown += cell.share.unknown;
  }
  told.gaps = counted.gaps;
  const bool parted = options.by != "key";
  told.table.columns = {"key", "tagged", "untagged", "unknown"};
  if (parted)
    told.table.columns.insert(told.table.columns.begin() + 1, options.by == "type" ? "type" : "account_id");
  for (const auto& [of, share] : shares) {
    std::vector<Json> cells;
    cells.emplace_back(of.first);
    if (parted) cells.emplace_back(of.second);
    for (const int64_t number : {share.tagged, share.untagged, share.unknown}) cells.emplace_back(number);
    told.table.rows.push_back(std::move(cells));
  }
  for (const auto& [type, resources] : counted.out)
    std::fprintf(stderr, "left out: %lld of %s: %s\n", static_cast<long long>(resources), type.c_str(),
                 settings.left_out.at(type).c_str());
  return told;
}

Result<Told> keys(const TagOptions& options, store::Database& database) {
  HM_TRY(const auto groups, inventory::tag_keys(database, scope_of(options)));
  Told told{{{"key", "resources", "accounts", "usual"}, {}}};
  for (const auto& group : groups) {
    for (const auto& one : group.spellings) {
      if (static_cast<int64_t>(told.table.rows.size()) == options.limit) return told;
      const bool usual = &one == &group.spellings.front();
      told.table.rows.push_back({Json(one.key), Json(one.resources), Json(one.accounts),
                                 usual ? Json(nullptr) : Json(group.spellings.front().key)});
    }
  }
  return told;
}

Result<Told> owners(const TagOptions& options, store::Database& database, const api::TagSettings& settings) {
  HM_TRY(const auto counts, inventory::count_owners(database, scope_of(options), settings.owned,
                                                    settings.owner, static_cast<size_t>(options.limit)));
  Told told{{{"owner", "via", "key", "resources"}, {}}};
  for (const auto& one : counts.owners)
    told.table.rows.push_back({Json(one.name), Json(to_string(one.via)),
                               one.key.empty() ? Json(nullptr) : Json(one.key), Json(one.resources)});
  const std::pair<inventory::Owner::Via, int64_t> rest[] = {
      {inventory::Owner::Via::none, counts.none},
      {inventory::Owner::Via::creator_unknown, counts.creator_unknown},
      {inventory::Owner::Via::unknown, counts.unknown}};
  for (const auto& [via, resources] : rest)
    told.table.rows.push_back({Json(nullptr), Json(to_string(via)), Json(nullptr), Json(resources)});
  told.unknown = counts.unknown;
  told.gaps = counts.gaps;
  return told;
}

int print(const Told& told, const std::string& output) {
  std::fputs(render(told.table, form_of(output), kWidestCell).c_str(), stdout);
  if (told.unknown > 0)
    std::fprintf(stderr, "hostmaster: of some resources it is unknown: their tags were not read\n");
  if (told.gaps > 0)
    std::fprintf(stderr, "hostmaster: %lld places were never read: nobody knows what is there\n",
                 static_cast<long long>(told.gaps));
  return told.unknown > 0 || told.gaps > 0 ? kExitUnknown : kExitOk;
}

Result<int> ask(TagOptions& options) {
  HM_TRY(auto config, options.app.load());
  for (const std::string& directory : options.catalog_dirs) config.catalog_dirs.push_back(directory);
  SystemClock clock;
  // Asking must not make an empty store where there is none: it would answer "nothing".
  HM_TRY(const auto database, store::Database::open(config.store_url(), clock, {.create = false}));
  HM_TRY(const auto types, known_types(config, *database));
  HM_TRY(const auto rules, rules::RuleBook::make(*types, *database, config.rules));
  if (options.verb == "plan")
    return print_tag_plan(options.plan, config, *database, *types, *rules, scope_of(options));
  HM_TRY(const auto settings, api::tag_settings(*rules, *types));
  const auto told = options.verb == "keys"     ? keys(options, *database)
                    : options.verb == "owners" ? owners(options, *database, settings)
                                               : coverage(options, *database, settings);
  if (!told) return told.error();
  return print(*told, options.output);
}

}  // namespace

int run_tags(const Args& args) {
  TagOptions options;
  if (auto read = read_options(args, options); !read) return report(read.error());
  const auto code = ask(options);
  return code ? *code : report(code.error());
}

}  // namespace hm::cli
