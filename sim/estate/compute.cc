// AMIs, launch templates, auto scaling groups, instances with their disks, interfaces and addresses.
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

constexpr const char* kTypes[] = {"t3.micro",  "t3.small",   "t3.medium", "m5.large",
                                  "m6i.large", "m6i.xlarge", "c6i.large", "r6i.large",
                                  "m7g.large", "m7g.xlarge", "m3.large",  "t2.medium"};

bool old_generation(std::string_view type) { return type.starts_with("m3.") || type.starts_with("t2."); }
bool arm(std::string_view type) { return type.find("7g.") != std::string_view::npos; }

void add_image(Builder& b, int64_t index) {
  const auto id = b.id("ami"), snapshot = b.id("snap");
  const auto name = b.plan.company + "-base-" + std::to_string(index);
  const bool added = b.add("ec2/image", id,
                           JsonObject{{"PlatformDetails", "Linux/UNIX"},
                                      {"UsageOperation", "RunInstances"},
                                      {"BlockDeviceMappings",
                                       JsonArray{JsonObject{{"DeviceName", "/dev/xvda"},
                                                            {"Ebs", JsonObject{{"DeleteOnTermination", true},
                                                                               {"SnapshotId", snapshot},
                                                                               {"VolumeSize", 16},
                                                                               {"VolumeType", "gp3"},
                                                                               {"Encrypted", false}}}}}},
                                      {"Description", "Golden image"},
                                      {"EnaSupport", true},
                                      {"Hypervisor", "xen"},
                                      {"Name", name},
                                      {"RootDeviceName", "/dev/xvda"},
                                      {"RootDeviceType", "ebs"},
                                      {"SriovNetSupport", "simple"},
                                      {"Tags", b.tags(name, "ec2/image", id)},
                                      {"VirtualizationType", "hvm"},
                                      {"ImdsSupport", "v2.0"},
                                      {"ImageId", id},
                                      {"ImageLocation", b.account.id + "/" + name},
                                      {"State", "available"},
                                      {"OwnerId", b.account.id},
                                      {"CreationDate", b.past(10, 900)},
                                      {"Public", false},
                                      {"Architecture", "x86_64"},
                                      {"ImageType", "machine"}});
  if (added) b.images.push_back(id);
}

void add_launch_template(Builder& b, const std::string& name) {
  const auto id = b.id("lt");
  if (b.full()) return;
  b.templates.push_back(id);
  const auto created = b.past(30, 700);
  const auto author = b.arn("iam", "user/deploy", false);
  b.add("ec2/launch_template", id,
        JsonObject{{"LaunchTemplateId", id},
                   {"LaunchTemplateName", name},
                   {"CreateTime", created},
                   {"CreatedBy", author},
                   {"DefaultVersionNumber", 1},
                   {"LatestVersionNumber", 1},
                   {"Tags", b.name_tag(name)},
                   {"_Data", JsonObject{{"ImageId", b.images.empty() ? "ami-none" : b.images.front()},
                                        {"InstanceType", "m6i.large"},
                                        {"MetadataOptions", JsonObject{{"HttpTokens", "required"}}}}}});
}

JsonArray group_of(Builder& b) {
  const auto id = b.groups.empty() ? std::string("sg-none") : b.rng.pick(b.groups);
  const auto group = b.place.of("ec2/security_group").find(id);
  return {JsonObject{{"GroupId", id}, {"GroupName", member_text(group, "GroupName", "default")}}};
}

struct Machine {
  std::string id, name, type, state, launched_at, private_ip, interface;
  Subnet* subnet;
  JsonArray groups, tags;
};

