#include "api/topology_json.h"

#include "api/answer.h"
#include "api/resource_json.h"

namespace hm::api {

using inventory::StateLevel;

inventory::StateLevel level_of_state(const Services& services, const std::string& type,
                                     const std::string& state) {
  const catalog::ResourceType* known = services.catalog->find(type);
  if (known == nullptr || !known->state) return StateLevel::none;
  return inventory::state_level(state);
}

TopologyNode resource_node(const Services& services, inventory::Resource resource) {
  TopologyNode node;
  node.kind = "resource";
  node.key = resource.id;
  node.title = resource.label;
  node.resources = 1;
  node.unread = resource.unknown.empty() ? 0 : 1;
  StateLevel level = level_of_state(services, resource.place.type, resource.state);
  const catalog::ResourceType* type = services.catalog->find(resource.place.type);
  if (type != nullptr && type->state && reads_unknown(*type->state, resource.unknown))
    level = StateLevel::unknown;
  node.states[static_cast<size_t>(level)] = 1;
  node.resource = std::move(resource);
  return node;
}

Json node_json(const TopologyNode& node) {
  JsonObject states;
  Json worst = nullptr;
  for (size_t i = 0; i < node.states.size(); ++i) {
    const auto name = to_string(static_cast<StateLevel>(i));
    states[name] = node.states[i];
    if (node.states[i] > 0 && worst.is_null()) worst = Json(name);
  }
  Json findings = nullptr;
  if (node.findings) {
    JsonObject counts;
    for (size_t i = 0; i < node.findings->size(); ++i)
      counts[to_string(static_cast<catalog::Severity>(i))] = (*node.findings)[i];
    findings = std::move(counts);
  }
  // Where something was never read, none that is known is not none.
  const bool known = node.resources > 0 || (node.kind != "unknown" && node.gaps.unread == 0);
  return JsonObject{{"kind", node.kind},
                    {"key", node.key},
                    {"title", node.title},
                    {"resource", node.resource ? reference_json(*node.resource) : Json(nullptr)},
                    {"resources", known ? Json(node.resources) : Json(nullptr)},
                    {"states", std::move(states)},
                    {"worst_state", std::move(worst)},
                    {"findings", std::move(findings)},
                    {"unread", node.unread},
                    {"gaps", node.gaps.places},
                    {"unread_places", node.gaps.unread},
                    {"note", text_or_null(node.note)}};
}

}  // namespace hm::api
