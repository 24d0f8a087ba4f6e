// Loose volumes, and snapshots, which fill whatever is left of the place's quota.
#include "sim/estate/builder.h"

namespace hm::sim {

namespace {

std::vector<std::pair<std::string, int64_t>> volumes_of(Builder& b) {
  std::vector<std::pair<std::string, int64_t>> volumes;
  b.place.of("ec2/volume").each(0, [&](uint64_t, const std::string& id, const std::string& text) {
    const auto document = stored(text);
    volumes.emplace_back(id, document.at("Size").to_number<int64_t>());
    return volumes.size() < 2000;
  });
  return volumes;
}

void add_loose_volume(Builder& b, int64_t index) {
  if (b.subnets.empty()) return;
  const auto id = b.id("vol");
  const auto zone = b.rng.pick(b.subnets).zone;
  const bool added = b.add("ec2/volume", id,
                           JsonObject{{"Iops", 3000},
                                      {"Tags", b.tags("old-data-" + std::to_string(index), "ec2/volume", id)},
                                      {"VolumeType", "gp3"},
                                      {"MultiAttachEnabled", false},
                                      {"Throughput", 125},
                                      {"VolumeId", id},
                                      {"Size", int64_t{50} * b.rng.between(1, 20)},
                                      {"SnapshotId", ""},
                                      {"AvailabilityZone", zone},
                                      {"State", "available"},
                                      {"CreateTime", b.past(40, 700)},
                                      {"Attachments", JsonArray{}},
                                      {"Encrypted", true},
                                      {"KmsKeyId", b.kms_key_arn}});
  if (added) b.plant("volume_unattached", "waste", "ec2/volume", id);
}

void add_snapshot(Builder& b, const std::string& volume, int64_t size) {
  const auto id = b.id("snap");
  const bool old = b.rng.chance(15);
  JsonObject document{{"Tags", b.tags("backup-" + volume, "ec2/snapshot", id)},
                      {"StorageTier", "standard"},
                      {"SnapshotId", id},
                      {"VolumeId", volume},
                      {"State", "completed"},
                      {"StartTime", old ? b.past(400, 1400) : b.past(1, 90)},
                      {"Progress", "100%"},
                      {"OwnerId", b.account.id},
                      {"Description", old ? "before the migration" : "nightly"},
                      {"VolumeSize", size},
                      {"Encrypted", !old}};
  if (!old && !b.kms_key_arn.empty()) document["KmsKeyId"] = b.kms_key_arn;
  if (b.add("ec2/snapshot", id, std::move(document)) && old) {
    b.plant("snapshot_old", "waste", "ec2/snapshot", id);
  }
}

}  // namespace

void build_storage(Builder& b) {
  for (int64_t i = 0; i < b.share(30, 1); ++i) add_loose_volume(b, i);
  auto volumes = volumes_of(b);
  if (volumes.empty()) volumes.emplace_back("vol-ffffffff", 8);
  while (!b.full()) {
    const auto& [id, size] = b.rng.pick(volumes);
    add_snapshot(b, id, size);
  }
}

}  // namespace hm::sim
