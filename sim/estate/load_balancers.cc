// Application, network and classic load balancers with their listeners and target groups.
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

JsonArray zones_of(Builder& b) {
  JsonArray zones;
  for (size_t i = 0; i < b.subnets.size() && zones.size() < 2; ++i) {
    if (b.subnets[i].open_to_internet) {
      zones.push_back(JsonObject{{"ZoneName", b.subnets[i].zone},
                                 {"SubnetId", b.subnets[i].id},
                                 {"LoadBalancerAddresses", JsonArray{}}});
    }
  }
  return zones;
}

Json attribute(std::string_view key, std::string_view value) {
  return JsonObject{{"Key", key}, {"Value", value}};
}

std::string add_target_group(Builder& b, const std::string& name, const std::string& balancer_arn,
                             bool network) {
  auto arn = b.arn("elasticloadbalancing", "targetgroup/" + name + "/" + b.rng.hex(16));
  JsonArray health;
  const bool empty = b.instances.empty() || b.rng.chance(12);
  const bool sick = b.rng.chance(10);
  for (int i = 0; i < 2 && !empty; ++i) {
    health.push_back(
        JsonObject{{"Target", JsonObject{{"Id", b.rng.pick(b.instances)}, {"Port", 8080}}},
                   {"HealthCheckPort", "8080"},
                   {"TargetHealth", sick && i == 0 ? JsonObject{{"State", "unhealthy"},
                                                                {"Reason", "Target.Timeout"},
                                                                {"Description", "Request timed out"}}
                                                   : JsonObject{{"State", "healthy"}}}});
  }
  JsonObject document{{"TargetGroupArn", arn},
                      {"TargetGroupName", name},
                      {"Protocol", network ? "TCP" : "HTTP"},
                      {"Port", 8080},
                      {"VpcId", b.vpcs.empty() ? std::string() : b.vpcs.front()},
                      {"HealthCheckProtocol", network ? "TCP" : "HTTP"},
                      {"HealthCheckPort", "traffic-port"},
                      {"HealthCheckEnabled", true},
                      {"HealthCheckIntervalSeconds", 30},
                      {"HealthCheckTimeoutSeconds", 5},
                      {"HealthyThresholdCount", 5},
                      {"UnhealthyThresholdCount", 2},
                      {"LoadBalancerArns", JsonArray{Json(balancer_arn)}},
                      {"TargetType", "instance"},
                      {"IpAddressType", "ipv4"},
                      {"_Health", std::move(health)},
                      {"_Tags", b.name_tag(name)},
                      {"_Attributes", JsonArray{attribute("deregistration_delay.timeout_seconds", "300"),
                                                attribute("stickiness.enabled", "false")}}};
  if (!network) document["HealthCheckPath"] = "/healthz";
  if (!b.add("elbv2/target_group", arn, std::move(document))) return {};
  if (empty) b.plant("target_group_empty", "waste", "elbv2/target_group", arn);
  if (sick && !empty) b.plant("target_unhealthy", "fault", "elbv2/target_group", arn);
  return arn;
}

void add_listener(Builder& b, const std::string& balancer, const std::string& rest, const std::string& group,
                  bool network) {
  const auto arn = b.arn("elasticloadbalancing", "listener/" + rest + "/" + b.rng.hex(16));
  JsonObject listener{{"ListenerArn", arn},
                      {"LoadBalancerArn", balancer},
                      {"Port", network ? 5000 : 80},
                      {"Protocol", network ? "TCP" : "HTTP"},
                      {"DefaultActions",
                       JsonArray{JsonObject{{"Type", "forward"}, {"TargetGroupArn", group}, {"Order", 1}}}}};
  b.place.of("elbv2/listener").put(arn, listener);
}

