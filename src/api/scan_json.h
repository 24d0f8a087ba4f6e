// Progress of a scan as answers and live messages show it.
#pragma once

#include "api/services.h"

namespace hm::api {

// To a limited scope the numbers are null: less their own, they would be those of the accounts out of it.
Json scan_json(const ScanProgress& scan, const identity::Scope& scope);

}  // namespace hm::api
