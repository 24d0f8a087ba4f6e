// Instances come, stop, start and go, each through the states between.
#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

struct StateCode {
  const char* name;
  int code;
};
constexpr StateCode kStates[] = {{"pending", 0},     {"running", 16},  {"shutting-down", 32},
                                 {"terminated", 48}, {"stopping", 64}, {"stopped", 80}};
constexpr int64_t kMostAtOnce = 500;

std::string state_of(const Json& instance) { return std::string(member_text(instance.at("State"), "Name")); }

Json change_row(const std::string& id, std::string_view before, std::string_view after) {
  return JsonObject{
      {"InstanceId", id}, {"PreviousState", instance_state(before)}, {"CurrentState", instance_state(after)}};
}

Result<JsonArray> groups_of(Place& place, const std::vector<std::string>& ids, const std::string& vpc_id) {
  JsonArray groups;
  for (const auto& id : ids) {
    HM_TRY(auto group, require(place, "ec2/security_group", id));
    groups.push_back(JsonObject{{"GroupId", id}, {"GroupName", group.at("GroupName")}});
  }
  if (!groups.empty()) return groups;
  // Without a group, the default one of the network.
  place.of("ec2/security_group").each(0, [&](uint64_t, const std::string& id, const std::string& text) {
    const auto group = stored(text);
    if (member_text(group, "VpcId") != vpc_id || member_text(group, "GroupName") != "default") return true;
    groups.push_back(JsonObject{{"GroupId", id}, {"GroupName", "default"}});
    return false;
  });
  return groups;
}

void put_disk(const Call& call, Place& place, const std::string& id, const std::string& instance,
              const std::string& zone, const JsonArray& tags) {
  const auto now = format_iso(call.now);
  place.put("ec2/volume", id,
            JsonObject{{"Iops", 3000},
                       {"Tags", tags},
                       {"VolumeType", "gp3"},
                       {"Throughput", 125},
                       {"MultiAttachEnabled", false},
                       {"VolumeId", id},
                       {"Size", 16},
                       {"SnapshotId", ""},
                       {"AvailabilityZone", zone},
                       {"State", "in-use"},
                       {"CreateTime", now},
                       {"Attachments", JsonArray{JsonObject{{"DeleteOnTermination", true},
                                                            {"VolumeId", id},
                                                            {"InstanceId", instance},
                                                            {"Device", "/dev/xvda"},
                                                            {"State", "attached"},
                                                            {"AttachTime", now}}}},
                       {"Encrypted", false}});
}

void put_interface(const Call& call, Place& place, const std::string& id, const std::string& instance,
                   const Json& subnet, const std::string& address, const JsonArray& groups) {
  place.put("ec2/network_interface", id,
            JsonObject{{"Attachment", JsonObject{{"AttachTime", format_iso(call.now)},
                                                 {"AttachmentId", new_id("eni-attach")},
                                                 {"DeleteOnTermination", true},
                                                 {"DeviceIndex", 0},
                                                 {"InstanceId", instance},
                                                 {"InstanceOwnerId", call.account_id},
                                                 {"Status", "attached"}}},
                       {"AvailabilityZone", subnet.at("AvailabilityZone")},
                       {"Description", ""},
                       {"Groups", groups},
                       {"InterfaceType", "interface"},
                       {"Ipv6Addresses", JsonArray{}},
                       {"NetworkInterfaceId", id},
                       {"OwnerId", call.account_id},
                       {"PrivateIpAddress", address},
                       {"RequesterManaged", false},
                       {"SourceDestCheck", true},
                       {"Status", "in-use"},
                       {"SubnetId", subnet.at("SubnetId")},
                       {"TagSet", JsonArray{}},
                       {"VpcId", subnet.at("VpcId")}});
}

// The subnet that was named, or the first there is.
Result<Json> subnet_for(Place& place, const std::string& id) {
  if (!id.empty()) return require(place, "ec2/subnet", id);
  Json first;
  place.of("ec2/subnet").each(0, [&](uint64_t, const std::string&, const std::string& text) {
    first = stored(text);
    return false;
  });
  if (first.is_null()) return refusal(400, "VPCIdNotSpecified", "No default VPC for this user");
  return first;
}

