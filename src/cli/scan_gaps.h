// What a scan could not read, in words: where, why, which permission is missing, and what to do.
#pragma once

#include <string>
#include <vector>

#include "collect/collector.h"

namespace hm::cli {

// One line a gap, alike ones together: by account, reason and type, with the regions named. At most `most`
// lines; the last one then says how many more there are.
std::vector<std::string> describe_gaps(const collect::ScanReport& report, size_t most);

}  // namespace hm::cli
