// Where AWS offers a service, by the list that botocore keeps. It lags behind AWS, and newer services are not
// in it: good enough to tell why a service's address does not exist, not to keep from asking.
#pragma once

#include <optional>
#include <string_view>

#include "aws/model.h"

namespace hm::aws {

// Nothing where the list does not know the service, or not the region.
std::optional<bool> is_offered(const Service& service, std::string_view region);

}  // namespace hm::aws
