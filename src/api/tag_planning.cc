#include "api/tag_planning.h"

#include "api/answer.h"
#include "api/request.h"
#include "catalog/tagging.h"

namespace hm::api {

namespace {

using Owners = std::map<std::string, inventory::Owner>;

// Sorts resources into those that get a proposal and those that do not, with the reason.
class Planner {
 public:
  Planner(const catalog::Catalog& catalog, const TagWish& wish, const Owners& owners)
      : catalog_(catalog), wish_(wish), owners_(owners) {}

  void add(const inventory::Resource& resource) {
    const std::string why = why_not(resource);
    if (!why.empty()) {
      ++planning_.left_out[{resource.place.type, why}];
      return;
    }
    std::string value = value_for(resource);
    const auto now = resource.tags.find(wish_.key);
    if (now != resource.tags.end() && now->second == value) {
      ++planning_.already;
      return;
    }
    if (now != resource.tags.end() && !now->second.empty() && !wish_.overwrite) {
      ++planning_.left_out[{resource.place.type, "it bears the key with another value"}];
      return;
    }
    proposals_.push_back({resource, std::move(value)});
  }

  TagPlanning end() {
    planning_.plan = inventory::tag_plan(catalog::embedded_tagging(), wish_.key, proposals_);
    planning_.proposed = static_cast<int64_t>(proposals_.size());
    return std::move(planning_);
  }

 private:
  std::string why_not(const inventory::Resource& resource) const {
    const catalog::Tagging& tagging = catalog::embedded_tagging();
    const std::string& type = resource.place.type;
    if (const auto found = tagging.untaggable.find(type); found != tagging.untaggable.end())
      return "it cannot be tagged: " + found->second;
    if (resource.arn.empty() && !tagging.commands.contains(type)) return "AWS gives it no ARN";
    const catalog::ResourceType* known = catalog_.find(type);
    if (known == nullptr || !known->tags) return "its tags are not read, so it is not known what it bears";
    if (reads_unknown(*known->tags, resource.unknown)) return "its tags could not be read";
    if (wish_.from == TagWish::From::owner && !owners_.contains(resource.id)) return "no tag names its owner";
    if (wish_.from == TagWish::From::spelling && twin_of(resource) == nullptr)
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
    if (wish_.from == TagWish::From::owner) return owners_.at(resource.id).name;
    if (wish_.from == TagWish::From::spelling) return *twin_of(resource);
    return wish_.value;
  }

  const catalog::Catalog& catalog_;
  const TagWish& wish_;
  const Owners& owners_;
  std::vector<inventory::TagProposal> proposals_;
  TagPlanning planning_;
};

Result<Owners> owners_for(store::Database& database, const catalog::Catalog& catalog,
                          const rules::RuleBook& rules, const identity::Scope& scope, const TagWish& wish,
                          const inventory::Page& page) {
  if (wish.from != TagWish::From::owner) return Owners();
  HM_TRY(const TagSettings settings, tag_settings(rules, catalog));
  std::vector<std::string> ids;
  ids.reserve(page.items.size());
  for (const auto& resource : page.items) ids.push_back(resource.id);
  return inventory::tagged_owners(database, scope, settings.owner, ids);
}

}  // namespace

Result<TagWish> tag_wish(std::string key, std::optional<std::string> value, std::string_view from,
                         bool overwrite) {
  TagWish wish{std::move(key), value.value_or(""), TagWish::From::value, overwrite};
  HM_DO(inventory::check_tag_key(wish.key));
  HM_DO(inventory::check_tag_value(wish.value));
  constexpr std::pair<std::string_view, TagWish::From> kFrom[] = {{"value", TagWish::From::value},
                                                                  {"owner", TagWish::From::owner},
                                                                  {"spelling", TagWish::From::spelling}};
  for (const auto& [name, one] : kFrom) {
    if (from != name) continue;
    wish.from = one;
    if (one == TagWish::From::value && !value)
      return invalid("value", "say the value, or that it comes from the owner or another spelling");
    return wish;
  }
  return invalid("from", "from is value, owner or spelling");
}

Result<TagPlanning> plan_tags(store::Database& database, const catalog::Catalog& catalog,
                              const rules::RuleBook& rules, const identity::Scope& scope, const TagWish& wish,
                              std::vector<inventory::Condition> conditions) {
  inventory::ListQuery query;
  query.conditions = std::move(conditions);
  query.limit = static_cast<int>(inventory::kMostProposals);
  query.sort = inventory::Sort::account;
  // What is gone cannot be tagged, even where the filter asks for it.
  inventory::Condition here;
  here.field = inventory::Condition::Field::gone;
  here.negated = true;
  query.conditions.push_back(std::move(here));
  HM_TRY(const auto page, inventory::list_resources(database, scope, query));
  HM_TRY(const auto owners, owners_for(database, catalog, rules, scope, wish, page));
  Planner planner(catalog, wish, owners);
  for (const auto& resource : page.items) planner.add(resource);
  TagPlanning planning = planner.end();
  planning.total = page.total;
  planning.beyond = page.total - static_cast<int64_t>(page.items.size());
  return planning;
}

JsonObject planning_json(const TagPlanning& planning, const catalog::Catalog& catalog) {
  JsonArray left_out;
  for (const auto& [of, resources] : planning.left_out) {
    const catalog::ResourceType* type = catalog.find(of.first);
    left_out.push_back(JsonObject{{"type", of.first},
                                  {"type_title", type == nullptr ? of.first : type->title},
                                  {"reason", of.second},
                                  {"resources", resources}});
  }
  const bool none = planning.proposed == 0;
  return {{"proposed", planning.proposed},
          {"already", planning.already},
          {"left_out", std::move(left_out)},
          {"calls", planning.plan.calls},
          {"commands", none ? Json(nullptr) : Json(planning.plan.commands)},
          {"terraform", none ? Json(nullptr) : Json(planning.plan.terraform)},
          {"total", planning.total},
          {"beyond", planning.beyond}};
}

}  // namespace hm::api
