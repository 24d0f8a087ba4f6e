// VPCs with their subnets, route tables, gateways, ACLs and security groups, and the key pairs.
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

Json permission(std::string_view protocol, int64_t port, JsonArray ranges, JsonArray group_pairs = {}) {
  JsonObject row{{"IpProtocol", protocol},
                 {"IpRanges", std::move(ranges)},
                 {"Ipv6Ranges", JsonArray{}},
                 {"PrefixListIds", JsonArray{}},
                 {"UserIdGroupPairs", std::move(group_pairs)}};
  if (protocol != "-1") {
    row["FromPort"] = port;
    row["ToPort"] = port;
  }
  return row;
}

JsonArray range(std::string_view cidr, std::string_view description = {}) {
  JsonObject row{{"CidrIp", cidr}};
  if (!description.empty()) row["Description"] = description;
  return {std::move(row)};
}

void add_group(Builder& b, const std::string& vpc, std::string_view name, std::string_view about,
               JsonArray ingress) {
  const auto id = b.id("sg");
  auto tags = name == "default" ? JsonArray{} : b.name_tag(b.account.name + "-" + std::string(name));
  const bool added =
      b.add("ec2/security_group", id,
            JsonObject{{"GroupId", id},
                       {"GroupName", name},
                       {"Description", about},
                       {"OwnerId", b.account.id},
                       {"VpcId", vpc},
                       {"SecurityGroupArn", b.arn("ec2", "security-group/" + id)},
                       {"IpPermissions", std::move(ingress)},
                       {"IpPermissionsEgress", JsonArray{permission("-1", 0, range("0.0.0.0/0"))}},
                       {"Tags", std::move(tags)}});
  if (added) b.groups.push_back(id);
}

void build_groups(Builder& b, const std::string& vpc, const std::string& cidr, int64_t count) {
  add_group(b, vpc, "default", "default VPC security group", {permission("-1", 0, {})});
  for (int64_t i = 0; i < count; ++i) {
    const auto service = b.service_name() + "-" + std::to_string(i);
    const auto before = b.groups.size();
    switch (b.rng.between(0, 9)) {
      case 0:
        add_group(b, vpc, service + "-ssh", "SSH from anywhere", {permission("tcp", 22, range("0.0.0.0/0"))});
        if (b.groups.size() > before) {
          b.plant("security_group_open_ssh", "hole", "ec2/security_group", b.groups.back());
        }
        break;
      case 1:
        add_group(b, vpc, service + "-desktop", "Remote desktop",
                  {permission("tcp", 3389, range(i % 3 == 0 ? "0.0.0.0/0" : "203.0.113.0/24", "office"))});
        if (b.groups.size() > before && i % 3 == 0) {
          b.plant("security_group_open_rdp", "hole", "ec2/security_group", b.groups.back());
        }
        break;
      case 2:
      case 3:
        add_group(b, vpc, service + "-web", "HTTP and HTTPS",
                  {permission("tcp", 80, range("0.0.0.0/0")), permission("tcp", 443, range("0.0.0.0/0"))});
        break;
      default: {
        JsonArray pairs;
        if (!b.groups.empty()) {
          pairs.push_back(JsonObject{{"GroupId", b.groups.back()}, {"UserId", b.account.id}});
        }
        add_group(b, vpc, service, "Inside only",
                  {permission("tcp", 8080, range(cidr)), permission("tcp", 9090, {}, std::move(pairs))});
      }
    }
  }
}

std::string add_subnet(Builder& b, const std::string& vpc, const std::string& octets, int index) {
  const auto id = b.id("subnet");
  const bool open = index % 2 == 0;
  const auto zone = b.region + std::string(1, static_cast<char>('a' + index / 2 % 3));
  const auto prefix = octets + "." + std::to_string(index * 16);
  const bool added = b.add("ec2/subnet", id,
                           JsonObject{{"AvailabilityZoneId", zone},
                                      {"MapCustomerOwnedIpOnLaunch", false},
                                      {"OwnerId", b.account.id},
                                      {"AssignIpv6AddressOnCreation", false},
                                      {"Ipv6CidrBlockAssociationSet", JsonArray{}},
                                      {"Tags", b.name_tag((open ? "public-" : "private-") + zone)},
                                      {"SubnetArn", b.arn("ec2", "subnet/" + id)},
                                      {"EnableDns64", false},
                                      {"SubnetId", id},
                                      {"State", "available"},
                                      {"VpcId", vpc},
                                      {"CidrBlock", prefix + ".0/20"},
                                      {"AvailableIpAddressCount", 4091 - b.rng.between(0, 400)},
                                      {"AvailabilityZone", zone},
                                      {"DefaultForAz", false},
                                      {"MapPublicIpOnLaunch", open}});
  if (added) b.subnets.push_back({id, zone, vpc, prefix, open});
  return added ? id : std::string();
}

