// What the changing operations share.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "sim/state/engine.h"

namespace hm::sim {

// How long things take. AWS promises nothing; these are short enough to watch and long enough to see.
inline constexpr Micros kInstanceStart = std::chrono::seconds(8);
inline constexpr Micros kInstanceStop = std::chrono::seconds(15);
inline constexpr Micros kTerminatedShown = std::chrono::hours(1);
inline constexpr Micros kVolumeReady = std::chrono::seconds(3);
inline constexpr Micros kVolumeModified = std::chrono::minutes(2);
inline constexpr Micros kSnapshotDone = std::chrono::seconds(30);
inline constexpr Micros kDatabaseChange = std::chrono::minutes(2);

std::string new_id(std::string_view prefix);  // "vol-0..." and the like
std::vector<std::string> texts(const Json* list);
// The tags that TagSpecifications give to `resource_type`.
JsonArray tags_given(const Call& call, std::string_view resource_type);
bool flag(const Call& call, std::string_view param);
int64_t number(const Call& call, std::string_view param, int64_t otherwise);
// {"Return": true}
Json done();

// Makes an instance with its disk and interface in `place`, in state pending; running when its time has come.
struct Launch {
  std::string image_id, instance_type, subnet_id, key_name;
  std::vector<std::string> group_ids;
  JsonArray tags, volume_tags;
};
Result<Json> launch_instance(const Call& call, Place& place, const Launch& launch,
                             const std::string& reservation);
// Begins to terminate it; its disks go with it, and an hour later its record.
void terminate_instance(const Call& call, Place& place, const std::string& id);
JsonObject instance_state(std::string_view name);

}  // namespace hm::sim
