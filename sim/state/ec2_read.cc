// EC2's lists that are derived from other documents.
#include <algorithm>

#include "base/crypto.h"
#include "base/encoding.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

bool asked_for(const Call& call, std::string_view param, std::string_view value) {
  const auto* given = call.find(param);
  if (given == nullptr || !given->is_array() || given->get_array().empty()) return true;
  return std::any_of(given->get_array().begin(), given->get_array().end(),
                     [&](const Json& item) { return item.is_string() && as_text(item) == value; });
}

// The values of the filter of that name; null where it was not given.
const JsonArray* filter_values(const Call& call, std::string_view name) {
  const auto* filters = call.find("Filters");
  if (filters == nullptr || !filters->is_array()) return nullptr;
  for (const auto& filter : filters->get_array()) {
    if (member_text(filter, "Name") == name) {
      const auto* values = member(filter, "Values");
      return values != nullptr && values->is_array() ? &values->get_array() : nullptr;
    }
  }
  return nullptr;
}

bool filter_passes(const Call& call, std::string_view name, std::string_view value) {
  const auto* values = filter_values(call, name);
  return values == nullptr || std::any_of(values->begin(), values->end(), [&](const Json& pattern) {
           return pattern.is_string() && matches_pattern(as_text(pattern), value);
         });
}

Json rule_of(const Json& group, const Json& permission, bool egress, const char* side, const Json& target) {
  const auto group_id = std::string(member_text(group, "GroupId"));
  const auto text = group_id + (egress ? "e" : "i") + to_json(permission) + to_json(target);
  const auto id = "sgr-0" + sha256_hex(text).substr(0, 16);
  JsonObject rule{{"SecurityGroupRuleId", id},
                  {"GroupId", group_id},
                  {"GroupOwnerId", group.at("OwnerId")},
                  {"IsEgress", egress},
                  {"IpProtocol", permission.at("IpProtocol")},
                  {"FromPort", -1},
                  {"ToPort", -1},
                  {"Tags", JsonArray{}}};
  for (const char* port : {"FromPort", "ToPort"}) {
    if (const auto* value = member(permission, port)) rule[port] = *value;
  }
  if (std::string_view(side) == "ReferencedGroupInfo") {
    rule[side] = JsonObject{{"GroupId", target.at("GroupId")}, {"UserId", group.at("OwnerId")}};
  } else {
    rule[side] = *member(target, std::string_view(side) == "CidrIpv4" ? "CidrIp" : "CidrIpv6");
  }
  if (const auto* about = member(target, "Description")) rule["Description"] = *about;
  return rule;
}

void add_rules(const Json& group, bool egress, JsonArray& rules) {
  static constexpr std::pair<const char*, const char*> kSides[] = {
      {"IpRanges", "CidrIpv4"}, {"Ipv6Ranges", "CidrIpv6"}, {"UserIdGroupPairs", "ReferencedGroupInfo"}};
  const auto* permissions = member(group, egress ? "IpPermissionsEgress" : "IpPermissions");
  if (permissions == nullptr || !permissions->is_array()) return;
  for (const auto& permission : permissions->get_array()) {
    for (const auto& [list, side] : kSides) {
      const auto* targets = member(permission, list);
      if (targets == nullptr || !targets->is_array()) continue;
      for (const auto& target : targets->get_array())
        rules.push_back(rule_of(group, permission, egress, side, target));
    }
  }
}

// A page of rows that are not a collection: the token is the number of rows before it, sealed by its
// operation.
Result<Json> paged(const Call& call, const char* output, JsonArray rows) {
  size_t from = 0, limit = 1000;
  if (const auto* token = call.find("NextToken")) {
    const auto plain = unbase64(as_text(*token));
    if (!plain || !plain->starts_with("at:")) {
      return refusal(400, "InvalidNextToken", "The token in NextToken is not one that this operation gave.");
    }
    from = std::min(rows.size(), static_cast<size_t>(std::strtoul(plain->c_str() + 3, nullptr, 10)));
  }
  if (const auto* given = call.find("MaxResults")) {
    const auto wanted = given->to_number<int64_t>();
    if (wanted < 5) {
      return refusal(400, "InvalidParameterValue",
                     "Value ( " + std::to_string(wanted) + " ) for parameter maxResults is invalid.");
    }
    limit = std::min<size_t>(1000, static_cast<size_t>(wanted));
  }
  const auto to = std::min(rows.size(), from + limit);
  JsonArray page(rows.begin() + static_cast<std::ptrdiff_t>(from),
                 rows.begin() + static_cast<std::ptrdiff_t>(to));
  JsonObject answer{{output, std::move(page)}};
  if (to < rows.size()) answer["NextToken"] = base64url("at:" + std::to_string(to));
  return Json(std::move(answer));
}

