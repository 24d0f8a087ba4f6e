// How the columns of the query database are called on a page.
#pragma once

#include <string>
#include <string_view>

namespace hm::api {

// "vpc_id" reads as "VPC ID", "launch_time" as "Launch time": a sentence, with abbreviations as AWS writes
// them.
std::string column_title(std::string_view column);

}  // namespace hm::api
