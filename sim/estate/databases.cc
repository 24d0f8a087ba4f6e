// RDS instances, clusters and their snapshots.
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

struct Engine {
  const char* name;
  const char* version;
  int64_t port;
};
constexpr Engine kEngines[] = {
    {"postgres", "15.7", 5432}, {"mysql", "8.0.39", 3306}, {"mariadb", "10.11.9", 3306}};
constexpr const char* kClasses[] = {"db.t3.medium", "db.t4g.medium", "db.m5.large", "db.m6g.large",
                                    "db.r6g.large"};

JsonArray group_of(Builder& b) {
  if (b.groups.empty()) return {};
  return {JsonObject{{"VpcSecurityGroupId", b.rng.pick(b.groups)}, {"Status", "active"}}};
}

Json subnet_group(Builder& b) {
  JsonArray subnets;
  for (size_t i = 0; i < b.subnets.size() && i < 4; ++i) {
    subnets.push_back(JsonObject{{"SubnetIdentifier", b.subnets[i].id},
                                 {"SubnetAvailabilityZone", JsonObject{{"Name", b.subnets[i].zone}}},
                                 {"SubnetStatus", "Active"}});
  }
  return JsonObject{{"DBSubnetGroupName", "databases"},
                    {"DBSubnetGroupDescription", "Where databases live"},
                    {"VpcId", b.vpcs.empty() ? std::string() : b.vpcs.front()},
                    {"SubnetGroupStatus", "Complete"},
                    {"Subnets", std::move(subnets)}};
}

JsonObject instance_document(Builder& b, const std::string& name, const Engine& engine, bool encrypted,
                             bool open) {
  const auto arn = b.arn("rds", "db:" + name);
  const auto zone = b.subnets.empty() ? b.region + "a" : b.rng.pick(b.subnets).zone;
  JsonObject document{
      {"DBInstanceIdentifier", name},
      {"DBInstanceClass", b.rng.pick(kClasses)},
      {"Engine", engine.name},
      {"DBInstanceStatus", "available"},
      {"MasterUsername", "dbadmin"},
      {"DBName", "app"},
      {"Endpoint", JsonObject{{"Address", name + ".c0ffee." + b.region + ".rds.amazonaws.com"},
                              {"Port", engine.port},
                              {"HostedZoneId", "Z00000000000000"}}},
      {"AllocatedStorage", int64_t{20} << b.rng.between(0, 5)},
      {"InstanceCreateTime", b.past(30, 900)},
      {"PreferredBackupWindow", "02:00-02:30"},
      {"BackupRetentionPeriod", b.rng.chance(85) ? 7 : 0},
      {"DBSecurityGroups", JsonArray{}},
      {"VpcSecurityGroups", group_of(b)},
      {"DBParameterGroups",
       JsonArray{JsonObject{{"DBParameterGroupName", std::string("default.") + engine.name},
                            {"ParameterApplyStatus", "in-sync"}}}},
      {"AvailabilityZone", zone},
      {"DBSubnetGroup", subnet_group(b)},
      {"PreferredMaintenanceWindow", "sun:03:00-sun:03:30"},
      {"PendingModifiedValues", JsonObject{}},
      {"MultiAZ", b.account.name == "prod" && b.rng.chance(60)},
      {"EngineVersion", engine.version},
      {"AutoMinorVersionUpgrade", true},
      {"ReadReplicaDBInstanceIdentifiers", JsonArray{}},
      {"LicenseModel", "general-public-license"},
      {"PubliclyAccessible", open},
      {"StorageType", b.rng.chance(70) ? "gp3" : "gp2"},
      {"DbInstancePort", 0},
      {"StorageEncrypted", encrypted},
      {"DbiResourceId", "db-" + b.rng.upper(26)},
      {"CACertificateIdentifier", "rds-ca-rsa2048-g1"},
      {"CopyTagsToSnapshot", true},
      {"MonitoringInterval", 0},
      {"DBInstanceArn", arn},
      {"IAMDatabaseAuthenticationEnabled", false},
      {"PerformanceInsightsEnabled", b.rng.chance(40)},
      {"DeletionProtection", b.account.name == "prod"},
      {"AssociatedRoles", JsonArray{}},
      {"MaxAllocatedStorage", 1000},
      {"TagList", b.tags(name, "rds/db_instance", name)}};
  if (encrypted) document["KmsKeyId"] = b.kms_key_arn;
  return document;
}

