#include <algorithm>

#include "api/coverage_numbers.h"
#include "api/finding_trust.h"
#include "api/resource_json.h"
#include "api/route.h"
#include "api/search_json.h"
#include "api/topology_json.h"

namespace hm::api {

namespace {

using inventory::Level;
using inventory::Spot;

Result<ServerResponse> get_topology(Services& services, const Request& request);

constexpr Route kRoutes[] = {
    {"GET", "/api/v1/topology", Access::viewer, get_topology},
};

constexpr int kMostChildren = 200;
constexpr int kMostContainers = 1000;
constexpr int kMostSweeps = 2000;
constexpr size_t kMostGapsTold = 100;
constexpr std::string_view kNone = "none";  // in the URL: what lies in no VPC, in no single subnet

// What was read of one level, before it becomes nodes.
struct Reading {
  Spot spot;
  Level level = Level::accounts;
  std::vector<inventory::SpotCount> counts;
  std::vector<inventory::SpotCount> unread;
  std::map<std::string, rules::SeverityCounts> findings;
  rules::JudgedPlaces judged;
  std::map<std::string, inventory::SpotGaps> gaps;  // by child of the levels accounts and regions
  std::vector<inventory::SweepState> sweeps;        // of the levels below
  bool filtered = false;
};

Result<Spot> spot_of(const Request& request) {
  Spot spot;
  spot.account_id = request.param("account");
  spot.region = request.param("region");
  spot.type = request.param("type");
  const auto part = [&](std::string_view name) -> std::optional<std::string> {
    const std::string_view value = request.param(name);
    if (value.empty()) return std::nullopt;
    return value == kNone ? std::string() : std::string(value);
  };
  spot.vpc = part("vpc");
  spot.subnet = part("subnet");
  if (!spot.region.empty() && spot.account_id.empty())
    return invalid("account", "a region is one of an account: name the account too");
  if (spot.vpc && spot.region.empty()) return invalid("region", "a VPC lies in a region: name it too");
  if (spot.subnet && (!spot.vpc || spot.vpc->empty()))
    return invalid("vpc", "a subnet lies in a VPC: name it too");
  if (!spot.type.empty() && spot.region.empty())
    return invalid("region", "resources of a type are told by region: name it too");
  // What is global lies in no network.
  if (spot.region == "global" && !spot.vpc) spot.vpc = "";
  return spot;
}

// What was not asked there and may lie in the spot.
bool may_lie_in(const Services& services, const Spot& spot, const std::string& id) {
  if (!spot.vpc) return true;
  if (id == inventory::kRegionsType) return false;
  const catalog::ResourceType* type = services.catalog->find(id);
  if (type == nullptr) return true;
  const bool networked =
      id == inventory::kVpcType || id == inventory::kSubnetType ||
      std::any_of(type->relations.begin(), type->relations.end(), [](const auto& relation) {
        return relation.type == inventory::kVpcType || relation.type == inventory::kSubnetType;
      });
  return spot.vpc->empty() || networked;
}

// Types that are listed once an account although their resources live in regions.
std::vector<std::string> listed_elsewhere(const Services& services, const Spot& spot) {
  std::vector<std::string> types;
  if (spot.region == "global") return types;
  for (const auto& type : services.catalog->resources())
    if (type.scope != catalog::Scope::region && type.region) types.push_back(type.id);
  return types;
}

Result<Reading> read_level(Services& services, const identity::Scope& scope,
                           const std::vector<inventory::Condition>& conditions, const Spot& spot) {
  store::Database& database = services.database;
  Reading reading;
  reading.spot = spot;
  reading.level = inventory::level_of(spot);
  reading.filtered = !conditions.empty();
  HM_TRY(reading.counts, inventory::count_spot(database, scope, conditions, spot));
  HM_TRY(reading.unread, inventory::count_unread(database, scope, conditions, spot));
  HM_TRY(reading.findings, rules::count_open_findings(database, scope, conditions, spot));
  HM_TRY(reading.judged, rules::judged_places(database, scope, spot));
  if (spot.region.empty()) {
    HM_TRY(reading.gaps, inventory::gaps_of(database, scope, conditions, spot));
    return reading;
  }
  HM_TRY(reading.sweeps, inventory::gaps_of_region(database, scope, conditions, spot,
                                                   listed_elsewhere(services, spot), kMostSweeps));
  std::erase_if(reading.sweeps,
                [&](const auto& sweep) { return !may_lie_in(services, spot, sweep.place.type); });
  return reading;
}

// The nodes of what was counted, by key.
std::map<std::string, TopologyNode> counted_nodes(const Services& services, const Reading& reading) {
  std::map<std::string, TopologyNode> nodes;
  for (const auto& count : reading.counts) {
    TopologyNode& node = nodes[count.child];
    node.key = count.child;
    node.resources += count.resources;
    const auto level = level_of_state(services, count.type, count.state);
    node.states[static_cast<size_t>(level)] += count.resources;
  }
  for (const auto& count : reading.unread) {
    TopologyNode& node = nodes[count.child];
    node.unread += count.resources;
    // Where a type has a state, something of the resource could not be read and there is none, that is no
    // answer.
    const catalog::ResourceType* type = services.catalog->find(count.type);
    if (!count.state.empty() || type == nullptr || !type->state) continue;
    node.states[static_cast<size_t>(inventory::StateLevel::none)] -= count.resources;
    node.states[static_cast<size_t>(inventory::StateLevel::unknown)] += count.resources;
  }
  return nodes;
}

bool judged(const Reading& reading, const std::string& key) {
  const auto& places = reading.judged;
  if (!reading.spot.region.empty()) return !places.empty();
  return std::any_of(places.begin(), places.end(), [&](const auto& place) {
    return (reading.level == Level::accounts ? place.first : place.second) == key;
  });
}

void add_findings(const Reading& reading, TopologyNode& node) {
  if (!judged(reading, node.key)) return;
  node.findings.emplace();
  if (const auto found = reading.findings.find(node.key); found != reading.findings.end())
    node.findings = found->second;
}

// Accounts and regions are there although nothing is known in them.
void add_gaps(const Reading& reading, std::map<std::string, TopologyNode>& nodes) {
  for (const auto& [key, gaps] : reading.gaps) {
    // A region in which everything was asked and nothing is would be noise.
    if (gaps.places == 0 && !nodes.contains(key)) continue;
    if (reading.filtered && gaps.unread == 0 && !nodes.contains(key)) continue;
    TopologyNode& node = nodes[key];
    node.key = key;
    node.gaps = gaps;
  }
}

Status add_accounts(Services& services, const identity::Scope& scope, const Reading& reading,
                    std::map<std::string, TopologyNode>& nodes) {
  HM_TRY(const auto accounts, known_accounts(services, scope));
  for (const auto& account : accounts) {
    const std::string& id = account.entry.account_id;
    const bool known = nodes.contains(id);
    const bool never = account.resources == std::nullopt;
    if (!known && reading.filtered && !never) continue;
    TopologyNode& node = nodes[id.empty() ? account.entry.name : id];
    node.key = id;
    node.title = account.entry.name.empty() ? id : account.entry.name;
    if (account.trouble) node.note = account.trouble->text();
    if (!known && never) {
      node.gaps.places = std::max<int64_t>(node.gaps.places, account.counts.pending);
      node.gaps.unread = std::max<int64_t>(node.gaps.unread, account.counts.pending);
    }
  }
  return ok();
}

Status add_containers(Services& services, const identity::Scope& scope, const Reading& reading,
                      std::map<std::string, TopologyNode>& nodes) {
  HM_TRY(auto containers, inventory::containers_of(services.database, scope, reading.spot, kMostContainers));
  for (auto& [key, resource] : containers) {
    if (reading.filtered && !nodes.contains(key)) continue;
    TopologyNode& node = nodes[key];
    node.key = key;
    node.title = resource.label;
    node.resource = std::move(resource);
  }
  return ok();
}

void add_titles(const Services& services, const Reading& reading,
                std::map<std::string, TopologyNode>& nodes) {
  for (auto& [key, node] : nodes) {
    switch (reading.level) {
      case Level::accounts:
        node.kind = node.key.empty() ? "unknown" : "account";
        break;
      case Level::regions:
        node.kind = "region";
        break;
      case Level::vpcs:
        node.kind = node.key.empty() ? "outside" : "vpc";
        if (node.key.empty()) node.title = "Outside VPCs";
        break;
      case Level::subnets:
        node.kind = node.key.empty() ? "across" : "subnet";
        if (node.key.empty()) node.title = "Across subnets";
        break;
      case Level::types:
      case Level::resources:
        node.kind = "type";
        node.title = type_title(services, node.key);
        break;
    }
    if (node.title.empty()) node.title = node.key;
    if (node.key.empty() && (node.kind == "outside" || node.kind == "across")) node.key = kNone;
  }
}

// What nobody could ask is a node of its own, beside those that are known.
void add_unknown(const Reading& reading, std::vector<TopologyNode>& nodes) {
  TopologyNode node;
  node.kind = "unknown";
  const auto global = reading.gaps.find("global");
  if (reading.level == Level::regions && global != reading.gaps.end() && global->second.regions_unknown) {
    node.title = "Regions of the account";
    node.note = "AWS did not tell which regions the account uses: there may be more of everything in them";
    node.gaps.places = node.gaps.unread = 1;
    nodes.push_back(std::move(node));
  } else if (!reading.sweeps.empty()) {
    for (const auto& sweep : reading.sweeps) {
      ++node.gaps.places;
      if (!sweep.ok_at) ++node.gaps.unread;
    }
    node.title = std::to_string(node.gaps.places) + (node.gaps.places == 1 ? " type" : " types") +
                 " not known as of now";
    nodes.push_back(std::move(node));
  }
}

Result<std::vector<TopologyNode>> nodes_of(Services& services, const identity::Scope& scope,
                                           const std::vector<inventory::Condition>& conditions,
                                           const Reading& reading, JsonObject& more) {
  std::vector<TopologyNode> list;
  int64_t total = 0;
  if (reading.level == Level::resources) {
    HM_TRY(auto found,
           inventory::resources_of(services.database, scope, conditions, reading.spot, kMostChildren));
    total = found.total;
    for (auto& resource : found.items) {
      TopologyNode node = resource_node(services, std::move(resource));
      add_findings(reading, node);
      list.push_back(std::move(node));
    }
    more["groups"] = total - static_cast<int64_t>(list.size());
    more["resources"] = total - static_cast<int64_t>(list.size());
    add_unknown(reading, list);
    return list;
  }
  auto nodes = counted_nodes(services, reading);
  add_gaps(reading, nodes);
  if (reading.level == Level::accounts) HM_DO(add_accounts(services, scope, reading, nodes));
  if (reading.level == Level::vpcs || reading.level == Level::subnets)
    HM_DO(add_containers(services, scope, reading, nodes));
  for (auto& [key, node] : nodes) add_findings(reading, node);
  add_titles(services, reading, nodes);
  for (auto& [key, node] : nodes) list.push_back(std::move(node));
  std::stable_sort(list.begin(), list.end(), [](const TopologyNode& a, const TopologyNode& b) {
    return std::tie(b.resources, a.title, a.key) < std::tie(a.resources, b.title, b.key);
  });
  int64_t left_out = 0;
  const size_t shown = std::min<size_t>(list.size(), kMostChildren);
  for (size_t i = shown; i < list.size(); ++i) left_out += list[i].resources;
  more["groups"] = static_cast<int64_t>(list.size() - shown);
  more["resources"] = left_out;
  list.resize(shown);
  add_unknown(reading, list);
  return list;
}

Json gaps_json(const Services& services, const Reading& reading) {
  JsonArray items;
  for (const auto& sweep : reading.sweeps) {
    if (items.size() == kMostGapsTold) break;
    items.push_back(JsonObject{{"type", sweep.place.type},
                               {"type_title", type_title(services, sweep.place.type)},
                               {"region", sweep.place.region},
                               {"outcome", to_string(sweep.outcome)},
                               {"swept_at", time_or_null(sweep.ok_at)},
                               {"problem", problem_json(sweep)}});
  }
  int64_t places = 0, unread = 0;
  for (const auto& [key, gaps] : reading.gaps) {
    places += gaps.places;
    unread += gaps.unread;
  }
  for (const auto& sweep : reading.sweeps) {
    ++places;
    if (!sweep.ok_at) ++unread;
  }
  return JsonObject{{"places", places}, {"unread", unread}, {"items", std::move(items)}};
}

Result<ServerResponse> get_topology(Services& services, const Request& request) {
  HM_TRY(const Spot spot, spot_of(request));
  HM_TRY(const auto names, finding_names(services));
  HM_TRY(auto conditions, filter_of(request, names.resources));
  const identity::Scope scope = scope_of(request);
  HM_TRY(const auto searched, resolve_filter(services, scope, conditions));
  HM_TRY(const Reading reading, read_level(services, scope, conditions, spot));
  JsonObject more;
  HM_TRY(const auto nodes, nodes_of(services, scope, conditions, reading, more));
  identity::Scope part;
  if (!spot.account_id.empty()) part.accounts = std::set<std::string>{spot.account_id};
  if (!spot.region.empty()) part.regions = std::set<std::string>{spot.region};
  part = identity::intersection(scope, part);
  HM_TRY(const SweepTally sweeps, sweep_tally(services, part));
  HM_TRY(const auto trust, finding_trust(services, part, {}, names));
  int64_t resources = 0;
  for (const auto& count : reading.counts) resources += count.resources;
  JsonArray items;
  for (const auto& node : nodes) items.push_back(node_json(node));
  return json_answer(
      JsonObject{{"level", to_string(reading.level)},
                 {"resources", sweeps.oldest || resources > 0 ? Json(resources) : Json(nullptr)},
                 {"as_of", time_or_null(sweeps.oldest)},
                 {"items", std::move(items)},
                 {"more", std::move(more)},
                 {"search", searched ? freshness_json(*searched) : Json(nullptr)},
                 {"gaps", gaps_json(services, reading)},
                 {"findings", JsonObject{{"as_of", time_or_null(trust.as_of)}, {"unknown", trust.unknown}}}});
}

}  // namespace

std::span<const Route> topology_routes() { return kRoutes; }

}  // namespace hm::api
