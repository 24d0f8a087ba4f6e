// RDS instances come, change, stop, start and go.
#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr const char* kInstances = "rds/db_instance";

Error wrong_state(const std::string& id, std::string_view wanted) {
  return refusal(400, "InvalidDBInstanceState",
                 "Instance " + id + " is not in " + std::string(wanted) + " state.");
}

void move_through(const Call& call, Place& place, const std::string& id, const char* between,
                  JsonObject after) {
  place.cancel(kInstances, id);
  place.patch(kInstances, id, JsonObject{{"DBInstanceStatus", between}});
  place.later(call.now + kDatabaseChange, kInstances, id, std::move(after));
}

Result<Json> switch_instance(const Call& call, const char* from, const char* between, const char* to) {
  const auto id = call.text("DBInstanceIdentifier");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto instance, require(place, kInstances, id));
    if (member_text(instance, "DBInstanceStatus") != from) return wrong_state(id, from);
    move_through(call, place, id, between, JsonObject{{"DBInstanceStatus", to}});
    return Json(JsonObject{{"DBInstance", place.of(kInstances).find(id)}});
  });
}

}  // namespace

Result<Json> create_db_instance(const Call& call) {
  const auto id = call.text("DBInstanceIdentifier"), engine = call.text("Engine");
  if (call.text("MasterUserPassword").empty() && !flag(call, "ManageMasterUserPassword") &&
      call.text("DBClusterIdentifier").empty()) {
    return refusal(400, "InvalidParameterValue", "Invalid master password");
  }
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    if (place.of(kInstances).contains(id)) {
      return refusal(400, "DBInstanceAlreadyExists", "DB instance already exists");
    }
    const auto* tags = call.find("Tags");
    const JsonObject instance{
        {"DBInstanceIdentifier", id},
        {"DBInstanceClass", call.text("DBInstanceClass")},
        {"Engine", engine},
        {"DBInstanceStatus", "creating"},
        {"MasterUsername", call.text("MasterUsername")},
        {"AllocatedStorage", number(call, "AllocatedStorage", 20)},
        {"PreferredBackupWindow", "02:00-02:30"},
        {"BackupRetentionPeriod", number(call, "BackupRetentionPeriod", 1)},
        {"DBSecurityGroups", JsonArray{}},
        {"VpcSecurityGroups", JsonArray{}},
        {"DBParameterGroups", JsonArray{}},
        {"AvailabilityZone", call.region + "a"},
        {"PreferredMaintenanceWindow", "sun:03:00-sun:03:30"},
        {"PendingModifiedValues", JsonObject{}},
        {"MultiAZ", flag(call, "MultiAZ")},
        {"EngineVersion", call.text("EngineVersion").empty() ? "15.7" : call.text("EngineVersion")},
        {"AutoMinorVersionUpgrade", true},
        {"ReadReplicaDBInstanceIdentifiers", JsonArray{}},
        {"PubliclyAccessible", flag(call, "PubliclyAccessible")},
        {"StorageType", call.text("StorageType").empty() ? "gp2" : call.text("StorageType")},
        {"StorageEncrypted", flag(call, "StorageEncrypted")},
        {"DBInstanceArn", "arn:aws:rds:" + call.region + ":" + call.account_id + ":db:" + id},
        {"DeletionProtection", flag(call, "DeletionProtection")},
        {"TagList", tags != nullptr ? *tags : Json(JsonArray{})}};
    place.put(kInstances, id, instance);
    const JsonObject endpoint{{"Address", id + ".c0ffee." + call.region + ".rds.amazonaws.com"},
                              {"Port", number(call, "Port", 5432)}};
    place.later(call.now + kDatabaseChange, kInstances, id,
                JsonObject{{"DBInstanceStatus", "available"},
                           {"Endpoint", endpoint},
                           {"InstanceCreateTime", format_iso(call.now + kDatabaseChange)}});
    return Json(JsonObject{{"DBInstance", instance}});
  });
}

Result<Json> modify_db_instance(const Call& call) {
  const auto id = call.text("DBInstanceIdentifier");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto instance, require(place, kInstances, id));
    if (member_text(instance, "DBInstanceStatus") != "available") return wrong_state(id, "available");
    JsonObject changes;
    for (const char* name : {"DBInstanceClass", "AllocatedStorage", "MultiAZ", "EngineVersion", "StorageType",
                             "BackupRetentionPeriod", "PubliclyAccessible", "DeletionProtection"}) {
      if (const auto* value = call.find(name)) changes[name] = *value;
    }
    if (flag(call, "ApplyImmediately")) {
      changes["DBInstanceStatus"] = "available";
      move_through(call, place, id, "modifying", std::move(changes));
    } else {
      place.patch(kInstances, id, JsonObject{{"PendingModifiedValues", std::move(changes)}});
    }
    return Json(JsonObject{{"DBInstance", place.of(kInstances).find(id)}});
  });
}

Result<Json> start_db_instance(const Call& call) {
  return switch_instance(call, "stopped", "starting", "available");
}
Result<Json> stop_db_instance(const Call& call) {
  return switch_instance(call, "available", "stopping", "stopped");
}
Result<Json> reboot_db_instance(const Call& call) {
  return switch_instance(call, "available", "rebooting", "available");
}

Result<Json> delete_db_instance(const Call& call) {
  const auto id = call.text("DBInstanceIdentifier");
  if (!flag(call, "SkipFinalSnapshot") && call.text("FinalDBSnapshotIdentifier").empty()) {
    return refusal(400, "InvalidParameterCombination",
                   "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.");
  }
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto instance, require(place, kInstances, id));
    if (const auto* kept = member(instance, "DeletionProtection"); kept != nullptr && kept->get_bool()) {
      return refusal(
          400, "InvalidParameterCombination",
          "Cannot delete protected DB Instance, please disable deletion protection and try again.");
    }
    move_through(call, place, id, "deleting", {});
    return Json(JsonObject{{"DBInstance", place.of(kInstances).find(id)}});
  });
}

}  // namespace hm::sim