void add_snapshot(Builder& b, const JsonObject& source, int64_t index) {
  const auto of = std::string(as_text(source.at("DBInstanceIdentifier")));
  const bool manual = b.rng.chance(30);
  const auto id = (manual ? "manual-" : "rds:") + of + "-" + std::to_string(index);
  b.add("rds/db_snapshot", id,
        JsonObject{{"DBSnapshotIdentifier", id},
                   {"DBInstanceIdentifier", of},
                   {"SnapshotCreateTime", manual ? b.past(200, 900) : b.past(0, 7)},
                   {"Engine", source.at("Engine")},
                   {"AllocatedStorage", source.at("AllocatedStorage")},
                   {"Status", "available"},
                   {"Port", source.at("Endpoint").at("Port")},
                   {"AvailabilityZone", source.at("AvailabilityZone")},
                   {"InstanceCreateTime", source.at("InstanceCreateTime")},
                   {"MasterUsername", "dbadmin"},
                   {"EngineVersion", source.at("EngineVersion")},
                   {"SnapshotType", manual ? "manual" : "automated"},
                   {"PercentProgress", 100},
                   {"StorageType", source.at("StorageType")},
                   {"Encrypted", source.at("StorageEncrypted")},
                   {"DBSnapshotArn", b.arn("rds", "snapshot:" + id)},
                   {"IAMDatabaseAuthenticationEnabled", false},
                   {"TagList", source.at("TagList")},
                   {"_Attributes",
                    JsonObject{{"DBSnapshotIdentifier", id}, {"DBSnapshotAttributes", JsonArray{}}}}});
  if (manual) b.plant("db_snapshot_old", "waste", "rds/db_snapshot", id);
}

void add_instance(Builder& b, int64_t index) {
  const auto name = b.service_name() + "-db-" + std::to_string(index);
  const auto& engine = b.rng.pick(kEngines);
  const bool encrypted = b.rng.chance(85), open = b.rng.chance(6);
  auto document = instance_document(b, name, engine, encrypted, open);
  const auto copy = document;
  if (!b.add("rds/db_instance", name, std::move(document))) return;
  if (!encrypted) b.plant("database_unencrypted", "hole", "rds/db_instance", name);
  if (open) b.plant("database_public", "hole", "rds/db_instance", name);
  for (int64_t i = 0; i < b.rng.between(0, 3); ++i) add_snapshot(b, copy, i);
}

void add_cluster(Builder& b, int64_t index) {
  if (b.room() < 2) return;
  const auto name = b.service_name() + "-aurora-" + std::to_string(index);
  const auto writer = name + "-1";
  static constexpr Engine kAurora{"aurora-postgresql", "15.4", 5432};
  auto member = instance_document(b, writer, kAurora, true, false);
  member["DBClusterIdentifier"] = name;
  b.add("rds/db_instance", writer, std::move(member));
  b.add("rds/db_cluster", name,
        JsonObject{{"AllocatedStorage", 1},
                   {"AvailabilityZones",
                    JsonArray{Json(b.region + "a"), Json(b.region + "b"), Json(b.region + "c")}},
                   {"BackupRetentionPeriod", 7},
                   {"DatabaseName", "app"},
                   {"DBClusterIdentifier", name},
                   {"DBClusterParameterGroup", "default.aurora-postgresql15"},
                   {"DBSubnetGroup", "databases"},
                   {"Status", "available"},
                   {"Endpoint", name + ".cluster-c0ffee." + b.region + ".rds.amazonaws.com"},
                   {"ReaderEndpoint", name + ".cluster-ro-c0ffee." + b.region + ".rds.amazonaws.com"},
                   {"MultiAZ", false},
                   {"Engine", kAurora.name},
                   {"EngineVersion", kAurora.version},
                   {"Port", kAurora.port},
                   {"MasterUsername", "dbadmin"},
                   {"PreferredBackupWindow", "02:00-02:30"},
                   {"PreferredMaintenanceWindow", "sun:03:00-sun:03:30"},
                   {"DBClusterMembers", JsonArray{JsonObject{{"DBInstanceIdentifier", writer},
                                                             {"IsClusterWriter", true},
                                                             {"DBClusterParameterGroupStatus", "in-sync"},
                                                             {"PromotionTier", 1}}}},
                   {"VpcSecurityGroups", group_of(b)},
                   {"StorageEncrypted", true},
                   {"KmsKeyId", b.kms_key_arn},
                   {"DbClusterResourceId", "cluster-" + b.rng.upper(26)},
                   {"DBClusterArn", b.arn("rds", "cluster:" + name)},
                   {"ClusterCreateTime", b.past(30, 700)},
                   {"EngineMode", "provisioned"},
                   {"DeletionProtection", b.account.name == "prod"},
                   {"TagList", b.tags(name, "rds/db_cluster", name)}});
}

}  // namespace

void build_databases(Builder& b) {
  for (int64_t i = 0; i < b.share(3, 1); ++i) add_cluster(b, i);
  for (int64_t i = 0; i < b.share(20, 1); ++i) add_instance(b, i);
}

}  // namespace hm::sim
