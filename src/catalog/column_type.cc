#include "catalog/column_type.h"

namespace hm::catalog {

std::string_view to_string(ColumnType type) {
  switch (type) {
    case ColumnType::text:
      return "text";
    case ColumnType::integer:
      return "integer";
    case ColumnType::real:
      return "real";
    case ColumnType::boolean:
      return "boolean";
    case ColumnType::time:
      return "time";
    case ColumnType::json:
      return "json";
  }
  return "json";
}

}  // namespace hm::catalog
