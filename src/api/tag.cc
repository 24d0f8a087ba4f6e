#include "api/coverage_numbers.h"
#include "api/resource_json.h"
#include "api/route.h"
#include "api/tag_settings.h"

namespace hm::api {

namespace {

Result<ServerResponse> get_coverage(Services& services, const Request& request);
Result<ServerResponse> list_keys(Services& services, const Request& request);
Result<ServerResponse> list_values(Services& services, const Request& request);
Result<ServerResponse> list_owners(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/tags/coverage", Access::viewer, get_coverage},
    {"GET", "/api/v1/tags/keys", Access::viewer, list_keys},
    {"GET", "/api/v1/tags/values", Access::viewer, list_values},
    {"GET", "/api/v1/tags/owners", Access::viewer, list_owners},
};

using inventory::TagShare;

JsonObject share_json(const TagShare& share) {
  return {{"tagged", share.tagged}, {"untagged", share.untagged}, {"unknown", share.unknown}};
}

void add(TagShare& sum, const TagShare& share) {
  sum.tagged += share.tagged;
  sum.untagged += share.untagged;
  sum.unknown += share.unknown;
}

// By what they are of, and by key within it.
using Shares = std::map<std::string, std::map<std::string, TagShare>>;

JsonArray shares_json(const std::vector<std::string>& keys, const std::map<std::string, TagShare>& shares) {
  JsonArray items;
  for (const std::string& key : keys) {
    const auto found = shares.find(key);
    JsonObject item = share_json(found == shares.end() ? TagShare() : found->second);
    item["key"] = key;
    items.push_back(std::move(item));
  }
  return items;
}

JsonArray left_out_json(const Services& services, const TagSettings& settings,
                        const inventory::TagCoverage& coverage) {
  JsonArray items;
  for (const auto& [type, resources] : coverage.out) {
    const auto why = settings.left_out.find(type);
    items.push_back(JsonObject{{"type", type},
                               {"type_title", type_title(services, type)},
                               {"reason", why == settings.left_out.end() ? std::string() : why->second},
                               {"resources", resources}});
  }
  return items;
}

Result<ServerResponse> get_coverage(Services& services, const Request& request) {
  const identity::Scope scope = scope_of(request);
  HM_TRY(const TagSettings settings, tag_settings(services.rules, *services.catalog));
  HM_TRY(const auto names, services.accounts.names());
  HM_TRY(const auto coverage,
         inventory::tag_coverage(services.database, scope, settings.required_of, settings.required_keys));
  HM_TRY(const SweepTally counts, sweep_tally(services, scope));
  std::map<std::string, TagShare> all;
  Shares by_account, by_type;
  for (const auto& cell : coverage.cells) {
    add(all[cell.key], cell.share);
    add(by_account[cell.account_id][cell.key], cell.share);
    add(by_type[cell.type][cell.key], cell.share);
  }
  JsonArray accounts, types;
  for (const auto& [id, shares] : by_account)
    accounts.push_back(JsonObject{{"account_id", id},
                                  {"account_name", name_of(*names, id)},
                                  {"keys", shares_json(settings.required_keys, shares)}});
  for (const auto& [type, shares] : by_type) {
    const auto* known = services.catalog->find(type);
    types.push_back(JsonObject{{"type", type},
                               {"type_title", type_title(services, type)},
                               {"tags_read", known != nullptr && known->tags != nullptr},
                               {"keys", shares_json(settings.required_keys, shares)}});
  }
  return json_answer(JsonObject{{"as_of", time_or_null(counts.oldest)},
                                {"rule", kRequiredTagsRule},
                                {"rule_enabled", settings.required_enabled},
                                {"resources", coverage.resources},
                                {"gaps", coverage.gaps},
                                {"keys", shares_json(settings.required_keys, all)},
                                {"accounts", std::move(accounts)},
                                {"types", std::move(types)},
                                {"left_out", left_out_json(services, settings, coverage)}});
}

template <class Group, class Item>
JsonArray groups_json(const std::vector<Group>& groups, size_t limit, Item item) {
  JsonArray items;
  for (const Group& group : groups) {
    if (items.size() == limit) break;
    JsonArray spellings;
    for (const auto& one : group.spellings) spellings.push_back(item(one));
    items.push_back(JsonObject{{"resources", group.resources()}, {"spellings", std::move(spellings)}});
  }
  return items;
}

Result<ServerResponse> list_keys(Services& services, const Request& request) {
  HM_TRY(const int limit, limit_of(request));
  HM_TRY(const auto groups, inventory::tag_keys(services.database, scope_of(request)));
  const auto most = static_cast<size_t>(limit);
  return json_answer(JsonObject{
      {"items",
       groups_json(
           groups, most,
           [](const inventory::TagKey& one) {
             return JsonObject{{"key", one.key}, {"resources", one.resources}, {"accounts", one.accounts}};
           })},
      {"more", static_cast<int64_t>(groups.size() - std::min(most, groups.size()))}});
}

Result<ServerResponse> list_values(Services& services, const Request& request) {
  HM_TRY(const int limit, limit_of(request));
  const std::string key(request.param("key"));
  if (key.empty()) return invalid("key", "key names the tag whose values are asked for");
  HM_TRY(const auto values,
         inventory::tag_values(services.database, scope_of(request), key, static_cast<size_t>(limit)));
  return json_answer(JsonObject{
      {"key", key},
      {"items", groups_json(values.groups, values.groups.size(),
                            [](const inventory::TagValue& one) {
                              return JsonObject{{"value", one.value}, {"resources", one.resources}};
                            })},
      {"more", values.more}});
}

Result<ServerResponse> list_owners(Services& services, const Request& request) {
  HM_TRY(const int limit, limit_of(request));
  HM_TRY(const TagSettings settings, tag_settings(services.rules, *services.catalog));
  HM_TRY(const auto counts, inventory::count_owners(services.database, scope_of(request), settings.owned,
                                                    settings.owner, static_cast<size_t>(limit)));
  JsonArray items, keys;
  for (const auto& one : counts.owners) {
    const bool through = one.via == inventory::Owner::Via::through;
    items.push_back(
        JsonObject{{"name", one.name},
                   {"via", to_string(one.via)},
                   {"key", through ? Json(nullptr) : text_or_null(one.key)},
                   {"through_title", through ? Json(type_title(services, one.key)) : Json(nullptr)},
                   {"resources", one.resources}});
  }
  for (const std::string& key : settings.owner.keys) keys.emplace_back(key);
  return json_answer(JsonObject{{"keys", std::move(keys)},
                                {"items", std::move(items)},
                                {"more", counts.more},
                                {"by_tag", counts.by_tag},
                                {"through", counts.through},
                                {"by_creator", counts.by_creator},
                                {"none", counts.none},
                                {"creator_unknown", counts.creator_unknown},
                                {"unknown", counts.unknown},
                                {"gaps", counts.gaps}});
}

}  // namespace

std::span<const Route> tag_routes() { return kRoutes; }

}  // namespace hm::api
