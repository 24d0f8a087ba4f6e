// VPCs, subnets, security groups, addresses and key pairs change.
#include <algorithm>

#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

// The first document of the collection whose text holds `needle`: who still uses something.
std::string user_of(Place& place, const char* collection, const std::string& needle) {
  std::string found;
  place.of(collection).each(0, [&](uint64_t, const std::string& id, const std::string& text) {
    if (text.find("\"" + needle + "\"") != std::string::npos) found = id;
    return found.empty();
  });
  return found;
}

Error still_used(const char* what, const std::string& id) {
  return refusal(400, "DependencyViolation",
                 "The " + std::string(what) + " '" + id + "' has dependencies and cannot be deleted.");
}

bool good_cidr(const std::string& cidr, int least, int most) {
  const auto slash = cidr.find('/');
  if (slash == std::string::npos || std::count(cidr.begin(), cidr.end(), '.') != 3) return false;
  const int bits = std::atoi(cidr.c_str() + slash + 1);
  return bits >= least && bits <= most;
}

// The permissions of a request: IpPermissions, or the short form of one rule.
JsonArray permissions_of(const Call& call) {
  if (const auto* given = call.find("IpPermissions"); given != nullptr && given->is_array())
    return given->get_array();
  JsonObject one;
  if (const auto protocol = call.text("IpProtocol"); !protocol.empty()) one["IpProtocol"] = protocol;
  for (const char* port : {"FromPort", "ToPort"}) {
    if (const auto* value = call.find(port)) one[port] = *value;
  }
  if (const auto cidr = call.text("CidrIp"); !cidr.empty()) {
    one["IpRanges"] = JsonArray{JsonObject{{"CidrIp", cidr}}};
  }
  return one.empty() ? JsonArray{} : JsonArray{std::move(one)};
}

Json whole(const Json& permission) {
  auto object = permission.as_object();
  for (const char* list : {"IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"}) {
    if (!object.contains(list)) object[list] = JsonArray{};
  }
  return object;
}

std::string group_named(const Call& call, Place& place) {
  auto id = call.text("GroupId");
  const auto name = call.text("GroupName");
  if (!id.empty() || name.empty()) return id;
  std::string found = name;
  place.of("ec2/security_group").each(0, [&](uint64_t, const std::string& one, const std::string& text) {
    if (member_text(stored(text), "GroupName") != name) return true;
    found = one;
    return false;
  });
  return found;
}

Result<Json> change_rules(const Call& call, const char* side, bool add) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    const auto id = group_named(call, place);
    HM_TRY(auto group, require(place, "ec2/security_group", id));
    auto rules = group.at(side).as_array();
    const auto asked = permissions_of(call);
    if (asked.empty())
      return refusal(400, "MissingParameter", "The request must contain the parameter IpPermissions");
    for (const auto& permission : asked) {
      const auto rule = whole(permission);
      const auto same = [&](const Json& one) { return sorted(one) == sorted(rule); };
      const auto found = std::find_if(rules.begin(), rules.end(), same);
      if (add && found != rules.end()) {
        return refusal(400, "InvalidPermission.Duplicate", "the specified rule already exists");
      }
      if (!add && found == rules.end()) {
        return refusal(400, "InvalidPermission.NotFound",
                       "The specified rule does not exist in this security group.");
      }
      if (add) {
        rules.push_back(rule);
      } else {
        rules.erase(found);
      }
    }
    place.patch("ec2/security_group", id, JsonObject{{side, std::move(rules)}});
    return done();
  });
}

}  // namespace