void add_route_table(Builder& b, const std::string& vpc, const std::string& cidr, std::string_view name,
                     const std::vector<std::string>& subnets, JsonObject out) {
  const auto id = b.id("rtb");
  JsonArray associations;
  for (const auto& subnet : subnets) {
    associations.push_back(JsonObject{{"Main", false},
                                      {"RouteTableAssociationId", b.id("rtbassoc")},
                                      {"RouteTableId", id},
                                      {"SubnetId", subnet},
                                      {"AssociationState", JsonObject{{"State", "associated"}}}});
  }
  JsonArray routes{JsonObject{{"DestinationCidrBlock", cidr},
                              {"GatewayId", "local"},
                              {"Origin", "CreateRouteTable"},
                              {"State", "active"}}};
  if (!out.empty()) {
    out["DestinationCidrBlock"] = "0.0.0.0/0";
    out["Origin"] = "CreateRoute";
    out["State"] = "active";
    routes.push_back(std::move(out));
  }
  b.add("ec2/route_table", id,
        JsonObject{{"Associations", std::move(associations)},
                   {"PropagatingVgws", JsonArray{}},
                   {"RouteTableId", id},
                   {"Routes", std::move(routes)},
                   {"Tags", b.name_tag(name)},
                   {"VpcId", vpc},
                   {"OwnerId", b.account.id}});
}

JsonObject acl_entry(int64_t number, bool egress, std::string_view action) {
  return {{"CidrBlock", "0.0.0.0/0"},
          {"Egress", egress},
          {"Protocol", "-1"},
          {"RuleAction", action},
          {"RuleNumber", number}};
}

void add_network_acl(Builder& b, const std::string& vpc, const std::vector<std::string>& subnets) {
  const auto id = b.id("acl");
  JsonArray associations;
  for (const auto& subnet : subnets) {
    associations.push_back(JsonObject{
        {"NetworkAclAssociationId", b.id("aclassoc")}, {"NetworkAclId", id}, {"SubnetId", subnet}});
  }
  b.add("ec2/network_acl", id,
        JsonObject{{"Associations", std::move(associations)},
                   {"Entries", JsonArray{acl_entry(100, true, "allow"), acl_entry(32767, true, "deny"),
                                         acl_entry(100, false, "allow"), acl_entry(32767, false, "deny")}},
                   {"IsDefault", true},
                   {"NetworkAclId", id},
                   {"Tags", JsonArray{}},
                   {"VpcId", vpc},
                   {"OwnerId", b.account.id}});
}

// A NAT gateway brings its address and its interface.
std::string add_nat_gateway(Builder& b, const std::string& vpc, Subnet& subnet) {
  if (b.room() < 3) return {};
  auto id = b.id("nat");
  const auto interface = b.id("eni"), allocation = b.id("eipalloc"), association = b.id("eipassoc");
  const auto public_ip = "198.51.100." + std::to_string(b.rng.between(1, 254));
  const auto private_ip = b.address_in(subnet);
  b.add("ec2/nat_gateway", id,
        JsonObject{{"CreateTime", b.past(200, 900)},
                   {"NatGatewayAddresses", JsonArray{JsonObject{{"AllocationId", allocation},
                                                                {"NetworkInterfaceId", interface},
                                                                {"PrivateIp", private_ip},
                                                                {"PublicIp", public_ip},
                                                                {"AssociationId", association},
                                                                {"IsPrimary", true},
                                                                {"Status", "succeeded"}}}},
                   {"NatGatewayId", id},
                   {"State", "available"},
                   {"SubnetId", subnet.id},
                   {"VpcId", vpc},
                   {"Tags", b.name_tag("nat-" + subnet.zone)},
                   {"ConnectivityType", "public"}});
  b.add("ec2/elastic_ip", allocation,
        JsonObject{{"AllocationId", allocation},
                   {"AssociationId", association},
                   {"Domain", "vpc"},
                   {"NetworkInterfaceId", interface},
                   {"NetworkInterfaceOwnerId", b.account.id},
                   {"PrivateIpAddress", private_ip},
                   {"Tags", b.name_tag("nat-" + subnet.zone)},
                   {"PublicIpv4Pool", "amazon"},
                   {"NetworkBorderGroup", b.region},
                   {"PublicIp", public_ip}});
  b.add("ec2/network_interface", interface,
        JsonObject{{"AvailabilityZone", subnet.zone},
                   {"Description", "Interface for NAT Gateway " + id},
                   {"Groups", JsonArray{}},
                   {"InterfaceType", "nat_gateway"},
                   {"Ipv6Addresses", JsonArray{}},
                   {"NetworkInterfaceId", interface},
                   {"OwnerId", b.account.id},
                   {"PrivateIpAddress", private_ip},
                   {"PrivateIpAddresses",
                    JsonArray{JsonObject{{"Primary", true}, {"PrivateIpAddress", private_ip}}}},
                   {"RequesterManaged", true},
                   {"SourceDestCheck", false},
                   {"Status", "in-use"},
                   {"SubnetId", subnet.id},
                   {"TagSet", JsonArray{}},
                   {"VpcId", vpc}});
  return id;
}

