// Progress of a scan as answers and live messages show it.
#pragma once

#include "api/services.h"

namespace hm::api {

Json scan_json(const ScanProgress& scan);

}  // namespace hm::api
