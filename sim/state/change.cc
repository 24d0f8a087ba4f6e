#include "sim/state/change.h"

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::sim {

std::string new_id(std::string_view prefix) { return std::string(prefix) + "-0" + hex(random_bytes(8)); }

std::vector<std::string> texts(const Json* list) {
  std::vector<std::string> all;
  if (list == nullptr || !list->is_array()) return all;
  for (const auto& item : list->get_array()) {
    if (item.is_string()) all.emplace_back(as_text(item));
  }
  return all;
}

JsonArray tags_given(const Call& call, std::string_view resource_type) {
  const auto* specifications = call.find("TagSpecifications");
  if (specifications == nullptr || !specifications->is_array()) return {};
  for (const auto& one : specifications->get_array()) {
    const auto* tags = member(one, "Tags");
    if (member_text(one, "ResourceType") == resource_type && tags != nullptr && tags->is_array()) {
      return tags->get_array();
    }
  }
  return {};
}

bool flag(const Call& call, std::string_view param) {
  const auto* value = call.find(param);
  return value != nullptr && value->is_bool() && value->get_bool();
}

int64_t number(const Call& call, std::string_view param, int64_t otherwise) {
  const auto* value = call.find(param);
  return value != nullptr && value->is_number() ? value->to_number<int64_t>() : otherwise;
}

Json done() { return JsonObject{{"Return", true}}; }

}  // namespace hm::sim
