// Auto scaling groups change size: machines come and go with it.
#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr const char* kGroups = "autoscaling/group";

Error invalid(std::string message) { return refusal(400, "ValidationError", std::move(message)); }

Json member_row(const Json& instance, const char* state) {
  return JsonObject{{"InstanceId", instance.at("InstanceId")},
                    {"InstanceType", instance.at("InstanceType")},
                    {"AvailabilityZone", instance.at("Placement").at("AvailabilityZone")},
                    {"LifecycleState", state},
                    {"HealthStatus", "Healthy"},
                    {"ProtectedFromScaleIn", false}};
}

Launch launch_of(Place& place, const Json& group, const std::string& name) {
  Launch launch{"ami-none", "t3.micro", {}, {}, {}, {}, {}};
  if (const auto* given = member(group, "LaunchTemplate")) {
    const auto found = place.of("ec2/launch_template").find(member_text(*given, "LaunchTemplateId"));
    if (found.is_object()) {
      launch.image_id = member_text(found.at("_Data"), "ImageId", "ami-none");
      launch.instance_type = member_text(found.at("_Data"), "InstanceType", "t3.micro");
    }
  }
  const auto zones = member_text(group, "VPCZoneIdentifier");
  launch.subnet_id = zones.substr(0, zones.find(','));
  launch.tags.push_back(JsonObject{{"Key", "Name"}, {"Value", name}});
  launch.tags.push_back(JsonObject{{"Key", "aws:autoscaling:groupName"}, {"Value", name}});
  return launch;
}

// Launches or terminates until the group has `desired` members.
Status scale(const Call& call, Place& place, const std::string& name, int64_t desired) {
  const auto group = place.of(kGroups).find(name);
  auto members = group.at("Instances").as_array();
  const auto reservation = new_id("r");
  while (static_cast<int64_t>(members.size()) < desired) {
    HM_TRY(auto instance, launch_instance(call, place, launch_of(place, group, name), reservation));
    members.push_back(member_row(instance, "InService"));
  }
  while (static_cast<int64_t>(members.size()) > desired) {
    terminate_instance(call, place, std::string(member_text(members.back(), "InstanceId")));
    members.pop_back();
  }
  place.patch(kGroups, name, JsonObject{{"DesiredCapacity", desired}, {"Instances", std::move(members)}});
  return ok();
}

}  // namespace

Result<Json> set_desired_capacity(const Call& call) {
  const auto name = call.text("AutoScalingGroupName");
  const auto desired = number(call, "DesiredCapacity", 0);
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto group, require(place, kGroups, name));
    const auto least = group.at("MinSize").to_number<int64_t>(),
               most = group.at("MaxSize").to_number<int64_t>();
    if (desired > most) {
      return invalid("New SetDesiredCapacity value " + std::to_string(desired) + " is above max value " +
                     std::to_string(most) + " for the AutoScalingGroup.");
    }
    if (desired < least) {
      return invalid("New SetDesiredCapacity value " + std::to_string(desired) + " is below min value " +
                     std::to_string(least) + " for the AutoScalingGroup.");
    }
    HM_DO(scale(call, place, name, desired));
    return Json(JsonObject{});
  });
}

Result<Json> update_auto_scaling_group(const Call& call) {
  const auto name = call.text("AutoScalingGroupName");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto group, require(place, kGroups, name));
    const auto least = number(call, "MinSize", group.at("MinSize").to_number<int64_t>());
    const auto most = number(call, "MaxSize", group.at("MaxSize").to_number<int64_t>());
    if (least < 0 || most < least || most > 10'000)
      return invalid("Max bound, " + std::to_string(most) + ", must be greater than or equal to min bound, " +
                     std::to_string(least));
    auto desired = number(call, "DesiredCapacity", group.at("DesiredCapacity").to_number<int64_t>());
    desired = std::min(std::max(desired, least), most);
    JsonObject changes{{"MinSize", least}, {"MaxSize", most}};
    for (const char* kept :
         {"DefaultCooldown", "HealthCheckType", "HealthCheckGracePeriod", "VPCZoneIdentifier"}) {
      if (const auto* value = call.find(kept)) changes[kept] = *value;
    }
    place.patch(kGroups, name, changes);
    HM_DO(scale(call, place, name, desired));
    return Json(JsonObject{});
  });
}

}  // namespace hm::sim
