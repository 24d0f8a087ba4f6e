// Volumes and snapshots change.
#include "sim/state/change.h"
#include "sim/state/handlers.h"

namespace hm::sim {

namespace {

constexpr Micros kBetweenModifications = std::chrono::hours(6);

// 3 IOPS a GiB for gp2, the base of gp3, what was asked for otherwise.
int64_t iops_of(const std::string& type, int64_t size_gib, int64_t asked) {
  if (type == "gp2") return std::max<int64_t>(100, size_gib * 3);
  return asked > 0 ? asked : 3000;
}

Json attachment_of(const Json& volume) {
  const auto& rows = volume.at("Attachments").as_array();
  return rows.empty() ? Json() : rows.front();
}

void map_device(Place& place, const std::string& instance_id, const std::string& volume_id,
                const Json* mapping) {
  const auto instance = place.of("ec2/instance").find(instance_id);
  if (instance.is_null()) return;
  JsonArray kept;
  for (const auto& row : instance.at("BlockDeviceMappings").as_array()) {
    const auto* disk = member(row, "Ebs");
    if (disk == nullptr || member_text(*disk, "VolumeId") != volume_id) kept.push_back(row);
  }
  if (mapping != nullptr) kept.push_back(*mapping);
  place.patch("ec2/instance", instance_id, JsonObject{{"BlockDeviceMappings", std::move(kept)}});
}

}  // namespace

Result<Json> create_volume(const Call& call) {
  const auto zone = call.text("AvailabilityZone"), snapshot = call.text("SnapshotId");
  auto type = call.text("VolumeType");
  if (type.empty()) type = "gp2";
  if (zone.empty() && call.text("AvailabilityZoneId").empty()) {
    return refusal(400, "MissingParameter", "The request must contain the parameter zone");
  }
  if (!zone.empty() && !zone.starts_with(call.region)) {
    return refusal(400, "InvalidZone.NotFound", "The zone '" + zone + "' does not exist.");
  }
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    auto size = number(call, "Size", 0);
    if (!snapshot.empty()) {
      HM_TRY(auto source, require(place, "ec2/snapshot", snapshot));
      size = std::max(size, source.at("VolumeSize").to_number<int64_t>());
    }
    if (size < 1 || size > 65'536) {
      return refusal(400, "MissingParameter", "The request must contain the parameter size/snapshot");
    }
    const auto id = new_id("vol");
    const JsonObject volume{{"Iops", iops_of(type, size, number(call, "Iops", 0))},
                            {"Tags", tags_given(call, "volume")},
                            {"VolumeType", type},
                            {"MultiAttachEnabled", flag(call, "MultiAttachEnabled")},
                            {"VolumeId", id},
                            {"Size", size},
                            {"SnapshotId", snapshot},
                            {"AvailabilityZone", zone},
                            {"State", "creating"},
                            {"CreateTime", format_iso(call.now)},
                            {"Attachments", JsonArray{}},
                            {"Encrypted", flag(call, "Encrypted")}};
    place.put("ec2/volume", id, volume);
    place.later(call.now + kVolumeReady, "ec2/volume", id, JsonObject{{"State", "available"}});
    return Json(volume);
  });
}

Result<Json> delete_volume(const Call& call) {
  const auto id = call.text("VolumeId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto volume, require(place, "ec2/volume", id));
    if (member_text(volume, "State") == "in-use") {
      return refusal(400, "VolumeInUse",
                     "Volume " + id + " is currently attached to " +
                         std::string(member_text(attachment_of(volume), "InstanceId")));
    }
    place.erase("ec2/volume", id);
    return Json(JsonObject{});
  });
}

Result<Json> attach_volume(const Call& call) {
  const auto id = call.text("VolumeId"), instance_id = call.text("InstanceId"), device = call.text("Device");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto volume, require(place, "ec2/volume", id));
    HM_TRY(auto instance, require(place, "ec2/instance", instance_id));
    if (member_text(volume, "State") != "available") {
      return refusal(400, member_text(volume, "State") == "in-use" ? "VolumeInUse" : "IncorrectState",
                     id + " is not 'available'.");
    }
    if (volume.at("AvailabilityZone") != instance.at("Placement").at("AvailabilityZone")) {
      return refusal(400, "InvalidVolume.ZoneMismatch",
                     "The volume '" + id +
                         "' is not in the same availability zone "
                         "as instance '" +
                         instance_id + "'");
    }
    const auto now = format_iso(call.now);
    const JsonObject attachment{{"DeleteOnTermination", false}, {"VolumeId", id},
                                {"InstanceId", instance_id},    {"Device", device},
                                {"State", "attached"},          {"AttachTime", now}};
    place.patch("ec2/volume", id, JsonObject{{"State", "in-use"}, {"Attachments", JsonArray{attachment}}});
    const Json mapping = JsonObject{
        {"DeviceName", device},
        {"Ebs",
         JsonObject{
             {"AttachTime", now}, {"DeleteOnTermination", false}, {"Status", "attached"}, {"VolumeId", id}}}};
    map_device(place, instance_id, id, &mapping);
    auto answer = attachment;
    answer["State"] = "attaching";
    return Json(std::move(answer));
  });
}

