#include "api/tag_settings.h"

#include <algorithm>

#include "api/answer.h"
#include "api/coverage_numbers.h"
#include "base/http.h"
#include "catalog/tagging.h"

namespace hm::api {

namespace {

std::vector<std::string> list_of(const rules::ActiveRule& rule, std::string_view parameter) {
  std::vector<std::string> items;
  const Json* found = rule.parameters.if_contains(parameter);
  if (found == nullptr || !found->is_array()) return items;
  items.reserve(found->get_array().size());
  for (const Json& item : found->get_array()) items.emplace_back(as_text(item));
  return items;
}

// The same key in another case is the same key.
std::vector<std::string> without_twins(std::vector<std::string> keys) {
  std::vector<std::string> unique;
  for (std::string& key : keys) {
    const bool twin = std::any_of(unique.begin(), unique.end(),
                                  [&](const std::string& one) { return equal_ignoring_case(one, key); });
    if (!twin) unique.push_back(std::move(key));
  }
  return unique;
}

inventory::TagSubject subject_of(const catalog::Catalog& catalog, const rules::ActiveRule& rule) {
  inventory::TagSubject subject{catalog, {}};
  for (const auto& [type, why] : catalog::embedded_tagging().untaggable) subject.out.insert(type);
  for (std::string& type : list_of(rule, "except_types")) subject.out.insert(std::move(type));
  return subject;
}

Status read_owner(const rules::ActiveRule& rule, inventory::OwnerRules& owner) {
  owner.creator = false;
  owner.keys = without_twins(list_of(rule, "owner_keys"));
  for (const std::string& way : list_of(rule, "through")) {
    const size_t equals = way.find('=');
    owner.creator |= way == "creator";
    if (equals == std::string::npos || equals == 0) continue;  // the rule's SQL leaves it out as well
    owner.through.push_back({way.substr(0, equals), way.substr(equals + 1)});
  }
  if (owner.keys.size() <= inventory::kMostOwnerRules && owner.through.size() <= inventory::kMostOwnerRules)
    return ok();
  return make_error(
      ErrorKind::invalid, "too_many_keys",
      "the rule owner_missing names more than 20 keys or ways: name fewer in the configuration");
}

Json creator_json(const inventory::Owner& owner) {
  if (!owner.caller) return nullptr;
  return JsonObject{{"call", owner.caller->call}, {"at", format_iso(owner.caller->at)}};
}

}  // namespace

Result<TagSettings> tag_settings(const rules::RuleBook& rules, const catalog::Catalog& catalog) {
  HM_TRY(const auto required, rules.find(kRequiredTagsRule));
  HM_TRY(const auto owner, rules.find(kOwnerRule));
  TagSettings settings{without_twins(list_of(required, "required_keys")),
                       required.enabled,
                       {},
                       subject_of(catalog, required),
                       subject_of(catalog, owner),
                       {}};
  HM_DO(read_owner(owner, settings.owner));
  for (const std::string& type : list_of(required, "except_types"))
    settings.left_out[type] = "the rule required_tags leaves it out";
  for (const auto& [type, why] : catalog::embedded_tagging().untaggable) settings.left_out[type] = why;
  return settings;
}

Result<Json> owner_json(Services& services, const identity::Scope& scope,
                        const inventory::Resource& resource) {
  HM_TRY(const TagSettings settings, tag_settings(services.rules, *services.catalog));
  HM_TRY(const auto owner,
         inventory::owner_of(services.database, scope, settings.owned, settings.owner, resource));
  Json through = nullptr;
  if (!owner.through_id.empty())
    through = JsonObject{{"id", owner.through_id},
                         {"name", owner.through_name},
                         {"type", owner.through_type},
                         {"type_title", type_title(services, owner.through_type)}};
  return JsonObject{
      {"via", to_string(owner.via)},    {"name", owner.known() ? Json(owner.name) : Json(nullptr)},
      {"key", text_or_null(owner.key)}, {"through", std::move(through)},
      {"creator", creator_json(owner)}, {"reason", text_or_null(owner.reason)}};
}

}  // namespace hm::api