Result<Json> create_vpc(const Call& call) {
  const auto cidr = call.text("CidrBlock");
  if (!good_cidr(cidr, 16, 28)) {
    return refusal(400, "InvalidVpc.Range", "The CIDR '" + cidr + "' is invalid.");
  }
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    const auto id = new_id("vpc"), group = new_id("sg");
    const JsonObject vpc{{"OwnerId", call.account_id},
                         {"InstanceTenancy", "default"},
                         {"CidrBlockAssociationSet",
                          JsonArray{JsonObject{{"AssociationId", new_id("vpc-cidr-assoc")},
                                               {"CidrBlock", cidr},
                                               {"CidrBlockState", JsonObject{{"State", "associated"}}}}}},
                         {"IsDefault", false},
                         {"Tags", tags_given(call, "vpc")},
                         {"VpcId", id},
                         {"State", "available"},
                         {"CidrBlock", cidr},
                         {"DhcpOptionsId", "default"}};
    place.put("ec2/vpc", id, vpc);
    place.put("ec2/security_group", group,
              JsonObject{{"GroupId", group},
                         {"GroupName", "default"},
                         {"Description", "default VPC security group"},
                         {"OwnerId", call.account_id},
                         {"VpcId", id},
                         {"IpPermissions", JsonArray{}},
                         {"IpPermissionsEgress", JsonArray{}},
                         {"Tags", JsonArray{}}});
    auto answer = vpc;
    answer["State"] = "pending";
    return Json(JsonObject{{"Vpc", std::move(answer)}});
  });
}

Result<Json> delete_vpc(const Call& call) {
  const auto id = call.text("VpcId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_DO(require(place, "ec2/vpc", id));
    for (const char* user :
         {"ec2/subnet", "ec2/internet_gateway", "ec2/nat_gateway", "ec2/network_interface"}) {
      if (!user_of(place, user, id).empty()) return still_used("vpc", id);
    }
    std::vector<std::string> groups;
    place.of("ec2/security_group").each(0, [&](uint64_t, const std::string& one, const std::string& text) {
      const auto group = stored(text);
      if (member_text(group, "VpcId") == id) groups.push_back(one);
      return true;
    });
    if (groups.size() > 1) return still_used("vpc", id);
    for (const auto& group : groups) place.erase("ec2/security_group", group);
    place.erase("ec2/vpc", id);
    return Json(JsonObject{});
  });
}

Result<Json> create_subnet(const Call& call) {
  const auto vpc_id = call.text("VpcId"), cidr = call.text("CidrBlock");
  auto zone = call.text("AvailabilityZone");
  if (zone.empty()) zone = call.region + "a";
  if (!good_cidr(cidr, 16, 28))
    return refusal(400, "InvalidSubnet.Range", "The CIDR '" + cidr + "' is invalid.");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_DO(require(place, "ec2/vpc", vpc_id));
    const auto id = new_id("subnet");
    const JsonObject subnet{
        {"OwnerId", call.account_id},
        {"AssignIpv6AddressOnCreation", false},
        {"Ipv6CidrBlockAssociationSet", JsonArray{}},
        {"Tags", tags_given(call, "subnet")},
        {"SubnetArn", "arn:aws:ec2:" + call.region + ":" + call.account_id + ":subnet/" + id},
        {"SubnetId", id},
        {"State", "available"},
        {"VpcId", vpc_id},
        {"CidrBlock", cidr},
        {"AvailableIpAddressCount", 251},
        {"AvailabilityZone", zone},
        {"DefaultForAz", false},
        {"MapPublicIpOnLaunch", false}};
    place.put("ec2/subnet", id, subnet);
    return Json(JsonObject{{"Subnet", subnet}});
  });
}

Result<Json> delete_subnet(const Call& call) {
  const auto id = call.text("SubnetId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_DO(require(place, "ec2/subnet", id));
    if (!user_of(place, "ec2/network_interface", id).empty()) return still_used("subnet", id);
    place.erase("ec2/subnet", id);
    return Json(JsonObject{});
  });
}

