#include "aws/offered.h"

#include "aws/model_table.h"

namespace hm::aws {

// The record: a list of all regions, and 64 bits that say in which of them the service is.
std::optional<bool> is_offered(const Service& service, std::string_view region) {
  const uint32_t reference = table::word(service.raw, table::kServiceRegions);
  if (reference == 0) return std::nullopt;
  const char* words = table::section(service.table, table::kWords);
  const char* record = words + 4 * static_cast<size_t>(reference);
  const auto bits = table::load<uint64_t>(record + 4);
  const char* regions = words + 4 * static_cast<size_t>(table::word(record, 0));
  const uint32_t count = table::word(regions, 0);
  for (uint32_t i = 0; i < count; ++i) {
    if (table::text(service.table, table::word(regions, i + 1)) == region) return (bits >> i & 1) != 0;
  }
  return std::nullopt;
}

}  // namespace hm::aws
