// What a resource depends on and what depends on it, one or two steps out. "A depends on B" is: A's document
// refers to B, as the catalog's relations say (an instance to its volume, a load balancer's target group to
// its instances).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "inventory/read.h"

namespace hm::inventory {

constexpr int kMostOfRelation = 20;      // shown of one relation to one type, of each resource
constexpr size_t kMostNeighbours = 100;  // shown of each step and direction
constexpr int kMostHops = 2;

struct Neighbour {
  int hop = 1;
  std::string via;                   // the id of the resource one step nearer
  std::string name;                  // of the relation, as the catalog has it: "volume"
  std::string type;                  // of the one further out
  std::string target;                // as the document has it
  std::optional<Resource> resource;  // the one further out, where it is in the inventory and in scope
};
// How many more there are of one relation than are shown.
struct MoreNeighbours {
  int hop = 1;
  std::string via, name, type;
  int64_t count = 0;
};
struct Direction {
  std::vector<Neighbour> items;  // by step; nobody stands in it twice
  std::vector<MoreNeighbours> more;
};
// A type that may refer to one of these and could not be asked everywhere in the account.
struct UnaskedType {
  std::string type;
  int64_t places = 0;  // whose latest sweep was not ok
  int64_t unread = 0;  // of these, those that no sweep ever read
};
struct Neighbours {
  Resource resource;
  Direction depends_on, dependents;
  std::vector<UnaskedType> unasked;  // without them, dependents may be missing
};

// `hops` is 1 or 2. not_found where there is no such resource, or it lies outside the scope.
Result<Neighbours> get_neighbours(store::Database& database, const catalog::Catalog& catalog,
                                  const Scope& scope, std::string_view id, int hops);

}  // namespace hm::inventory
