// What a column of a table may hold: one list for the catalog that declares columns and the query database
// that makes them.
#pragma once

#include <string_view>

namespace hm::catalog {

enum class ColumnType { text, integer, real, boolean, time, json };
std::string_view to_string(ColumnType type);

}  // namespace hm::catalog
