#include "inventory/network.h"

namespace hm::inventory {
namespace {

// "subnet-1" of "subnet-1" and of "arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-1".
std::string id_of(const std::string& target) { return target.substr(target.rfind('/') + 1); }

}  // namespace

Network network_of(std::string_view type, std::string_view key,
                   const std::vector<ObservedRelation>& relations) {
  std::set<std::string> vpcs;
  std::set<std::string> subnets;
  for (const ObservedRelation& relation : relations) {
    if (relation.type == kVpcType) vpcs.insert(id_of(relation.target));
    if (relation.type == kSubnetType) subnets.insert(id_of(relation.target));
  }
  Network network;
  if (type == kVpcType) {
    network.vpc = key;
  } else if (vpcs.size() == 1) {
    network.vpc = *vpcs.begin();
  }
  if (!subnets.empty()) network.subnet = *subnets.begin();
  network.subnets = static_cast<int64_t>(subnets.size());
  return network;
}

}  // namespace hm::inventory