Result<Json> detach_volume(const Call& call) {
  const auto id = call.text("VolumeId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto volume, require(place, "ec2/volume", id));
    auto attachment = attachment_of(volume);
    if (attachment.is_null()) {
      return refusal(400, "IncorrectState", "Volume '" + id + "' is in the 'available' state.");
    }
    attachment.as_object()["State"] = "detaching";
    place.patch("ec2/volume", id, JsonObject{{"Attachments", JsonArray{attachment}}});
    place.later(call.now + kVolumeReady, "ec2/volume", id,
                JsonObject{{"State", "available"}, {"Attachments", JsonArray{}}});
    map_device(place, std::string(member_text(attachment, "InstanceId")), id, nullptr);
    return attachment;
  });
}

Result<Json> modify_volume(const Call& call) {
  const auto id = call.text("VolumeId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto volume, require(place, "ec2/volume", id));
    const auto before = place.of("ec2/volume_modification").find(id);
    if (!before.is_null()) {
      const auto started = parse_iso(member_text(before, "StartTime"));
      if (started && call.now - *started < kBetweenModifications) {
        return refusal(
            400, "VolumeModificationRateExceeded",
            "You've reached the maximum modification rate per volume limit. Wait at least 6 hours between "
            "modifications per EBS volume.");
      }
    }
    const auto old_size = volume.at("Size").to_number<int64_t>();
    const auto size = number(call, "Size", old_size);
    if (size < old_size) {
      return refusal(400, "InvalidParameterValue", "New size cannot be smaller than existing size");
    }
    auto type = call.text("VolumeType");
    if (type.empty()) type = member_text(volume, "VolumeType");
    const auto iops = iops_of(type, size, number(call, "Iops", 0));
    const JsonObject row{{"VolumeId", id},
                         {"ModificationState", "modifying"},
                         {"TargetSize", size},
                         {"TargetIops", iops},
                         {"TargetVolumeType", type},
                         {"OriginalSize", old_size},
                         {"OriginalIops", volume.at("Iops")},
                         {"OriginalVolumeType", volume.at("VolumeType")},
                         {"Progress", 0},
                         {"StartTime", format_iso(call.now)}};
    place.put("ec2/volume_modification", id, row);
    place.later(call.now + kVolumeReady, "ec2/volume_modification", id,
                JsonObject{{"ModificationState", "optimizing"}, {"Progress", 50}});
    place.later(call.now + kVolumeReady, "ec2/volume", id,
                JsonObject{{"Size", size}, {"VolumeType", type}, {"Iops", iops}});
    place.later(call.now + kVolumeModified, "ec2/volume_modification", id,
                JsonObject{{"ModificationState", "completed"},
                           {"Progress", 100},
                           {"EndTime", format_iso(call.now + kVolumeModified)}});
    return Json(JsonObject{{"VolumeModification", row}});
  });
}

Result<Json> create_snapshot(const Call& call) {
  const auto volume_id = call.text("VolumeId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_TRY(auto volume, require(place, "ec2/volume", volume_id));
    const auto id = new_id("snap");
    const JsonObject snapshot{{"Tags", tags_given(call, "snapshot")},
                              {"StorageTier", "standard"},
                              {"SnapshotId", id},
                              {"VolumeId", volume_id},
                              {"State", "pending"},
                              {"StartTime", format_iso(call.now)},
                              {"Progress", "0%"},
                              {"OwnerId", call.account_id},
                              {"Description", call.text("Description")},
                              {"VolumeSize", volume.at("Size")},
                              {"Encrypted", volume.at("Encrypted")}};
    place.put("ec2/snapshot", id, snapshot);
    place.later(call.now + kSnapshotDone, "ec2/snapshot", id,
                JsonObject{{"State", "completed"}, {"Progress", "100%"}});
    return Json(snapshot);
  });
}

Result<Json> delete_snapshot(const Call& call) {
  const auto id = call.text("SnapshotId");
  return in_place(call, false, [&](Place& place) -> Result<Json> {
    HM_DO(require(place, "ec2/snapshot", id));
    std::string image;
    place.of("ec2/image").each(0, [&](uint64_t, const std::string& one, const std::string& text) {
      if (text.find(id) != std::string::npos) image = one;
      return image.empty();
    });
    if (!image.empty()) {
      return refusal(400, "InvalidSnapshot.InUse", "The snapshot " + id + " is currently in use by " + image);
    }
    place.erase("ec2/snapshot", id);
    return Json(JsonObject{});
  });
}

}  // namespace hm::sim
