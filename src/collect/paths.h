// Changes documents in place at the ends of a path.
#pragma once

#include <functional>
#include <string>

#include "base/json.h"
#include "base/json_path.h"

namespace hm::collect {

// Calls `change` with every value that the path leads to, of every side of `||`. Absent values are passed by.
void change_at(Json& document, const JsonPath& path, const std::function<void(Json& value)>& change);
// Removes what the path leads to: the member, or the elements of the list.
void remove_at(Json& document, const JsonPath& path);
// The first member that a side of the path names: the part of the document that it reads.
bool reads_part(const JsonPath& path, const std::string& part);

}  // namespace hm::collect
