#include "aws/partitions.h"

#include <regex>
#include <unordered_map>

#include "base/json.h"

namespace hm::aws {

struct Partitions::Impl {
  std::vector<Partition> partitions;
  std::vector<std::regex> patterns;                      // beside partitions
  std::unordered_map<std::string_view, size_t> regions;  // keys point into partitions
};

namespace {

// A region is a DNS label; matching longer text would only cost stack in std::regex.
constexpr size_t kMaxRegionLength = 63;

Error bad_partitions(std::string message) {
  return make_error(ErrorKind::corrupt, "bad_partitions", "the partitions document: " + std::move(message));
}

Result<Partition> read(const Json& document) {
  Partition out;
  out.id = member_text(document, "id");
  const Json* outputs = member(document, "outputs");
  if (out.id.empty() || !outputs || !outputs->is_object()) return bad_partitions("no id or no outputs");
  auto record = std::make_shared<EndpointRecord>();
  for (const auto& entry : outputs->get_object()) {
    if (entry.value().is_bool()) record->fields.emplace_back(entry.key(), entry.value().get_bool());
    if (entry.value().is_string()) {
      record->fields.emplace_back(entry.key(), std::string(as_text(entry.value())));
    }
  }
  if (!record->find("name")) record->fields.emplace_back("name", out.id);
  out.outputs = std::move(record);
  out.dns_suffix = member_text(*outputs, "dnsSuffix");
  out.implicit_global_region = member_text(*outputs, "implicitGlobalRegion");
  if (const Json* regions = member(document, "regions"); regions && regions->is_object()) {
    for (const auto& entry : regions->get_object()) out.regions.emplace_back(entry.key());
  }
  return out;
}

}  // namespace

Partitions::Partitions(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Partitions::Partitions(Partitions&&) noexcept = default;
Partitions& Partitions::operator=(Partitions&&) noexcept = default;
Partitions::~Partitions() = default;

Result<Partitions> Partitions::parse(std::string_view text) {
  HM_TRY(const Json document, parse_json(text));
  const Json* list = member(document, "partitions");
  if (!list || !list->is_array() || list->get_array().empty()) return bad_partitions("no partitions");
  auto impl = std::make_unique<Impl>();
  for (const Json& entry : list->get_array()) {
    HM_TRY(Partition partition, read(entry));
    impl->partitions.push_back(std::move(partition));
    try {
      impl->patterns.emplace_back(std::string(member_text(entry, "regionRegex")), std::regex::optimize);
    } catch (const std::regex_error& failure) {
      return bad_partitions(std::string("a pattern is wrong: ") + failure.what());
    }
  }
  for (size_t i = 0; i < impl->partitions.size(); ++i) {
    for (const std::string& region : impl->partitions[i].regions) impl->regions.emplace(region, i);
  }
  return Partitions(std::move(impl));
}

const Partition& Partitions::of_region(std::string_view region) const {
  const auto known = impl_->regions.find(region);
  if (known != impl_->regions.end()) return impl_->partitions[known->second];
  if (region.size() <= kMaxRegionLength) {
    for (size_t i = 0; i < impl_->patterns.size(); ++i) {
      if (std::regex_search(region.begin(), region.end(), impl_->patterns[i])) return impl_->partitions[i];
    }
  }
  return impl_->partitions.front();
}

const Partition* Partitions::find(std::string_view id) const {
  for (const Partition& partition : impl_->partitions) {
    if (partition.id == id) return &partition;
  }
  return nullptr;
}

}  // namespace hm::aws