Result<Launch> launch_of(const Call& call, Place& place) {
  Launch launch{call.text("ImageId"),
                call.text("InstanceType"),
                call.text("SubnetId"),
                call.text("KeyName"),
                texts(call.find("SecurityGroupIds")),
                tags_given(call, "instance"),
                tags_given(call, "volume")};
  if (const auto* given = call.find("LaunchTemplate")) {
    auto id = std::string(member_text(*given, "LaunchTemplateId"));
    const auto name = member_text(*given, "LaunchTemplateName");
    place.of("ec2/launch_template").each(0, [&](uint64_t, const std::string& one, const std::string& text) {
      if (id.empty() && member_text(stored(text), "LaunchTemplateName") == name) id = one;
      return id.empty();
    });
    HM_TRY(auto found, require(place, "ec2/launch_template", id));
    const auto& data = found.at("_Data");
    if (launch.image_id.empty()) launch.image_id = member_text(data, "ImageId");
    if (launch.instance_type.empty()) launch.instance_type = member_text(data, "InstanceType");
  }
  if (launch.image_id.empty()) {
    return refusal(400, "MissingParameter", "The request must contain the parameter ImageId");
  }
  if (launch.instance_type.empty()) launch.instance_type = "m1.small";
  HM_DO(require(place, "ec2/image", launch.image_id));
  if (!launch.key_name.empty() && !place.of("ec2/key_pair").contains(launch.key_name)) {
    return refusal(400, "InvalidKeyPair.NotFound", "The key pair '" + launch.key_name + "' does not exist");
  }
  return launch;
}

// All ids must exist before anything changes.
Result<std::vector<std::pair<std::string, Json>>> instances_named(const Call& call, Place& place) {
  std::vector<std::pair<std::string, Json>> found;
  for (const auto& id : texts(call.find("InstanceIds"))) {
    HM_TRY(auto instance, require(place, "ec2/instance", id));
    found.emplace_back(id, std::move(instance));
  }
  return found;
}

Error wrong_state(const std::string& id, std::string_view state) {
  return refusal(
      400, "IncorrectInstanceState",
      "The instance '" + id + "' is not in a state from which it can be " + std::string(state) + ".");
}

void move_through(const Call& call, Place& place, const std::string& id, const char* between, const char* end,
                  Micros after) {
  place.cancel("ec2/instance", id);
  // CloudWatch has no numbers of the time in between.
  const auto now = format_iso(call.now);
  const bool starts = std::string_view(end) == "running";
  JsonObject change{{"State", instance_state(between)}};
  if (starts) {
    change["_OffTo"] = now;
  } else {
    change["_OffFrom"] = now;
    change["_OffTo"] = nullptr;
  }
  place.patch("ec2/instance", id, change);
  place.later(call.now + after, "ec2/instance", id, JsonObject{{"State", instance_state(end)}});
}

// One of start and stop: from `from` through `between` to `to`; already there is no fault.
Result<Json> switch_instances(const Call& call, const char* output, const char* from, const char* between,
                              const char* to, Micros after) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto named, instances_named(call, place));
    for (const auto& [id, instance] : named) {
      const auto state = state_of(instance);
      if (state != from && state != between && state != to) return wrong_state(id, to);
    }
    JsonArray rows;
    for (const auto& [id, instance] : named) {
      const auto state = state_of(instance);
      rows.push_back(change_row(id, state, state == to ? to : between));
      if (state == from) move_through(call, place, id, between, to, after);
    }
    return Json(JsonObject{{output, std::move(rows)}});
  });
}

}  // namespace

JsonObject instance_state(std::string_view name) {
  for (const auto& state : kStates) {
    if (name == state.name) return {{"Code", state.code}, {"Name", name}};
  }
  return {{"Code", 0}, {"Name", name}};
}

