#include "cli/tags_plan.h"

#include <cstdio>

#include "api/answer.h"
#include "api/coverage_numbers.h"
#include "api/tag_planning.h"
#include "cli/filter_words.h"

namespace hm::cli {
namespace {

constexpr int kExitUnknown = 3;

long long number(int64_t value) { return static_cast<long long>(value); }

void tell(const api::TagPlanning& planning, const catalog::Catalog& types) {
  std::fprintf(stderr, "hostmaster: %lld of %lld resources get a tag, %lld bear it already\n",
               number(planning.proposed), number(planning.total), number(planning.already));
  for (const auto& [of, resources] : planning.left_out) {
    const catalog::ResourceType* type = types.find(of.first);
    std::fprintf(stderr, "left out: %lld of %s: %s\n", number(resources),
                 type == nullptr ? of.first.c_str() : type->title.c_str(), of.second.c_str());
  }
  if (planning.beyond > 0)
    std::fprintf(stderr, "hostmaster: %lld more were not looked at: filter for fewer\n",
                 number(planning.beyond));
}

std::string text_of(const api::TagPlanning& planning, const api::SweepTally& counts,
                    const catalog::Catalog& types, const std::string& output) {
  if (output == "json") {
    JsonObject answer = api::planning_json(planning, types);
    answer["gaps"] = counts.not_ok() + counts.pending;
    answer["as_of"] = api::time_or_null(counts.oldest);
    return to_json(answer) + "\n";
  }
  if (planning.proposed == 0) return {};
  return output == "terraform" ? planning.plan.terraform : planning.plan.commands;
}

}  // namespace

Result<int> print_tag_plan(const TagPlanOptions& options, const app::Config& config,
                           store::Database& database, const catalog::Catalog& types,
                           const rules::RuleBook& rules, const identity::Scope& scope) {
  if (options.key.empty()) return make_error(ErrorKind::invalid, "usage", "say which tag: --key KEY");
  if (options.values.size() > 1)
    return make_error(ErrorKind::invalid, "usage", "--value: one, for all resources");
  HM_TRY(const auto wish,
         api::tag_wish(options.key,
                       options.values.empty() ? std::nullopt : std::optional(options.values.front()),
                       options.from, options.overwrite)
             .map_error(
                 [](const Error& error) { return make_error(ErrorKind::invalid, "usage", error.message); }));
  HM_TRY(auto filter, read_filter(config, database, types, scope, options.filter));
  HM_TRY(const auto planning,
         api::plan_tags(database, types, rules, scope, wish, std::move(filter.conditions)));
  HM_TRY(const auto groups, inventory::tally_sweeps(database, scope));
  api::SweepTally counts;
  for (const auto& group : groups) counts.add(group);
  const std::string text = text_of(planning, counts, types, options.output);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return make_error(ErrorKind::unavailable, "output", "the plan could not be written");
  tell(planning, types);
  if (filter.behind)
    std::fprintf(stderr, "hostmaster: resources have changed meanwhile: ask again for what is new\n");
  const int64_t gaps = counts.not_ok() + counts.pending;
  if (gaps > 0)
    std::fprintf(stderr, "hostmaster: %lld places were not read well: what is there gets no tag\n",
                 number(gaps));
  return gaps > 0 || filter.behind ? kExitUnknown : 0;
}

}  // namespace hm::cli
