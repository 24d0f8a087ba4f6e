// EC2's filters: which names a collection knows and where in the document each looks.
#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/json_path.h"
#include "sim/state/engine.h"

namespace hm::sim {

namespace {

struct FilterSpec {
  const char* collection;
  const char* name;
  const char* path;
};

constexpr FilterSpec kFilters[] = {
    {"ec2/instance", "instance-id", "InstanceId"},
    {"ec2/instance", "instance-type", "InstanceType"},
    {"ec2/instance", "instance-state-name", "State.Name"},
    {"ec2/instance", "instance-state-code", "State.Code"},
    {"ec2/instance", "image-id", "ImageId"},
    {"ec2/instance", "key-name", "KeyName"},
    {"ec2/instance", "vpc-id", "VpcId"},
    {"ec2/instance", "subnet-id", "SubnetId"},
    {"ec2/instance", "availability-zone", "Placement.AvailabilityZone"},
    {"ec2/instance", "architecture", "Architecture"},
    {"ec2/instance", "private-ip-address", "PrivateIpAddress"},
    {"ec2/instance", "ip-address", "PublicIpAddress"},
    {"ec2/instance", "launch-time", "LaunchTime"},
    {"ec2/instance", "instance.group-id", "SecurityGroups[].GroupId"},
    {"ec2/instance", "instance.group-name", "SecurityGroups[].GroupName"},
    {"ec2/instance", "block-device-mapping.volume-id", "BlockDeviceMappings[].Ebs.VolumeId"},
    {"ec2/instance", "reservation-id", "_ReservationId"},
    {"ec2/instance", "iam-instance-profile.arn", "IamInstanceProfile.Arn"},
    {"ec2/instance", "metadata-options.http-tokens", "MetadataOptions.HttpTokens"},
    {"ec2/instance", "monitoring-state", "Monitoring.State"},
    {"ec2/volume", "volume-id", "VolumeId"},
    {"ec2/volume", "volume-type", "VolumeType"},
    {"ec2/volume", "size", "Size"},
    {"ec2/volume", "status", "State"},
    {"ec2/volume", "encrypted", "Encrypted"},
    {"ec2/volume", "availability-zone", "AvailabilityZone"},
    {"ec2/volume", "create-time", "CreateTime"},
    {"ec2/volume", "snapshot-id", "SnapshotId"},
    {"ec2/volume", "attachment.instance-id", "Attachments[].InstanceId"},
    {"ec2/volume", "attachment.status", "Attachments[].State"},
    {"ec2/volume", "attachment.device", "Attachments[].Device"},
    {"ec2/volume", "attachment.delete-on-termination", "Attachments[].DeleteOnTermination"},
    {"ec2/vpc", "vpc-id", "VpcId"},
    {"ec2/vpc", "cidr", "CidrBlock"},
    {"ec2/vpc", "cidr-block", "CidrBlock"},
    {"ec2/vpc", "state", "State"},
    {"ec2/vpc", "is-default", "IsDefault"},
    {"ec2/vpc", "isDefault", "IsDefault"},
    {"ec2/vpc", "owner-id", "OwnerId"},
    {"ec2/vpc", "dhcp-options-id", "DhcpOptionsId"},
    {"ec2/subnet", "subnet-id", "SubnetId"},
    {"ec2/subnet", "vpc-id", "VpcId"},
    {"ec2/subnet", "availability-zone", "AvailabilityZone"},
    {"ec2/subnet", "cidr-block", "CidrBlock"},
    {"ec2/subnet", "state", "State"},
    {"ec2/subnet", "owner-id", "OwnerId"},
    {"ec2/subnet", "default-for-az", "DefaultForAz"},
    {"ec2/subnet", "map-public-ip-on-launch", "MapPublicIpOnLaunch"},
    {"ec2/security_group", "group-id", "GroupId"},
    {"ec2/security_group", "group-name", "GroupName"},
    {"ec2/security_group", "description", "Description"},
    {"ec2/security_group", "vpc-id", "VpcId"},
    {"ec2/security_group", "owner-id", "OwnerId"},
    {"ec2/security_group", "ip-permission.cidr", "IpPermissions[].IpRanges[].CidrIp"},
    {"ec2/security_group", "ip-permission.from-port", "IpPermissions[].FromPort"},
    {"ec2/security_group", "ip-permission.to-port", "IpPermissions[].ToPort"},
    {"ec2/security_group", "ip-permission.protocol", "IpPermissions[].IpProtocol"},
    {"ec2/security_group", "ip-permission.group-id", "IpPermissions[].UserIdGroupPairs[].GroupId"},
    {"ec2/security_group", "egress.ip-permission.cidr", "IpPermissionsEgress[].IpRanges[].CidrIp"},
    {"ec2/route_table", "route-table-id", "RouteTableId"},
    {"ec2/route_table", "vpc-id", "VpcId"},
    {"ec2/route_table", "association.subnet-id", "Associations[].SubnetId"},
    {"ec2/route_table", "association.main", "Associations[].Main"},
    {"ec2/route_table", "route.gateway-id", "Routes[].GatewayId"},
    {"ec2/route_table", "route.nat-gateway-id", "Routes[].NatGatewayId"},
    {"ec2/internet_gateway", "internet-gateway-id", "InternetGatewayId"},
    {"ec2/internet_gateway", "attachment.vpc-id", "Attachments[].VpcId"},
    {"ec2/internet_gateway", "attachment.state", "Attachments[].State"},
    {"ec2/nat_gateway", "nat-gateway-id", "NatGatewayId"},
    {"ec2/nat_gateway", "vpc-id", "VpcId"},
    {"ec2/nat_gateway", "subnet-id", "SubnetId"},
    {"ec2/nat_gateway", "state", "State"},
    {"ec2/network_acl", "network-acl-id", "NetworkAclId"},
    {"ec2/network_acl", "vpc-id", "VpcId"},
    {"ec2/network_acl", "default", "IsDefault"},
    {"ec2/network_acl", "association.subnet-id", "Associations[].SubnetId"},
    {"ec2/elastic_ip", "allocation-id", "AllocationId"},
    {"ec2/elastic_ip", "association-id", "AssociationId"},
    {"ec2/elastic_ip", "instance-id", "InstanceId"},
    {"ec2/elastic_ip", "network-interface-id", "NetworkInterfaceId"},
    {"ec2/elastic_ip", "public-ip", "PublicIp"},
    {"ec2/elastic_ip", "domain", "Domain"},
    {"ec2/network_interface", "network-interface-id", "NetworkInterfaceId"},
    {"ec2/network_interface", "vpc-id", "VpcId"},
    {"ec2/network_interface", "subnet-id", "SubnetId"},
    {"ec2/network_interface", "status", "Status"},
    {"ec2/network_interface", "interface-type", "InterfaceType"},
    {"ec2/network_interface", "group-id", "Groups[].GroupId"},
    {"ec2/network_interface", "attachment.instance-id", "Attachment.InstanceId"},
    {"ec2/network_interface", "availability-zone", "AvailabilityZone"},
    {"ec2/image", "image-id", "ImageId"},
    {"ec2/image", "name", "Name"},
    {"ec2/image", "state", "State"},
    {"ec2/image", "architecture", "Architecture"},
    {"ec2/image", "owner-id", "OwnerId"},
    {"ec2/image", "is-public", "Public"},
    {"ec2/image", "block-device-mapping.snapshot-id", "BlockDeviceMappings[].Ebs.SnapshotId"},
    {"ec2/snapshot", "snapshot-id", "SnapshotId"},
    {"ec2/snapshot", "volume-id", "VolumeId"},
    {"ec2/snapshot", "status", "State"},
    {"ec2/snapshot", "owner-id", "OwnerId"},
    {"ec2/snapshot", "encrypted", "Encrypted"},
    {"ec2/snapshot", "description", "Description"},
    {"ec2/snapshot", "start-time", "StartTime"},
    {"ec2/snapshot", "volume-size", "VolumeSize"},
    {"ec2/key_pair", "key-name", "KeyName"},
    {"ec2/key_pair", "key-pair-id", "KeyPairId"},
    {"ec2/key_pair", "fingerprint", "KeyFingerprint"},
    {"ec2/launch_template", "launch-template-name", "LaunchTemplateName"},
    {"ec2/launch_template", "create-time", "CreateTime"},
};

// Collections outside EC2 have filters of their own kinds, which their operations do not pass here.
bool filterable(const Call& call) { return call.wire.service.name() == "ec2"; }

const JsonPath* path_of(std::string_view collection, std::string_view name) {
  static const auto paths = [] {
    std::map<std::pair<std::string_view, std::string_view>, JsonPath> made;
    for (const auto& row : kFilters) {
      auto path = JsonPath::parse(row.path);
      HM_CHECK(path.has_value());
      made.emplace(std::pair<std::string_view, std::string_view>(row.collection, row.name), std::move(*path));
    }
    return made;
  }();
  const auto found = paths.find({collection, name});
  return found == paths.end() ? nullptr : &found->second;
}

const JsonArray* filters_of(const Call& call) {
  const auto* filters = call.find("Filters");
  if (filters == nullptr) filters = call.find("Filter");  // DescribeNatGateways says it in the singular
  return filters != nullptr && filters->is_array() ? &filters->get_array() : nullptr;
}

std::string text_of(const Json& value) {
  return value.is_string() ? std::string(as_text(value)) : to_json(value);
}

bool any_matches(const JsonArray& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const Json& pattern) {
    return pattern.is_string() && matches_pattern(as_text(pattern), text);
  });
}