JsonObject disk(Builder& b, const Machine& machine, std::string_view device) {
  const auto id = b.id("vol");
  const bool encrypted = b.rng.chance(85), old = b.rng.chance(12);
  const int64_t size = int64_t{8} << b.rng.between(0, 5);
  JsonObject volume{{"Iops", old ? size * 3 : 3000},
                    {"Tags", machine.tags},
                    {"VolumeType", old ? "gp2" : "gp3"},
                    {"MultiAttachEnabled", false},
                    {"VolumeId", id},
                    {"Size", size},
                    {"SnapshotId", ""},
                    {"AvailabilityZone", machine.subnet->zone},
                    {"State", "in-use"},
                    {"CreateTime", machine.launched_at},
                    {"Attachments", JsonArray{JsonObject{{"DeleteOnTermination", device == "/dev/xvda"},
                                                         {"VolumeId", id},
                                                         {"InstanceId", machine.id},
                                                         {"Device", device},
                                                         {"State", "attached"},
                                                         {"AttachTime", machine.launched_at}}}},
                    {"Encrypted", encrypted}};
  if (!old) volume["Throughput"] = 125;
  if (encrypted && !b.kms_key_arn.empty()) volume["KmsKeyId"] = b.kms_key_arn;
  if (!b.add("ec2/volume", id, std::move(volume))) return {};
  if (!encrypted) b.plant("volume_unencrypted", "hole", "ec2/volume", id);
  if (old) b.plant("volume_gp2", "waste", "ec2/volume", id);
  return {{"DeviceName", device},
          {"Ebs", JsonObject{{"AttachTime", machine.launched_at},
                             {"DeleteOnTermination", device == "/dev/xvda"},
                             {"Status", "attached"},
                             {"VolumeId", id}}}};
}

void add_interface(Builder& b, const Machine& machine) {
  b.add("ec2/network_interface", machine.interface,
        JsonObject{{"Attachment", JsonObject{{"AttachTime", machine.launched_at},
                                             {"AttachmentId", "eni-attach-0" + b.rng.hex(16)},
                                             {"DeleteOnTermination", true},
                                             {"DeviceIndex", 0},
                                             {"InstanceId", machine.id},
                                             {"InstanceOwnerId", b.account.id},
                                             {"Status", "attached"}}},
                   {"AvailabilityZone", machine.subnet->zone},
                   {"Description", ""},
                   {"Groups", machine.groups},
                   {"InterfaceType", "interface"},
                   {"Ipv6Addresses", JsonArray{}},
                   {"MacAddress", "02:" + b.rng.hex(2) + ":" + b.rng.hex(2) + ":5e:10:" + b.rng.hex(2)},
                   {"NetworkInterfaceId", machine.interface},
                   {"OwnerId", b.account.id},
                   {"PrivateIpAddress", machine.private_ip},
                   {"PrivateIpAddresses",
                    JsonArray{JsonObject{{"Primary", true}, {"PrivateIpAddress", machine.private_ip}}}},
                   {"RequesterManaged", false},
                   {"SourceDestCheck", true},
                   {"Status", "in-use"},
                   {"SubnetId", machine.subnet->id},
                   {"TagSet", JsonArray{}},
                   {"VpcId", machine.subnet->vpc_id}});
}

JsonObject state_of(std::string_view name) { return {{"Code", name == "running" ? 16 : 80}, {"Name", name}}; }

