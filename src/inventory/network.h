// In which VPC and subnet a resource lies, by what its document refers to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/inventory.h"

namespace hm::inventory {

inline constexpr std::string_view kVpcType = "ec2/vpc";
inline constexpr std::string_view kSubnetType = "ec2/subnet";

struct Network {
  std::string vpc;      // empty: it names none, or several
  std::string subnet;   // the first of them
  int64_t subnets = 0;  // that it names
  bool operator==(const Network&) const = default;
};
// A VPC lies in itself, so that it is counted where its parts are.
Network network_of(std::string_view type, std::string_view key,
                   const std::vector<ObservedRelation>& relations);

}  // namespace hm::inventory
