// Proposals of tags: which resources a filter means, which value each is to bear, and the commands that would
// do it.
#include <algorithm>

#include "api/coverage_numbers.h"
#include "api/resource_json.h"
#include "api/route.h"
#include "api/search_json.h"
#include "api/tag_settings.h"
#include "catalog/tagging.h"
#include "inventory/tag_plan.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_plan(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/tags/plan", Access::viewer, get_plan},
};

enum class From { value, owner, spelling };

struct Wish {
  std::string key, value;
  From from = From::value;
  bool overwrite = false;
};

Result<Wish> wish_of(const Request& request) {
  Wish wish;
  wish.key = request.param("key");
  HM_DO(inventory::check_tag_key(wish.key));
  wish.value = request.param("value");
  HM_DO(inventory::check_tag_value(wish.value));
  wish.overwrite = request.param("overwrite") == "true";
  const std::string_view from = request.param("from", "value");
  constexpr std::pair<std::string_view, From> kFrom[] = {
      {"value", From::value}, {"owner", From::owner}, {"spelling", From::spelling}};
  for (const auto& [name, one] : kFrom) {
    if (from != name) continue;
    wish.from = one;
    if (one == From::value && !request.query.contains("value"))
      return invalid("value", "say the value, or from=owner or from=spelling");
    return wish;
  }
  return invalid("from", "from is value, owner or spelling");
}

// Sorts resources into those that get a proposal and those that do not, with the reason.
class Planner {
 public:
  Planner(const Services& services, const Wish& wish, const std::map<std::string, inventory::Owner>& owners)
      : services_(services), wish_(wish), owners_(owners) {}

  void add(const inventory::Resource& resource) {
    const std::string why = why_not(resource);
    if (!why.empty()) {
      ++left_out_[{resource.place.type, why}];
      return;
    }
    std::string value = value_for(resource);
    const auto now = resource.tags.find(wish_.key);
    if (now != resource.tags.end() && now->second == value) {
      ++already_;
      return;
    }
    if (now != resource.tags.end() && !now->second.empty() && !wish_.overwrite) {
      ++left_out_[{resource.place.type, "it bears the key with another value"}];
      return;
    }
    proposals_.push_back({resource, std::move(value)});
  }

  JsonObject json() const {
    const auto plan = inventory::tag_plan(catalog::embedded_tagging(), wish_.key, proposals_);
    JsonArray left_out;
    for (const auto& [of, resources] : left_out_)
      left_out.push_back(JsonObject{{"type", of.first},
                                    {"type_title", type_title(services_, of.first)},
                                    {"reason", of.second},
                                    {"resources", resources}});
    const bool none = proposals_.empty();
    return {{"proposed", static_cast<int64_t>(proposals_.size())},
            {"already", already_},
            {"left_out", std::move(left_out)},
            {"calls", plan.calls},
            {"commands", none ? Json(nullptr) : Json(plan.commands)},
            {"terraform", none ? Json(nullptr) : Json(plan.terraform)}};
  }

 private:
  std::string why_not(const inventory::Resource& resource) const {
    const catalog::Tagging& tagging = catalog::embedded_tagging();
    const std::string& type = resource.place.type;
    if (const auto found = tagging.untaggable.find(type); found != tagging.untaggable.end())
      return "it cannot be tagged: " + found->second;
    if (resource.arn.empty() && !tagging.commands.contains(type)) return "AWS gives it no ARN";
    const catalog::ResourceType* known = services_.catalog->find(type);
    if (known == nullptr || !known->tags) return "its tags are not read, so it is not known what it bears";
    if (reads_unknown(*known->tags, resource.unknown)) return "its tags could not be read";
    if (wish_.from == From::owner && !owners_.contains(resource.id)) return "no tag names its owner";
    if (wish_.from == From::spelling && twin_of(resource) == nullptr)
      return "it bears the key in no other spelling";
    return "";
  }

  // The value under another spelling of the key.
  const std::string* twin_of(const inventory::Resource& resource) const {
    const std::string folded = inventory::fold_tag_key(wish_.key);
    for (const auto& [key, value] : resource.tags)
      if (key != wish_.key && inventory::fold_tag_key(key) == folded) return &value;
    return nullptr;
  }

  std::string value_for(const inventory::Resource& resource) const {
    if (wish_.from == From::owner) return owners_.at(resource.id).name;
    if (wish_.from == From::spelling) return *twin_of(resource);
    return wish_.value;
  }

  const Services& services_;
  const Wish& wish_;
  const std::map<std::string, inventory::Owner>& owners_;
  std::vector<inventory::TagProposal> proposals_;
  int64_t already_ = 0;
  std::map<std::pair<std::string, std::string>, int64_t> left_out_;
};

Result<std::map<std::string, inventory::Owner>> owners_for(Services& services, const identity::Scope& scope,
                                                           const Wish& wish, const inventory::Page& page) {
  if (wish.from != From::owner) return std::map<std::string, inventory::Owner>();
  HM_TRY(const TagSettings settings, tag_settings(services.rules, *services.catalog));
  std::vector<std::string> ids;
  ids.reserve(page.items.size());
  for (const auto& resource : page.items) ids.push_back(resource.id);
  return inventory::tagged_owners(services.database, scope, settings.owner, ids);
}

Result<ServerResponse> get_plan(Services& services, const Request& request) {
  const identity::Scope scope = scope_of(request);
  HM_TRY(const Wish wish, wish_of(request));
  HM_TRY(const auto names, resource_names(services));
  inventory::ListQuery query;
  HM_TRY(query.conditions, filter_of(request, names));
  query.limit = static_cast<int>(inventory::kMostProposals);
  query.sort = inventory::Sort::account;
  HM_TRY([[maybe_unused]] const auto searched, resolve_words(services, scope, query.conditions));
  // What is gone cannot be tagged, even where the filter asks for it.
  inventory::Condition here;
  here.field = inventory::Condition::Field::gone;
  here.negated = true;
  query.conditions.push_back(std::move(here));
  HM_TRY(const auto page, inventory::list_resources(services.database, scope, query));
  HM_TRY(const SweepTally counts, sweep_tally(services, scope));
  HM_TRY(const auto owners, owners_for(services, scope, wish, page));
  Planner planner(services, wish, owners);
  for (const auto& resource : page.items) planner.add(resource);
  JsonObject answer = planner.json();
  answer["total"] = page.total;
  answer["beyond"] = page.total - static_cast<int64_t>(page.items.size());
  answer["gaps"] = counts.not_ok() + counts.pending;
  answer["as_of"] = time_or_null(counts.oldest);
  return json_answer(answer);
}

}  // namespace

std::span<const Route> tag_proposal_routes() { return kRoutes; }

}  // namespace hm::api
