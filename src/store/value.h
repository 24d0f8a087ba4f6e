// What goes into a statement and what comes out of it.
//
// Times are kept as microseconds since 1970 in `bigint` columns, booleans in `boolean`, bytes in `bytea`,
// text in `text`, numbers in `bigint` and `double precision`: these names mean the same in both dialects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace hm::store {

struct Blob {
  std::string bytes;
};

// One parameter, owned. Integers, bool, double, text, Blob, Time, nullptr, and std::optional of each convert
// to it.
class Value {
 public:
  using Held = std::variant<std::monostate, int64_t, double, bool, std::string, Blob>;

  Value() = default;
  Value(std::nullptr_t) {}
  template <class T>
  requires std::is_integral_v<T> Value(T number) {
    if constexpr (std::is_same_v<T, bool>) {
      held_ = number;
    } else {
      held_ = static_cast<int64_t>(number);
    }
  }
  Value(double number) : held_(number) {}
  Value(const char* text) : held_(std::string(text)) {}
  Value(std::string_view text) : held_(std::string(text)) {}
  Value(std::string text) : held_(std::move(text)) {}
  Value(Blob blob) : held_(std::move(blob)) {}
  Value(Time time) : held_(to_micros(time)) {}
  template <class T>
  Value(std::optional<T> maybe) {
    if (maybe.has_value()) held_ = Value(std::move(*maybe)).held_;
  }

  const Held& held() const { return held_; }

 private:
  Held held_;
};

using Params = std::vector<Value>;

// One row of an answer, by column from 0. Views live until the next row. Asking for another type than the
// column has converts as SQL would ("12" as an integer is 12); NULL reads as 0, false or "", so ask is_null()
// or maybe_…().
class Row {
 public:
  struct Cell {
    enum class Kind { null, integer, real, bytes } kind = Kind::null;
    int64_t integer = 0;
    double real = 0;
    std::string_view bytes;
  };
  explicit Row(const std::vector<Cell>& cells) : cells_(cells) {}

  size_t size() const { return cells_.size(); }
  bool is_null(size_t column) const;
  int64_t integer(size_t column) const;
  double real(size_t column) const;
  bool boolean(size_t column) const;
  std::string_view text(size_t column) const;  // also the bytes of a blob
  std::string string(size_t column) const { return std::string(text(column)); }
  Time time(size_t column) const { return from_micros(integer(column)); }

  std::optional<int64_t> maybe_integer(size_t column) const;
  std::optional<double> maybe_real(size_t column) const;
  std::optional<std::string> maybe_text(size_t column) const;
  std::optional<Time> maybe_time(size_t column) const;

 private:
  const Cell& cell(size_t column) const;
  const std::vector<Cell>& cells_;
};

}  // namespace hm::store
