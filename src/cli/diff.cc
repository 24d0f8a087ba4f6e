#include <algorithm>
#include <charconv>
#include <cstdio>

#include <unistd.h>

#include "app/config_accounts.h"
#include "cli/app_options.h"
#include "cli/commands.h"
#include "cli/diff_rows.h"
#include "cli/filter_words.h"
#include "cli/known_types.h"

namespace hm::cli {
namespace {

constexpr int kExitUnknown = 3;
constexpr int kPage = 500;
constexpr size_t kWidestCell = 50;

struct DiffOptions {
  AppOptions app;
  std::string from, to;
  std::vector<std::string> types, accounts, regions;
  std::vector<std::string> words;
  std::vector<std::string> catalog_dirs;
  int64_t limit = 1000;
  std::string output = "table";
};

Error usage(const std::string& why) { return make_error(ErrorKind::invalid, "usage", why); }

Status read_options(const Args& args, DiffOptions& options) {
  auto known = options.app.place_options();
  known.insert(known.end(),
               {{"filter", "WORDS", "as the inventory is filtered", &options.words},
                {"--from", "TIME", "the earlier moment", &options.from, true},
                {"--to", "TIME", "the later moment; now", &options.to},
                {"--type", "TYPE", "of this type alone (may be repeated)", &options.types},
                {"--account", "ACCOUNT", "in this account alone (may be repeated)", &options.accounts},
                {"--region", "REGION", "in this region alone (may be repeated)", &options.regions},
                {"--limit", "N", "at most so many resources", &options.limit},
                {"--catalog-dir", "DIR", "types of your own (may be repeated)", &options.catalog_dirs},
                {"--output", "FORM", "how to print", &options.output, false, {"table", "json", "csv"}}});
  HM_DO(parse_options("diff", args, known));
  if (options.limit < 1 || options.limit > 1'000'000) return usage("--limit: between 1 and 1000000");
  return ok();
}

// "7d": so long before now. Else a time.
Result<Time> moment(const std::string& name, const std::string& text, Time now) {
  int64_t count = 0;
  const char* end = text.data() + text.size();
  const auto [unit, failed] = std::from_chars(text.data(), end, count);
  if (failed == std::errc() && unit + 1 == end && count >= 0 && count <= 1'000'000) {
    constexpr std::chrono::hours kDay{24};
    if (*unit == 'm') return now - std::chrono::minutes(count);
    if (*unit == 'h') return now - std::chrono::hours(count);
    if (*unit == 'd') return now - kDay * count;
    if (*unit == 'w') return now - kDay * 7 * count;
  }
  auto time = parse_iso(text);
  if (time.has_value()) return *time;
  return usage(name + " takes a time such as '2026-11-20 12:00', 2026-11-20T12:00:00Z, or 24h, 7d, 2w ago");
}

void add_condition(std::vector<inventory::Condition>& conditions, inventory::Condition::Field field,
                   std::vector<std::string> values) {
  if (values.empty()) return;
  inventory::Condition condition;
  condition.field = field;
  condition.values = std::move(values);
  conditions.push_back(std::move(condition));
}

Result<std::vector<std::string>> types_of(const DiffOptions& options, const catalog::Catalog& types) {
  std::vector<std::string> ids;
  for (const std::string& given : options.types) {
    for (const std::string& name : app::split_list(given)) {
      const catalog::ResourceType* type = types.find(name);
      if (type == nullptr) type = types.find_table(name);
      if (type == nullptr && name.find('*') == std::string::npos)
        return usage("--type: there is no resource type '" + name + "'" + types.remedy(name));
      ids.push_back(type == nullptr ? name : type->id);
    }
  }
  return ids;
}

std::vector<std::string> flat(const std::vector<std::string>& given) {
  std::vector<std::string> all;
  for (const std::string& one : given)
    for (std::string& part : app::split_list(one)) all.push_back(std::move(part));
  return all;
}

Result<inventory::DiffQuery> query_of(const DiffOptions& options,
                                      std::vector<inventory::Condition> conditions,
                                      const catalog::Catalog& types, Time now) {
  using Field = inventory::Condition::Field;
  inventory::DiffQuery query;
  query.conditions = std::move(conditions);
  HM_TRY(auto ids, types_of(options, types));
  add_condition(query.conditions, Field::type, std::move(ids));
  add_condition(query.conditions, Field::account, flat(options.accounts));
  add_condition(query.conditions, Field::region, flat(options.regions));
  HM_TRY(query.from, moment("--from", options.from, now));
  query.to = now;
  if (!options.to.empty()) {
    HM_TRY(query.to, moment("--to", options.to, now));
  }
  if (query.from >= query.to) return usage("--from must be earlier than --to");
  return query;
}

Result<int> compare(const DiffOptions& options) {
  HM_TRY(auto config, options.app.load());
  for (const std::string& directory : options.catalog_dirs) config.catalog_dirs.push_back(directory);
  SystemClock clock;
  // Asking must not make an empty store where there is none: it would answer "nothing".
  HM_TRY(const auto database, store::Database::open(config.store_url(), clock, {.create = false}));
  HM_TRY(const auto types, known_types(config, *database));
  const auto everything = identity::Scope::everything();
  HM_TRY(auto filter, read_filter(config, *database, *types, everything, options.words));
  const bool behind = filter.behind;
  HM_TRY(auto query, query_of(options, std::move(filter.conditions), *types, clock.now()));
  const Form form = form_of(options.output);
  Table table;
  table.columns = diff_columns(form);
  int64_t shown = 0;
  int64_t came_and_went = 0;
  int64_t changed_back = 0;
  do {
    query.limit = static_cast<int>(std::min<int64_t>(kPage, options.limit - shown));
    HM_TRY(const auto page, inventory::diff(*database, *types, everything, query));
    std::vector<inventory::Event> events;
    for (const auto& item : page.items) events.push_back(item.event);
    HM_TRY(const auto who, inventory::who_made(*database, *types, events));
    for (size_t i = 0; i < page.items.size(); ++i) add_diff_rows(table, page.items[i], who[i], form);
    shown += static_cast<int64_t>(page.items.size());
    came_and_went += page.came_and_went;
    changed_back += page.changed_back;
    query.cursor = page.next_cursor;
  } while (!query.cursor.empty() && shown < options.limit);
  const std::string text = render(table, form, isatty(STDOUT_FILENO) != 0 ? kWidestCell : 0);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return make_error(ErrorKind::unavailable, "output", "the answer could not be written");
  if (!query.cursor.empty())
    std::fprintf(stderr, "hostmaster: there are more resources that differ: --limit shows them\n");
  if (came_and_went > 0)
    std::fprintf(stderr, "hostmaster: %lld more came and went in between\n",
                 static_cast<long long>(came_and_went));
  if (changed_back > 0)
    std::fprintf(stderr, "hostmaster: %lld more changed in between and are as they were\n",
                 static_cast<long long>(changed_back));
  HM_TRY(const auto trust,
         inventory::trust_of_diff(*database, *types, everything, query.conditions, query.from, query.to));
  if (behind)
    std::fprintf(stderr, "hostmaster: resources have changed meanwhile: ask again for what is new\n");
  return explain_diff(trust) && !behind ? kExitOk : kExitUnknown;
}

}  // namespace

int run_diff(const Args& args) {
  DiffOptions options;
  if (auto read = read_options(args, options); !read) return report(read.error());
  auto code = compare(options);
  return code ? *code : report(code.error());
}

}  // namespace hm::cli