JsonObject instance_document(Builder& b, const Machine& machine, JsonArray disks, bool imds_v2) {
  const auto dns = [&](std::string ip) {
    for (auto& c : ip) {
      if (c == '.') c = '-';
    }
    return "ip-" + ip + "." + b.region + ".compute.internal";
  };
  JsonObject document{
      {"Architecture", arm(machine.type) ? "arm64" : "x86_64"},
      {"BlockDeviceMappings", std::move(disks)},
      {"ClientToken", b.rng.hex(32)},
      {"EbsOptimized", true},
      {"EnaSupport", true},
      {"Hypervisor", "xen"},
      {"NetworkInterfaces", JsonArray{JsonObject{{"NetworkInterfaceId", machine.interface},
                                                 {"SubnetId", machine.subnet->id},
                                                 {"VpcId", machine.subnet->vpc_id},
                                                 {"PrivateIpAddress", machine.private_ip},
                                                 {"Status", "in-use"},
                                                 {"Groups", machine.groups},
                                                 {"OwnerId", b.account.id}}}},
      {"RootDeviceName", "/dev/xvda"},
      {"RootDeviceType", "ebs"},
      {"SecurityGroups", machine.groups},
      {"SourceDestCheck", true},
      {"Tags", machine.tags},
      {"VirtualizationType", "hvm"},
      {"CpuOptions", JsonObject{{"CoreCount", 1}, {"ThreadsPerCore", 2}}},
      {"MetadataOptions", JsonObject{{"State", "applied"},
                                     {"HttpTokens", imds_v2 ? "required" : "optional"},
                                     {"HttpPutResponseHopLimit", 2},
                                     {"HttpEndpoint", "enabled"}}},
      {"PlatformDetails", "Linux/UNIX"},
      {"InstanceId", machine.id},
      {"ImageId", b.images.empty() ? "ami-none" : b.rng.pick(b.images)},
      {"State", state_of(machine.state)},
      {"PrivateDnsName", dns(machine.private_ip)},
      {"PublicDnsName", ""},
      {"StateTransitionReason", machine.state == "stopped" ? "User initiated" : ""},
      {"AmiLaunchIndex", 0},
      {"InstanceType", machine.type},
      {"LaunchTime", machine.launched_at},
      {"Placement", JsonObject{{"AvailabilityZone", machine.subnet->zone}, {"Tenancy", "default"}}},
      {"Monitoring", JsonObject{{"State", b.rng.chance(30) ? "enabled" : "disabled"}}},
      {"SubnetId", machine.subnet->id},
      {"VpcId", machine.subnet->vpc_id},
      {"PrivateIpAddress", machine.private_ip},
      {"_ReservationId", b.id("r")}};
  if (!b.keys.empty()) document["KeyName"] = b.rng.pick(b.keys);
  if (machine.state == "running" && machine.subnet->open_to_internet) {
    document["PublicIpAddress"] =
        "203.0." + std::to_string(b.rng.between(114, 250)) + "." + std::to_string(b.rng.between(1, 254));
  }
  return document;
}

std::string add_instance(Builder& b, const std::string& name, const std::string& group) {
  if (b.room() < 3 || b.subnets.empty()) return {};
  Machine machine;
  machine.id = b.id("i");
  machine.name = name;
  machine.type = b.rng.pick(kTypes);
  machine.state = group.empty() && b.rng.chance(9) ? "stopped" : "running";
  machine.launched_at = b.past(machine.state == "stopped" ? 60 : 0, 500);
  machine.subnet = &b.any_subnet(b.rng.chance(30));
  machine.private_ip = b.address_in(*machine.subnet);
  machine.interface = b.id("eni");
  machine.groups = group_of(b);
  machine.tags = b.tags(name, "ec2/instance", machine.id);
  if (!group.empty()) {
    machine.tags.push_back(JsonObject{{"Key", "aws:autoscaling:groupName"}, {"Value", group}});
  }
  JsonArray disks;
  disks.push_back(disk(b, machine, "/dev/xvda"));
  if (b.rng.chance(35) && b.room() > 2) disks.push_back(disk(b, machine, "/dev/sdf"));
  const bool imds_v2 = b.rng.chance(80);
  b.add("ec2/instance", machine.id, instance_document(b, machine, std::move(disks), imds_v2));
  add_interface(b, machine);
  b.instances.push_back(machine.id);
  if (machine.state == "stopped") b.plant("instance_stopped_long", "waste", "ec2/instance", machine.id);
  if (old_generation(machine.type)) b.plant("instance_old_generation", "waste", "ec2/instance", machine.id);
  if (!imds_v2) b.plant("instance_imds_v1", "hole", "ec2/instance", machine.id);
  return machine.id;
}