bool tag_passes(std::string_view name, const JsonArray& values, const Json& document) {
  const auto* tags = member(document, "Tags");
  if (tags == nullptr) tags = member(document, "TagSet");
  if (tags == nullptr || !tags->is_array()) return false;
  for (const auto& tag : tags->get_array()) {
    if (name == "tag-key") {
      if (any_matches(values, member_text(tag, "Key"))) return true;
    } else if (member_text(tag, "Key") == name.substr(4) && any_matches(values, member_text(tag, "Value"))) {
      return true;
    }
  }
  return false;
}

bool passes(std::string_view collection, const Json& filter, const Json& document) {
  const auto name = member_text(filter, "Name");
  const auto* values = member(filter, "Values");
  if (values == nullptr || !values->is_array()) return true;
  if (name == "tag-key" || name.starts_with("tag:")) return tag_passes(name, values->get_array(), document);
  const auto* path = path_of(collection, name);
  if (path == nullptr) return false;
  const auto found = path->eval(document);
  if (found.is_null()) return false;
  if (!found.is_array()) return any_matches(values->get_array(), text_of(found));
  return std::any_of(found.get_array().begin(), found.get_array().end(),
                     [&](const Json& item) { return any_matches(values->get_array(), text_of(item)); });
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] == text[t] && pattern[p] != '*'))) {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Status check_filters(const Call& call, std::string_view collection) {
  const auto* filters = filters_of(call);
  if (filters == nullptr || !filterable(call)) return ok();
  for (const auto& filter : *filters) {
    const auto name = member_text(filter, "Name");
    if (name == "tag-key" || (name.starts_with("tag:") && name.size() > 4)) continue;
    if (path_of(collection, name) == nullptr) {
      return refusal(400, "InvalidParameterValue", "The filter '" + std::string(name) + "' is invalid");
    }
  }
  return ok();
}

bool passes_filters(const Call& call, std::string_view collection, const Json& document) {
  const auto* filters = filters_of(call);
  if (filters == nullptr || !filterable(call)) return true;
  return std::all_of(filters->begin(), filters->end(),
                     [&](const Json& filter) { return passes(collection, filter, document); });
}

}  // namespace hm::sim