Result<Json> launch_instance(const Call& call, Place& place, const Launch& launch,
                             const std::string& reservation) {
  HM_TRY(auto subnet, subnet_for(place, launch.subnet_id));
  const auto vpc_id = std::string(member_text(subnet, "VpcId"));
  HM_TRY(auto groups, groups_of(place, launch.group_ids, vpc_id));
  const auto id = new_id("i"), disk = new_id("vol"), interface = new_id("eni");
  const auto zone = std::string(member_text(subnet, "AvailabilityZone"));
  const auto cidr = member_text(subnet, "CidrBlock");
  const auto address = std::string(cidr.substr(0, cidr.rfind('.'))) + "." +
                       std::to_string(5 + place.of("ec2/network_interface").size() % 245);
  const auto now = format_iso(call.now);
  JsonObject instance{
      {"Architecture", "x86_64"},
      {"BlockDeviceMappings", JsonArray{JsonObject{{"DeviceName", "/dev/xvda"},
                                                   {"Ebs", JsonObject{{"AttachTime", now},
                                                                      {"DeleteOnTermination", true},
                                                                      {"Status", "attached"},
                                                                      {"VolumeId", disk}}}}}},
      {"ClientToken", call.text("ClientToken")},
      {"EbsOptimized", false},
      {"EnaSupport", true},
      {"Hypervisor", "xen"},
      {"NetworkInterfaces", JsonArray{JsonObject{{"NetworkInterfaceId", interface},
                                                 {"SubnetId", subnet.at("SubnetId")},
                                                 {"VpcId", vpc_id},
                                                 {"PrivateIpAddress", address},
                                                 {"Status", "in-use"},
                                                 {"Groups", groups},
                                                 {"OwnerId", call.account_id}}}},
      {"RootDeviceName", "/dev/xvda"},
      {"RootDeviceType", "ebs"},
      {"SecurityGroups", groups},
      {"SourceDestCheck", true},
      {"Tags", launch.tags},
      {"VirtualizationType", "hvm"},
      {"MetadataOptions",
       JsonObject{{"State", "applied"}, {"HttpTokens", "required"}, {"HttpEndpoint", "enabled"}}},
      {"InstanceId", id},
      {"ImageId", launch.image_id},
      {"State", instance_state("pending")},
      {"PublicDnsName", ""},
      {"StateTransitionReason", ""},
      {"AmiLaunchIndex", 0},
      {"InstanceType", launch.instance_type},
      {"LaunchTime", now},
      {"Placement", JsonObject{{"AvailabilityZone", zone}, {"Tenancy", "default"}}},
      {"Monitoring", JsonObject{{"State", "disabled"}}},
      {"SubnetId", subnet.at("SubnetId")},
      {"VpcId", vpc_id},
      {"PrivateIpAddress", address},
      {"_ReservationId", reservation}};
  if (!launch.key_name.empty()) instance["KeyName"] = launch.key_name;
  place.put("ec2/instance", id, instance);
  put_disk(call, place, disk, id, zone, launch.volume_tags);
  put_interface(call, place, interface, id, subnet, address, groups);
  place.later(call.now + kInstanceStart, "ec2/instance", id,
              JsonObject{{"State", instance_state("running")}});
  return Json(std::move(instance));
}

void terminate_instance(const Call& call, Place& place, const std::string& id) {
  const auto instance = place.of("ec2/instance").find(id);
  if (instance.is_null()) return;
  move_through(call, place, id, "shutting-down", "terminated", kInstanceStop);
  place.later(call.now + kInstanceStop + kTerminatedShown, "ec2/instance", id, {});
  for (const auto& mapping : instance.at("BlockDeviceMappings").as_array()) {
    const auto* disk = member(mapping, "Ebs");
    if (disk == nullptr) continue;
    const auto volume = std::string(member_text(*disk, "VolumeId"));
    const auto* goes = member(*disk, "DeleteOnTermination");
    const bool erase = goes != nullptr && goes->is_bool() && goes->get_bool();
    place.later(call.now + kInstanceStop, "ec2/volume", volume,
                erase ? JsonObject{} : JsonObject{{"State", "available"}, {"Attachments", JsonArray{}}});
  }
  for (const auto& interface : instance.at("NetworkInterfaces").as_array()) {
    place.later(call.now + kInstanceStop, "ec2/network_interface",
                member_text(interface, "NetworkInterfaceId"), {});
  }
}

