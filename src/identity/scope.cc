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

}  // namespace hm::identity
