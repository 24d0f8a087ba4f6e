#include <algorithm>

#include "inventory/projection.h"

namespace hm::inventory {
namespace {

// The first members of a path's alternatives that are filled by details: only these can be missing alone.
void add_parts(const catalog::ResourceType& type, const JsonPath* path, std::set<std::string>& parts) {
  if (path == nullptr) return;
  for (const auto& steps : path->alternatives()) {
    if (steps.empty()) continue;
    const auto* first = std::get_if<JsonPath::Member>(&steps.front());
    if (first == nullptr) continue;
    const bool detail = std::any_of(type.details.begin(), type.details.end(),
                                    [&](const catalog::Detail& one) { return one.into == first->name; });
    if (detail) parts.insert(first->name);
  }
}

}  // namespace

std::set<std::string> parts_behind(const catalog::ResourceType& type, std::string_view column) {
  std::set<std::string> parts;
  if (column == "name") add_parts(type, type.name.get(), parts);
  if (column == "tags") add_parts(type, type.tags.get(), parts);
  if (column == "state") add_parts(type, type.state.get(), parts);
  if (column == "created_at") add_parts(type, type.created_at.get(), parts);
  if (column == "region") add_parts(type, type.region.get(), parts);
  if (column == "relation")
    for (const catalog::Relation& relation : type.relations) add_parts(type, &relation.path, parts);
  return parts;
}

}  // namespace hm::inventory
