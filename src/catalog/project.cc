#include "catalog/project.h"

#include <charconv>

#include "base/time.h"

namespace hm::catalog {

namespace {

template <class T>
Json number_from(std::string_view text) {
  T number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() ? Json(number) : Json(text);
}

Json from_text(std::string_view text, ColumnType type) {
  switch (type) {
    case ColumnType::integer:
      return number_from<int64_t>(text);
    case ColumnType::real:
      return number_from<double>(text);
    case ColumnType::boolean:
      return text == "true" ? Json(true) : text == "false" ? Json(false) : Json(text);
    case ColumnType::time: {
      auto time = parse_iso(text);
      return time ? Json(format_iso(*time)) : Json(text);
    }
    case ColumnType::json: {
      const bool structure = text.starts_with('{') || text.starts_with('[');
      auto parsed = structure ? parse_json(text) : Result<Json>(Json(text));
      return parsed ? *parsed : Json(text);
    }
    case ColumnType::text:
      break;
  }
  return Json(text);
}

}  // namespace

Json column_value(const Column& column, const Json& document) {
  Json value = column.path.eval(document);
  if (value.is_null()) return value;
  if (value.is_string()) return from_text(as_text(value), column.type);
  if (column.type == ColumnType::text) return Json(to_json(value));
  if (column.type == ColumnType::real && value.is_int64())
    return Json(static_cast<double>(value.get_int64()));
  return value;
}

}  // namespace hm::catalog
