// Values of catalog files, in the forms to which the schemas hold them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "catalog/catalog.h"

namespace hm::catalog {

// "5m", "36h": the schema holds durations to "<number><unit>".
std::chrono::seconds duration_of(std::string_view text);
// The items of a list of texts; nothing where there is no list.
std::vector<std::string> texts(const Json* list);
// {pages, items}; none where there is nothing.
ListLimits limits_of(const Json* node);

}  // namespace hm::catalog
