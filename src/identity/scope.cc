#include "identity/scope.h"

#include <algorithm>

namespace hm::identity {

namespace {

using Half = std::optional<std::set<std::string>>;

Half both(const Half& a, const Half& b) {
  if (!a.has_value()) return b;
  if (!b.has_value()) return a;
  std::set<std::string> common;
  std::set_intersection(a->begin(), a->end(), b->begin(), b->end(), std::inserter(common, common.end()));
  return common;
}

bool holds(const Half& outer, const Half& inner) {
  if (!outer.has_value()) return true;
  return inner.has_value() && std::includes(outer->begin(), outer->end(), inner->begin(), inner->end());
}

constexpr size_t kMostItems = 1000;

Json half_json(const Half& half) {
  if (!half.has_value()) return nullptr;
  JsonArray items;
  for (const std::string& item : *half) items.emplace_back(item);
  return items;
}

Result<Half> half_from(const Json& json, std::string_view name) {
  const Json* given = member(json, name);
  if (given == nullptr || given->is_null()) return Half();
  const auto wrong = [&] {
    return make_error(ErrorKind::invalid, "invalid",
                      "\"" + std::string(name) + "\" is a list of texts: [] for none, null for all")
        .note("field", std::string(name));
  };
  if (!given->is_array() || given->get_array().size() > kMostItems) return wrong();
  std::set<std::string> items;
  for (const Json& item : given->get_array()) {
    // The store keeps them with commas between.
    if (!item.is_string() || item.get_string().empty() || as_text(item).find(',') != std::string_view::npos)
      return wrong();
    items.emplace(as_text(item));
  }
  return Half(std::move(items));
}

}  // namespace

Scope intersection(const Scope& a, const Scope& b) {
  return {both(a.accounts, b.accounts), both(a.regions, b.regions)};
}

bool covers(const Scope& outer, const Scope& inner) {
  return holds(outer.accounts, inner.accounts) && holds(outer.regions, inner.regions);
}

std::optional<std::string> to_list(const Half& half) {
  if (!half.has_value()) return std::nullopt;
  std::string list;
  for (const std::string& item : *half) list += (list.empty() ? "" : ",") + item;
  return list;
}

Half from_list(const std::optional<std::string>& list) {
  if (!list.has_value()) return std::nullopt;
  std::set<std::string> items;
  size_t at = 0;
  while (at < list->size()) {
    const size_t comma = std::min(list->find(',', at), list->size());
    if (comma > at) items.insert(list->substr(at, comma - at));
    at = comma + 1;
  }
  return items;
}

JsonObject scope_json(const Scope& scope) {
  return {{"accounts", half_json(scope.accounts)}, {"regions", half_json(scope.regions)}};
}

Result<Scope> scope_from(const Json& json) {
  Scope scope;
  HM_TRY(scope.accounts, half_from(json, "accounts"));
  HM_TRY(scope.regions, half_from(json, "regions"));
  return scope;
}

}  // namespace hm::identity
