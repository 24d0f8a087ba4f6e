#include "sim/state/rows.h"

#include <algorithm>

namespace hm::sim {

namespace {

// True where `param` is absent, or a list (or text) that holds `value`.
bool absent_or_holds(const Call& call, std::string_view param, std::string_view value) {
  const auto* given = call.find(param);
  if (given == nullptr) return true;
  if (given->is_string()) return as_text(*given) == value;
  if (!given->is_array() || given->get_array().empty()) return true;
  return std::any_of(given->get_array().begin(), given->get_array().end(),
                     [&](const Json& item) { return item.is_string() && as_text(item) == value; });
}

bool holds_own(const Json* owners, const Call& call) {
  if (owners == nullptr || !owners->is_array() || owners->get_array().empty()) return true;
  return std::any_of(owners->get_array().begin(), owners->get_array().end(), [&](const Json& owner) {
    return owner.is_string() && (as_text(owner) == "self" || as_text(owner) == call.account_id);
  });
}

}  // namespace

bool owned(const Call& call, const Json&) {
  return holds_own(call.find("Owners"), call) && holds_own(call.find("OwnerIds"), call);
}

bool status_shown(const Call& call, const Json& document) {
  const auto* all = call.find("IncludeAllInstances");
  if (all != nullptr && all->is_bool() && all->get_bool()) return true;
  return member_text(document.at("State"), "Name") == "running";
}

bool named_group(const Call& call, const Json& document) {
  return absent_or_holds(call, "GroupNames", member_text(document, "GroupName"));
}

bool public_ip_asked(const Call& call, const Json& document) {
  return absent_or_holds(call, "PublicIps", member_text(document, "PublicIp"));
}

bool key_pair_asked(const Call& call, const Json& document) {
  return absent_or_holds(call, "KeyPairIds", member_text(document, "KeyPairId"));
}

bool named_template(const Call& call, const Json& document) {
  return absent_or_holds(call, "LaunchTemplateNames", member_text(document, "LaunchTemplateName"));
}

// RDS knows few filters; each names an identifier or the engine.
bool rds_filtered(const Call& call, const Json& document) {
  static constexpr std::pair<const char*, const char*> kNames[] = {{"db-instance-id", "DBInstanceIdentifier"},
                                                                   {"db-cluster-id", "DBClusterIdentifier"},
                                                                   {"db-snapshot-id", "DBSnapshotIdentifier"},
                                                                   {"engine", "Engine"}};
  if (!absent_or_holds(call, "DBInstanceIdentifier", member_text(document, "DBInstanceIdentifier")))
    return false;
  const auto* kind = call.find("SnapshotType");
  if (kind != nullptr && as_text(*kind) != member_text(document, "SnapshotType")) return false;
  const auto* filters = call.find("Filters");
  if (filters == nullptr || !filters->is_array()) return true;
  for (const auto& filter : filters->get_array()) {
    for (const auto& [name, path] : kNames) {
      if (member_text(filter, "Name") != name) continue;
      const auto& values = filter.at("Values").as_array();
      const auto text = member_text(document, path);
      if (std::none_of(values.begin(), values.end(), [&](const Json& v) { return as_text(v) == text; }))
        return false;
    }
  }
  return true;
}

bool balancer_asked(const Call& call, const Json& document) {
  return absent_or_holds(call, "Names", member_text(document, "LoadBalancerName"));
}

bool target_group_asked(const Call& call, const Json& document) {
  if (!absent_or_holds(call, "Names", member_text(document, "TargetGroupName"))) return false;
  const auto* balancer = call.find("LoadBalancerArn");
  if (balancer == nullptr) return true;
  const auto& arns = document.at("LoadBalancerArns").as_array();
  return std::any_of(arns.begin(), arns.end(),
                     [&](const Json& arn) { return as_text(arn) == as_text(*balancer); });
}

bool listener_asked(const Call& call, const Json& document) {
  return absent_or_holds(call, "LoadBalancerArn", member_text(document, "LoadBalancerArn"));
}

bool bucket_asked(const Call& call, const Json& document) {
  if (!member_text(document, "Name").starts_with(call.text("Prefix"))) return false;
  return absent_or_holds(call, "BucketRegion", member_text(document, "BucketRegion"));
}

bool path_asked(const Call& call, const Json& document) {
  return member_text(document, "Path", "/").starts_with(call.text("PathPrefix"));
}

bool policy_asked(const Call& call, const Json& document) {
  const bool aws = member_text(document, "Arn").starts_with("arn:aws:iam::aws:");
  const auto scope = call.text("Scope");
  if ((scope == "Local" && aws) || (scope == "AWS" && !aws)) return false;
  const auto* attached = call.find("OnlyAttached");
  if (attached != nullptr && attached->is_bool() && attached->get_bool() &&
      document.at("AttachmentCount").to_number<int64_t>() == 0) {
    return false;
  }
  return path_asked(call, document);
}

bool alarm_asked(const Call& call, const Json& document) {
  if (!member_text(document, "AlarmName").starts_with(call.text("AlarmNamePrefix"))) return false;
  return absent_or_holds(call, "StateValue", member_text(document, "StateValue"));
}

bool alias_asked(const Call& call, const Json& document) {
  return absent_or_holds(call, "KeyId", member_text(document, "TargetKeyId"));
}

Json reservation(const Call& call, Json document) {
  JsonObject row{{"ReservationId", member_text(document, "_ReservationId", "r-00000000000000000")},
                 {"OwnerId", call.account_id},
                 {"Groups", JsonArray{}}};
  row["Instances"] = JsonArray{std::move(document)};
  return row;
}

Json instance_status(const Call&, Json document) {
  const bool running = member_text(document.at("State"), "Name") == "running";
  const JsonObject status{
      {"Status", running ? "ok" : "not-applicable"},
      {"Details", JsonArray{JsonObject{{"Name", "reachability"},
                                       {"Status", running ? "passed" : "insufficient-data"}}}}};
  return JsonObject{{"AvailabilityZone", document.at("Placement").at("AvailabilityZone")},
                    {"InstanceId", document.at("InstanceId")},
                    {"InstanceState", document.at("State")},
                    {"InstanceStatus", status},
                    {"SystemStatus", status},
                    {"Events", JsonArray{}}};
}

Json volume_status(const Call&, Json document) {
  return JsonObject{
      {"VolumeId", document.at("VolumeId")},
      {"AvailabilityZone", document.at("AvailabilityZone")},
      {"Actions", JsonArray{}},
      {"Events", JsonArray{}},
      {"VolumeStatus",
       JsonObject{{"Status", "ok"},
                  {"Details", JsonArray{JsonObject{{"Name", "io-enabled"}, {"Status", "passed"}}}}}}};
}

Json as_listed(const Call&, Json document) {
  for (const char* name :
       {"Tags", "PermissionsBoundary", "RoleLastUsed", "State", "StateReason", "StateReasonCode",
        "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode", "RuntimeVersionConfig"})
    document.get_object().erase(name);
  return document;
}

Json key_entry(const Call&, Json document) {
  return JsonObject{{"KeyId", document.at("KeyId")}, {"KeyArn", document.at("Arn")}};
}

}  // namespace hm::sim