JsonObject group_document(Builder& b, const std::string& name, const std::string& arn, JsonArray members,
                          int64_t size, int64_t desired) {
  const auto& subnet = b.subnets.front();
  return {
      {"AutoScalingGroupName", name},
      {"AutoScalingGroupARN", arn},
      {"LaunchTemplate",
       JsonObject{{"LaunchTemplateId", b.templates.empty() ? "lt-none" : b.templates.back()},
                  {"LaunchTemplateName", name},
                  {"Version", "$Latest"}}},
      {"MinSize", 1},
      {"MaxSize", size * 2 + 1},
      {"DesiredCapacity", desired},
      {"DefaultCooldown", 300},
      {"AvailabilityZones", JsonArray{Json(subnet.zone)}},
      {"LoadBalancerNames", JsonArray{}},
      {"TargetGroupARNs", JsonArray{}},
      {"HealthCheckType", "EC2"},
      {"HealthCheckGracePeriod", 300},
      {"Instances", std::move(members)},
      {"CreatedTime", b.past(30, 600)},
      {"SuspendedProcesses", JsonArray{}},
      {"VPCZoneIdentifier", subnet.id},
      {"EnabledMetrics", JsonArray{}},
      {"Tags", JsonArray{JsonObject{{"ResourceId", name},
                                    {"ResourceType", "auto-scaling-group"},
                                    {"Key", "Environment"},
                                    {"Value", b.account.name},
                                    {"PropagateAtLaunch", true}}}},
      {"TerminationPolicies", JsonArray{Json("Default")}},
      {"NewInstancesProtectedFromScaleIn", false},
      {"ServiceLinkedRoleARN",
       b.arn("iam", "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling", false)}};
}

void add_auto_scaling_group(Builder& b, const std::string& name, int64_t size) {
  if (b.subnets.empty() || b.room() < 6) return;
  add_launch_template(b, name);
  JsonArray members;
  for (int64_t i = 0; i < size; ++i) {
    const auto id = add_instance(b, name, name);
    if (id.empty()) break;
    const auto instance = b.place.of("ec2/instance").find(id);
    members.push_back(JsonObject{{"InstanceId", id},
                                 {"InstanceType", instance.at("InstanceType")},
                                 {"AvailabilityZone", instance.at("Placement").at("AvailabilityZone")},
                                 {"LifecycleState", "InService"},
                                 {"HealthStatus", "Healthy"},
                                 {"ProtectedFromScaleIn", false}});
  }
  const auto arn =
      b.arn("autoscaling", "autoScalingGroup:" + b.rng.hex(32) + ":autoScalingGroupName/" + name);
  const bool short_of = b.rng.chance(10);
  const auto desired = static_cast<int64_t>(members.size()) + (short_of ? 1 : 0);
  if (!b.add("autoscaling/group", name, group_document(b, name, arn, std::move(members), size, desired)))
    return;
  if (short_of) b.plant("group_below_desired", "fault", "autoscaling/group", name);
}

void add_address(Builder& b, bool idle) {
  const auto id = b.id("eipalloc");
  JsonObject document{{"AllocationId", id},
                      {"Domain", "vpc"},
                      {"Tags", b.tags("egress", "ec2/elastic_ip", id)},
                      {"PublicIpv4Pool", "amazon"},
                      {"NetworkBorderGroup", b.region},
                      {"PublicIp", "192.0.2." + std::to_string(b.rng.between(1, 254))}};
  if (!idle && !b.instances.empty()) {
    const auto instance = b.place.of("ec2/instance").find(b.rng.pick(b.instances));
    document["InstanceId"] = instance.at("InstanceId");
    document["AssociationId"] = b.id("eipassoc");
    document["NetworkInterfaceId"] = instance.at("NetworkInterfaces").at(0).at("NetworkInterfaceId");
    document["PrivateIpAddress"] = instance.at("PrivateIpAddress");
  }
  if (b.add("ec2/elastic_ip", id, std::move(document)) && idle) {
    b.plant("address_unassociated", "waste", "ec2/elastic_ip", id);
  }
}

}  // namespace

void build_compute(Builder& b) {
  for (int64_t i = 0; i < b.share(8, 1); ++i) add_image(b, i);
  const auto total = b.share(140, 2);
  const auto groups = b.share(8, 1);
  const auto in_groups = total / 2;
  for (int64_t i = 0; i < groups; ++i) {
    add_auto_scaling_group(b, b.service_name() + "-fleet-" + std::to_string(i),
                           std::max<int64_t>(1, in_groups / groups));
  }
  for (int64_t i = 0; i < total - in_groups; ++i) {
    add_instance(b, b.account.name + "-" + b.service_name() + "-" + std::to_string(i), {});
  }
  for (int64_t i = 0; i < b.share(8, 1); ++i) add_address(b, i % 3 == 0);
}

}  // namespace hm::sim