const char* resource_type(std::string_view collection) {
  static constexpr std::pair<std::string_view, const char*> kTypes[] = {
      {"ec2/instance", "instance"},
      {"ec2/volume", "volume"},
      {"ec2/snapshot", "snapshot"},
      {"ec2/image", "image"},
      {"ec2/vpc", "vpc"},
      {"ec2/subnet", "subnet"},
      {"ec2/security_group", "security-group"},
      {"ec2/route_table", "route-table"},
      {"ec2/internet_gateway", "internet-gateway"},
      {"ec2/nat_gateway", "natgateway"},
      {"ec2/elastic_ip", "elastic-ip"},
      {"ec2/network_acl", "network-acl"},
      {"ec2/launch_template", "launch-template"},
      {"ec2/network_interface", "network-interface"}};
  for (const auto& [name, type] : kTypes) {
    if (name == collection) return type;
  }
  return nullptr;
}

}  // namespace

Result<Json> describe_regions(const Call& call) {
  JsonArray rows;
  for (const auto& region : call.world.plan().options.regions) {
    if (!asked_for(call, "RegionNames", region) || !filter_passes(call, "region-name", region)) continue;
    rows.push_back(JsonObject{{"OptInStatus", "opt-in-not-required"},
                              {"RegionName", region},
                              {"Endpoint", "ec2." + region + ".amazonaws.com"}});
  }
  if (const auto* names = call.find("RegionNames"); names != nullptr && names->is_array()) {
    if (rows.size() < names->get_array().size()) {
      return refusal(400, "InvalidParameterValue", "Invalid region provided.");
    }
  }
  return Json(JsonObject{{"Regions", std::move(rows)}});
}

Result<Json> describe_availability_zones(const Call& call) {
  JsonArray rows;
  for (const char letter : {'a', 'b', 'c'}) {
    const auto zone = call.region + letter;
    if (!asked_for(call, "ZoneNames", zone)) continue;
    rows.push_back(JsonObject{{"State", "available"},
                              {"OptInStatus", "opt-in-not-required"},
                              {"Messages", JsonArray{}},
                              {"RegionName", call.region},
                              {"ZoneName", zone},
                              {"ZoneId", zone},
                              {"GroupName", call.region},
                              {"NetworkBorderGroup", call.region},
                              {"ZoneType", "availability-zone"}});
  }
  return Json(JsonObject{{"AvailabilityZones", std::move(rows)}});
}

Result<Json> describe_vpc_attribute(const Call& call) {
  const auto id = call.text("VpcId"), attribute = call.text("Attribute");
  HM_TRY(auto vpc, in_place(call, false, [&](Place& place) { return require(place, "ec2/vpc", id); }));
  JsonObject answer{{"VpcId", id}};
  for (const auto& [name, output] :
       {std::pair<const char*, const char*>{"enableDnsSupport", "EnableDnsSupport"},
        {"enableDnsHostnames", "EnableDnsHostnames"}}) {
    const auto* value = member(vpc, std::string("_") + output);
    if (attribute == name) answer[output] = JsonObject{{"Value", value != nullptr ? *value : Json(true)}};
  }
  return Json(std::move(answer));
}

Result<Json> describe_instance_attribute(const Call& call) {
  const auto id = call.text("InstanceId"), attribute = call.text("Attribute");
  HM_TRY(auto instance,
         in_place(call, false, [&](Place& place) { return require(place, "ec2/instance", id); }));
  JsonObject answer{{"InstanceId", id}};
  if (attribute == "instanceType")
    answer["InstanceType"] = JsonObject{{"Value", instance.at("InstanceType")}};
  if (attribute == "disableApiTermination") answer["DisableApiTermination"] = JsonObject{{"Value", false}};
  if (attribute == "ebsOptimized") answer["EbsOptimized"] = JsonObject{{"Value", true}};
  if (attribute == "userData") answer["UserData"] = JsonObject{};
  if (attribute == "groupSet") answer["Groups"] = instance.at("SecurityGroups");
  return Json(std::move(answer));
}