Result<Json> create_security_group(const Call& call) {
  const auto name = call.text("GroupName"), vpc_id = call.text("VpcId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    if (!vpc_id.empty()) HM_DO(require(place, "ec2/vpc", vpc_id));
    bool taken = false;
    place.of("ec2/security_group").each(0, [&](uint64_t, const std::string&, const std::string& text) {
      const auto group = stored(text);
      taken = member_text(group, "GroupName") == name && member_text(group, "VpcId") == vpc_id;
      return !taken;
    });
    if (taken) {
      return refusal(400, "InvalidGroup.Duplicate",
                     "The security group '" + name + "' already exists for VPC '" + vpc_id + "'");
    }
    const auto id = new_id("sg");
    auto tags = tags_given(call, "security-group");
    const Json everywhere =
        JsonObject{{"IpProtocol", "-1"}, {"IpRanges", JsonArray{JsonObject{{"CidrIp", "0.0.0.0/0"}}}}};
    place.put("ec2/security_group", id,
              JsonObject{{"GroupId", id},
                         {"GroupName", name},
                         {"Description", call.text("Description")},
                         {"OwnerId", call.account_id},
                         {"VpcId", vpc_id},
                         {"IpPermissions", JsonArray{}},
                         {"IpPermissionsEgress", JsonArray{whole(everywhere)}},
                         {"Tags", tags}});
    return Json(JsonObject{{"GroupId", id}, {"Tags", std::move(tags)}});
  });
}

Result<Json> delete_security_group(const Call& call) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    const auto id = group_named(call, place);
    HM_TRY(auto group, require(place, "ec2/security_group", id));
    if (member_text(group, "GroupName") == "default") {
      return refusal(400, "CannotDelete",
                     "the specified group: \"" + id + "\" name: \"default\" cannot be deleted by a user");
    }
    if (!user_of(place, "ec2/network_interface", id).empty()) {
      return refusal(400, "DependencyViolation", "resource " + id + " has a dependent object");
    }
    place.erase("ec2/security_group", id);
    return Json(JsonObject{{"Return", true}, {"GroupId", id}});
  });
}

Result<Json> authorize_ingress(const Call& call) { return change_rules(call, "IpPermissions", true); }
Result<Json> revoke_ingress(const Call& call) { return change_rules(call, "IpPermissions", false); }
Result<Json> authorize_egress(const Call& call) { return change_rules(call, "IpPermissionsEgress", true); }
Result<Json> revoke_egress(const Call& call) { return change_rules(call, "IpPermissionsEgress", false); }

Result<Json> allocate_address(const Call& call) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    const auto id = new_id("eipalloc");
    const auto ip = "192.0.2." + std::to_string(1 + place.of("ec2/elastic_ip").size() % 250);
    place.put("ec2/elastic_ip", id,
              JsonObject{{"AllocationId", id},
                         {"Domain", "vpc"},
                         {"Tags", tags_given(call, "elastic-ip")},
                         {"PublicIpv4Pool", "amazon"},
                         {"NetworkBorderGroup", call.region},
                         {"PublicIp", ip}});
    return Json(JsonObject{{"AllocationId", id},
                           {"PublicIp", ip},
                           {"PublicIpv4Pool", "amazon"},
                           {"NetworkBorderGroup", call.region},
                           {"Domain", "vpc"}});
  });
}

Result<Json> release_address(const Call& call) {
  const auto id = call.text("AllocationId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto address, require(place, "ec2/elastic_ip", id));
    if (member(address, "AssociationId") != nullptr) {
      return refusal(400, "InvalidIPAddress.InUse", "Address " + id + " is in use.");
    }
    place.erase("ec2/elastic_ip", id);
    return Json(JsonObject{});
  });
}

Result<Json> create_key_pair(const Call& call) {
  const auto name = call.text("KeyName");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    if (place.of("ec2/key_pair").contains(name)) {
      return refusal(400, "InvalidKeyPair.Duplicate", "The keypair already exists");
    }
    const auto id = new_id("key");
    JsonObject pair{{"KeyPairId", id},
                    {"KeyType", "ed25519"},
                    {"Tags", tags_given(call, "key-pair")},
                    {"CreateTime", format_iso(call.now)},
                    {"KeyName", name},
                    {"KeyFingerprint", new_id("simulated")}};
    place.put("ec2/key_pair", name, pair);
    pair["KeyMaterial"] = "simulated key material; it opens nothing";
    return Json(std::move(pair));
  });
}

Result<Json> delete_key_pair(const Call& call) {
  const auto name = call.text("KeyName");
  // EC2 reports success for a pair that is not there, too.
  in_place(call, false, [&](Place& place) { return place.erase("ec2/key_pair", name); });
  return done();
}

}  // namespace hm::sim
