// How the estate hangs together as a tree: account > region > VPC > subnet > type > resource, counted one
// level at a time. Every function takes the Scope of who asks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/scope.h"
#include "inventory/network.h"
#include "inventory/read.h"
#include "inventory/where.h"
#include "store/database.h"

namespace hm::inventory {

// A node of the tree; what is left empty stands for all of it. Of `vpc` and `subnet` an empty text is a node
// too: what lies in no VPC, what lies in no single subnet of the VPC.
struct Spot {
  std::string account_id{};
  std::string region{};
  std::optional<std::string> vpc{};
  std::optional<std::string> subnet{};
  std::string type{};
};

// What the children of a spot are.
enum class Level { accounts, regions, vpcs, subnets, types, resources };
std::string_view to_string(Level level);
Level level_of(const Spot& spot);

// The column of `resource r` that tells the children of a level apart.
std::string_view child_column(Level level);
// Conditions on `resource r` that hold within the spot.
void add_spot(Where& where, const Spot& spot);

// So many resources of one child are of this type and in this state.
struct SpotCount {
  std::string child;
  std::string type;
  std::string state;
  int64_t resources = 0;
};
Result<std::vector<SpotCount>> count_spot(store::Database& database, const Scope& scope,
                                          const std::vector<Condition>& conditions, const Spot& spot);
// Of these, those of which something could not be read.
Result<std::vector<SpotCount>> count_unread(store::Database& database, const Scope& scope,
                                            const std::vector<Condition>& conditions, const Spot& spot);

// The VPCs of a region, or the subnets of one of its VPCs, by key; at most `limit`. There may be nothing in
// them.
Result<std::map<std::string, Resource>> containers_of(store::Database& database, const Scope& scope,
                                                      const Spot& spot, int limit);

// The resources of a spot, by name, with how many more there are.
struct SpotResources {
  std::vector<Resource> items;
  int64_t total = 0;
};
Result<SpotResources> resources_of(store::Database& database, const Scope& scope,
                                   const std::vector<Condition>& conditions, const Spot& spot, int limit);

// Sweeps of a child (an account, or a region of one) whose latest was not ok. Below regions nobody can tell
// in which VPC there may be more, so they are those of the region.
struct SpotGaps {
  int64_t places = 0;            // whose latest sweep was not ok
  int64_t unread = 0;            // of these, those that no sweep ever read
  bool regions_unknown = false;  // which regions the account uses could not be asked
};
// Conditions of the filter that speak of places hold here too.
Result<std::map<std::string, SpotGaps>> gaps_of(store::Database& database, const Scope& scope,
                                                const std::vector<Condition>& conditions, const Spot& spot);
// Those of one region of an account: the sweeps themselves, the unread ones first, at most `limit`.
// `elsewhere`: types that are listed once an account and live in regions.
Result<std::vector<SweepState>> gaps_of_region(store::Database& database, const Scope& scope,
                                               const std::vector<Condition>& conditions, const Spot& spot,
                                               const std::vector<std::string>& elsewhere, int limit);

}  // namespace hm::inventory