void add_balancer(Builder& b, int64_t index) {
  if (b.room() < 2) return;
  const bool network = b.rng.chance(30);
  const auto name = b.service_name() + (network ? "-nlb-" : "-alb-") + std::to_string(index);
  const auto rest = std::string(network ? "net/" : "app/") + name + "/" + b.rng.hex(16);
  const auto arn = b.arn("elasticloadbalancing", "loadbalancer/" + rest);
  const bool outside = b.rng.chance(60);
  JsonObject document{
      {"LoadBalancerArn", arn},
      {"DNSName", name + "-" + b.rng.hex(10) + "." + b.region + ".elb.amazonaws.com"},
      {"CanonicalHostedZoneId", "Z00000000000001"},
      {"CreatedTime", b.past(20, 800)},
      {"LoadBalancerName", name},
      {"Scheme", outside ? "internet-facing" : "internal"},
      {"VpcId", b.vpcs.empty() ? std::string() : b.vpcs.front()},
      {"State", JsonObject{{"Code", "active"}}},
      {"Type", network ? "network" : "application"},
      {"AvailabilityZones", zones_of(b)},
      {"IpAddressType", "ipv4"},
      {"_Tags", b.tags(name, "elbv2/load_balancer", arn)},
      {"_Attributes", JsonArray{attribute("access_logs.s3.enabled", b.rng.chance(50) ? "true" : "false"),
                                attribute("deletion_protection.enabled", "false"),
                                attribute("idle_timeout.timeout_seconds", "60")}}};
  if (!network && !b.groups.empty()) document["SecurityGroups"] = JsonArray{Json(b.rng.pick(b.groups))};
  if (!b.add("elbv2/load_balancer", arn, std::move(document))) return;
  const auto group = add_target_group(b, name + "-tg", arn, network);
  if (!group.empty()) add_listener(b, arn, rest, group, network);
}

void add_classic(Builder& b, int64_t index) {
  const auto name = b.service_name() + "-classic-" + std::to_string(index);
  JsonArray instances, health;
  const bool empty = index % 2 == 1 || b.instances.empty();
  if (!empty) {
    const auto& id = b.rng.pick(b.instances);
    instances.push_back(JsonObject{{"InstanceId", id}});
    health.push_back(JsonObject{
        {"InstanceId", id}, {"State", "InService"}, {"ReasonCode", "N/A"}, {"Description", "N/A"}});
  }
  const auto& subnet = b.subnets.front();
  const bool added = b.add(
      "elb/load_balancer", name,
      JsonObject{
          {"LoadBalancerName", name},
          {"DNSName", name + "-" + b.rng.hex(10) + "." + b.region + ".elb.amazonaws.com"},
          {"ListenerDescriptions", JsonArray{JsonObject{{"Listener", JsonObject{{"Protocol", "HTTP"},
                                                                                {"LoadBalancerPort", 80},
                                                                                {"InstanceProtocol", "HTTP"},
                                                                                {"InstancePort", 8080}}},
                                                        {"PolicyNames", JsonArray{}}}}},
          {"Policies", JsonObject{}},
          {"BackendServerDescriptions", JsonArray{}},
          {"AvailabilityZones", JsonArray{Json(subnet.zone)}},
          {"Subnets", JsonArray{Json(subnet.id)}},
          {"VPCId", subnet.vpc_id},
          {"Instances", std::move(instances)},
          {"HealthCheck", JsonObject{{"Target", "HTTP:8080/healthz"},
                                     {"Interval", 30},
                                     {"Timeout", 5},
                                     {"UnhealthyThreshold", 2},
                                     {"HealthyThreshold", 5}}},
          {"SourceSecurityGroup", JsonObject{{"OwnerAlias", b.account.id}, {"GroupName", "default"}}},
          {"SecurityGroups", b.groups.empty() ? JsonArray{} : JsonArray{Json(b.groups.front())}},
          {"CreatedTime", b.past(700, 1500)},
          {"Scheme", "internet-facing"},
          {"_Health", std::move(health)},
          {"_Tags", b.name_tag(name)},
          {"_Attributes", JsonObject{{"CrossZoneLoadBalancing", JsonObject{{"Enabled", false}}},
                                     {"AccessLog", JsonObject{{"Enabled", false}}},
                                     {"ConnectionDraining", JsonObject{{"Enabled", true}, {"Timeout", 300}}},
                                     {"ConnectionSettings", JsonObject{{"IdleTimeout", 60}}}}}});
  if (added && empty) b.plant("load_balancer_without_targets", "waste", "elb/load_balancer", name);
}

}  // namespace

void build_load_balancers(Builder& b) {
  if (b.subnets.empty()) return;
  for (int64_t i = 0; i < b.share(10, 1); ++i) add_balancer(b, i);
  for (int64_t i = 0; i < b.share(2, 1); ++i) add_classic(b, i);
}

}  // namespace hm::sim
