#include "store/value.h"

#include <charconv>

#include "base/check.h"

namespace hm::store {
namespace {

template <class T>
T parse(std::string_view text) {
  T number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

using Kind = Row::Cell::Kind;

const Row::Cell& Row::cell(size_t column) const {
  HM_CHECK(column < cells_.size());
  return cells_[column];
}

bool Row::is_null(size_t column) const { return cell(column).kind == Kind::null; }

int64_t Row::integer(size_t column) const {
  const Cell& found = cell(column);
  switch (found.kind) {
    case Kind::null:
      return 0;
    case Kind::integer:
      return found.integer;
    case Kind::real:
      return static_cast<int64_t>(found.real);
    case Kind::bytes:
      return parse<int64_t>(found.bytes);
  }
  return 0;
}

double Row::real(size_t column) const {
  const Cell& found = cell(column);
  switch (found.kind) {
    case Kind::null:
      return 0;
    case Kind::integer:
      return static_cast<double>(found.integer);
    case Kind::real:
      return found.real;
    case Kind::bytes:
      return parse<double>(found.bytes);
  }
  return 0;
}

bool Row::boolean(size_t column) const { return integer(column) != 0; }

std::string_view Row::text(size_t column) const { return cell(column).bytes; }

std::optional<int64_t> Row::maybe_integer(size_t column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<double> Row::maybe_real(size_t column) const {
  if (is_null(column)) return std::nullopt;
  return real(column);
}

std::optional<std::string> Row::maybe_text(size_t column) const {
  if (is_null(column)) return std::nullopt;
  return string(column);
}

std::optional<Time> Row::maybe_time(size_t column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

}  // namespace hm::store