Result<Json> run_instances(const Call& call) {
  const auto least = number(call, "MinCount", 1), most = number(call, "MaxCount", 1);
  if (least < 1 || most < least || most > kMostAtOnce) {
    return refusal(400, "InvalidParameterValue",
                   "MinCount and MaxCount must be 1 to 500, MinCount not above MaxCount");
  }
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    // The same token again gives the same answer and no second machine.
    const auto token = call.text("ClientToken");
    if (auto before = place.of("_tokens").find("run/" + token); !token.empty() && before.is_object())
      return before;
    HM_TRY(auto launch, launch_of(call, place));
    const auto reservation = new_id("r");
    JsonArray instances;
    for (int64_t i = 0; i < most; ++i) {
      HM_TRY(auto instance, launch_instance(call, place, launch, reservation));
      instances.push_back(std::move(instance));
    }
    Json answer = JsonObject{{"ReservationId", reservation},
                             {"OwnerId", call.account_id},
                             {"Groups", JsonArray{}},
                             {"Instances", std::move(instances)}};
    if (!token.empty()) place.put("_tokens", "run/" + token, answer);
    return answer;
  });
}

Result<Json> start_instances(const Call& call) {
  return switch_instances(call, "StartingInstances", "stopped", "pending", "running", kInstanceStart);
}

Result<Json> stop_instances(const Call& call) {
  return switch_instances(call, "StoppingInstances", "running", "stopping", "stopped", kInstanceStop);
}

Result<Json> reboot_instances(const Call& call) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto named, instances_named(call, place));
    for (const auto& [id, instance] : named) {
      if (state_of(instance) != "running") return wrong_state(id, "rebooted");
    }
    return Json(JsonObject{});
  });
}

Result<Json> terminate_instances(const Call& call) {
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto named, instances_named(call, place));
    for (const auto& [id, instance] : named) {
      const auto* kept = member(instance, "_DisableApiTermination");
      if (kept == nullptr || !kept->is_bool() || !kept->get_bool()) continue;
      return refusal(400, "OperationNotPermitted",
                     "The instance '" + id +
                         "' may not be terminated. Modify its 'disableApiTermination' instance "
                         "attribute and try again.");
    }
    JsonArray rows;
    for (const auto& [id, instance] : named) {
      const auto state = state_of(instance);
      const bool gone = state == "terminated" || state == "shutting-down";
      rows.push_back(change_row(id, state, gone ? std::string_view(state) : "shutting-down"));
      if (!gone) terminate_instance(call, place, id);
    }
    return Json(JsonObject{{"TerminatingInstances", std::move(rows)}});
  });
}

Result<Json> modify_instance_attribute(const Call& call) {
  const auto id = call.text("InstanceId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto instance, require(place, "ec2/instance", id));
    if (const auto* type = call.find("InstanceType")) {
      if (state_of(instance) != "stopped") {
        return refusal(400, "IncorrectInstanceState",
                       "The instance '" + id + "' is not in the 'stopped' state.");
      }
      place.patch("ec2/instance", id, JsonObject{{"InstanceType", member_text(*type, "Value")}});
    }
    if (const auto* kept = call.find("DisableApiTermination")) {
      const auto* value = member(*kept, "Value");
      place.patch("ec2/instance", id,
                  JsonObject{{"_DisableApiTermination", value != nullptr ? *value : Json(false)}});
    }
    if (const auto groups = texts(call.find("Groups")); !groups.empty()) {
      HM_TRY(auto rows, groups_of(place, groups, std::string(member_text(instance, "VpcId"))));
      place.patch("ec2/instance", id, JsonObject{{"SecurityGroups", std::move(rows)}});
    }
    return done();
  });
}

}  // namespace hm::sim