Result<Json> describe_security_group_rules(const Call& call) {
  JsonArray rules;
  in_place(call, false, [&](Place& place) {
    place.of("ec2/security_group").each(0, [&](uint64_t, const std::string& id, const std::string& text) {
      if (!filter_passes(call, "group-id", id)) return true;
      const auto group = stored(text);
      add_rules(group, false, rules);
      add_rules(group, true, rules);
      return true;
    });
  });
  if (const auto* ids = call.find("SecurityGroupRuleIds"); ids != nullptr) {
    for (const auto& id : ids->as_array()) {
      const bool there = std::any_of(rules.begin(), rules.end(), [&](const Json& rule) {
        return member_text(rule, "SecurityGroupRuleId") == as_text(id);
      });
      if (!there)
        return refusal(400, "InvalidSecurityGroupRuleId.NotFound",
                       "The security group rule ID '" + std::string(as_text(id)) + "' does not exist");
    }
    JsonArray kept;
    for (auto& rule : rules) {
      if (asked_for(call, "SecurityGroupRuleIds", member_text(rule, "SecurityGroupRuleId")))
        kept.push_back(rule);
    }
    rules = std::move(kept);
  }
  return paged(call, "SecurityGroupRules", std::move(rules));
}

Result<Json> describe_launch_template_versions(const Call& call) {
  JsonArray rows;
  in_place(call, false, [&](Place& place) {
    place.of("ec2/launch_template").each(0, [&](uint64_t, const std::string& id, const std::string& text) {
      const auto document = stored(text);
      const auto* wanted = call.find("LaunchTemplateId");
      const auto* name = call.find("LaunchTemplateName");
      if (wanted != nullptr && as_text(*wanted) != id) return true;
      if (name != nullptr && as_text(*name) != member_text(document, "LaunchTemplateName")) return true;
      rows.push_back(JsonObject{{"LaunchTemplateId", id},
                                {"LaunchTemplateName", document.at("LaunchTemplateName")},
                                {"VersionNumber", 1},
                                {"CreateTime", document.at("CreateTime")},
                                {"CreatedBy", document.at("CreatedBy")},
                                {"DefaultVersion", true},
                                {"LaunchTemplateData", document.at("_Data")}});
      return true;
    });
  });
  if (rows.empty() && call.find("LaunchTemplateId") != nullptr) {
    return no_such("ec2/launch_template", call.text("LaunchTemplateId"));
  }
  return paged(call, "LaunchTemplateVersions", std::move(rows));
}

Result<Json> describe_tags(const Call& call) {
  JsonArray rows;
  in_place(call, false, [&](Place& place) {
    for (const auto& entry : place.collections) {
      const auto& name = entry.first;
      const auto* type = resource_type(name);
      if (type == nullptr || !filter_passes(call, "resource-type", type)) continue;
      entry.second.each(0, [&](uint64_t, const std::string& id, const std::string& text) {
        if (!filter_passes(call, "resource-id", id)) return true;
        const auto document = stored(text);
        const auto* tags = member(document, name == "ec2/network_interface" ? "TagSet" : "Tags");
        if (tags == nullptr || !tags->is_array()) return true;
        for (const auto& tag : tags->get_array()) {
          if (!filter_passes(call, "key", member_text(tag, "Key"))) continue;
          if (!filter_passes(call, "value", member_text(tag, "Value"))) continue;
          rows.push_back(JsonObject{{"ResourceId", id},
                                    {"ResourceType", type},
                                    {"Key", tag.at("Key")},
                                    {"Value", tag.at("Value")}});
        }
        return true;
      });
    }
  });
  return paged(call, "Tags", std::move(rows));
}

Result<Json> get_ebs_encryption_by_default(const Call& call) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    auto settings = place.of("_settings").find("ebs");
    const bool on = settings.is_object() && settings.at("default").as_bool();
    return Json(JsonObject{{"EbsEncryptionByDefault", on}, {"SseType", on ? "sse-kms" : "none"}});
  });
}

}  // namespace hm::sim