void build_vpc(Builder& b, int index, int64_t groups) {
  const auto vpc = b.id("vpc"), gateway = b.id("igw");
  const auto octets = "10." + std::to_string(index * 16 + b.rng.between(0, 15));
  const auto cidr = octets + ".0.0/16";
  if (b.room() < 20 && index > 0) return;
  b.add("ec2/vpc", vpc,
        JsonObject{{"OwnerId", b.account.id},
                   {"InstanceTenancy", "default"},
                   {"CidrBlockAssociationSet",
                    JsonArray{JsonObject{{"AssociationId", b.id("vpc-cidr-assoc")},
                                         {"CidrBlock", cidr},
                                         {"CidrBlockState", JsonObject{{"State", "associated"}}}}}},
                   {"IsDefault", false},
                   {"Tags", b.tags(b.account.name + "-" + std::to_string(index), "ec2/vpc", vpc)},
                   {"VpcId", vpc},
                   {"State", "available"},
                   {"CidrBlock", cidr},
                   {"DhcpOptionsId", b.id("dopt")},
                   {"_EnableDnsSupport", true},
                   {"_EnableDnsHostnames", true}});
  b.vpcs.push_back(vpc);
  b.add("ec2/internet_gateway", gateway,
        JsonObject{{"Attachments", JsonArray{JsonObject{{"State", "available"}, {"VpcId", vpc}}}},
                   {"InternetGatewayId", gateway},
                   {"OwnerId", b.account.id},
                   {"Tags", b.name_tag(b.account.name + "-igw")}});
  const auto first = b.subnets.size();
  for (int i = 0; i < 4; ++i) add_subnet(b, vpc, octets, i);
  std::vector<std::string> all, open, inner;
  for (auto i = first; i < b.subnets.size(); ++i) {
    all.push_back(b.subnets[i].id);
    (b.subnets[i].open_to_internet ? open : inner).push_back(b.subnets[i].id);
  }
  if (all.empty()) return;
  add_route_table(b, vpc, cidr, "public", open, JsonObject{{"GatewayId", gateway}});
  const auto nat = b.quota() >= 40 ? add_nat_gateway(b, vpc, b.subnets[first]) : std::string();
  add_route_table(b, vpc, cidr, "private", inner,
                  nat.empty() ? JsonObject{} : JsonObject{{"NatGatewayId", nat}});
  if (index > 0 && !nat.empty()) b.plant("nat_gateway_idle", "waste", "ec2/nat_gateway", nat);
  add_network_acl(b, vpc, all);
  build_groups(b, vpc, cidr, groups);
}

}  // namespace

void build_network(Builder& b) {
  const int64_t vpcs = std::min<int64_t>(5, 1 + b.quota() / 400);
  const auto groups = b.share(40, 1) / vpcs;
  for (int64_t i = 0; i < vpcs; ++i) build_vpc(b, static_cast<int>(i), groups);
  for (int64_t i = 0; i < b.share(5, 1); ++i) {
    const auto id = b.id("key");
    const auto name = b.service_name() + "-" + std::to_string(i);
    const bool added = b.add("ec2/key_pair", name,
                             JsonObject{{"KeyPairId", id},
                                        {"KeyType", b.rng.chance(70) ? "ed25519" : "rsa"},
                                        {"Tags", b.tags(name, "ec2/key_pair", name)},
                                        {"CreateTime", b.past(20, 1500)},
                                        {"KeyName", name},
                                        {"KeyFingerprint", b.rng.hex(40)}});
    if (added) b.keys.push_back(name);
  }
}

}  // namespace hm::sim
