// LIKE and GLOB as SQLite has them, but they can be stopped: against a value of the greatest length, one of
// them takes as long as a whole statement may.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hm::query {

// Asked now and then by what works long; true: give up.
using MustStop = std::function<bool()>;

// A pattern, made once and matched often. Upper and lower case are the same to LIKE where they are ASCII.
class Pattern {
 public:
  static Pattern like(std::string_view text, std::optional<uint32_t> escape);
  static Pattern glob(std::string_view text);

  // Nothing: it was stopped.
  std::optional<bool> matches(std::string_view text, const MustStop& must_stop) const;

 private:
  enum class Kind { literal, one, any, set };
  struct Range {
    uint32_t first, last;
  };
  struct Token {
    Kind kind = Kind::literal;
    uint32_t character = 0;
    bool inverted = false;
    std::vector<Range> ranges{};
  };
  bool fits(const Token& token, uint32_t character) const;
  // False where the set has no end.
  bool add_set(std::string_view& rest);

  std::vector<Token> tokens_;
  bool ignores_case_ = false;
  bool never_ = false;  // a pattern that ends within an escape or a set matches nothing
};

// Takes the first character of a text that is not empty, as SQLite reads one: what is no UTF-8 is a character
// too.
uint32_t take_character(std::string_view& text);

}  // namespace hm::query
