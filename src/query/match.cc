#include "query/match.h"

#include <algorithm>

namespace hm::query {
namespace {

constexpr uint32_t kReplacement = 0xfffd;
constexpr int kStepsPerLook = 50'000;

uint32_t lower(uint32_t c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

// What the first byte of a character of several bytes gives to it.
uint32_t lead_bits(uint32_t byte) {
  if (byte < 0xe0) return byte & 0x1f;
  if (byte < 0xf0) return byte & 0x0f;
  if (byte < 0xf8) return byte & 0x07;
  if (byte < 0xfc) return byte & 0x03;
  return byte == 0xfd ? 1 : 0;
}

}  // namespace

uint32_t take_character(std::string_view& text) {
  const auto next = [&] {
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    return static_cast<uint32_t>(byte);
  };
  const uint32_t byte = next();
  if (byte < 0xc0) return byte;
  uint32_t c = lead_bits(byte);
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0) == 0x80)
    c = (c << 6) + (next() & 0x3f);
  const bool surrogate = (c & 0xfffff800) == 0xd800, no_character = (c & 0xfffffffe) == 0xfffe;
  return c < 0x80 || surrogate || no_character ? kReplacement : c;
}

Pattern Pattern::like(std::string_view text, std::optional<uint32_t> escape) {
  Pattern pattern;
  pattern.ignores_case_ = true;
  while (!text.empty()) {
    uint32_t c = take_character(text);
    if (escape && c == *escape) {
      if (text.empty()) {
        pattern.never_ = true;
        break;
      }
      c = take_character(text);
      pattern.tokens_.push_back({.kind = Kind::literal, .character = c});
    } else if (c == '%') {
      pattern.tokens_.push_back({.kind = Kind::any});
    } else if (c == '_') {
      pattern.tokens_.push_back({.kind = Kind::one});
    } else {
      pattern.tokens_.push_back({.kind = Kind::literal, .character = c});
    }
  }
  return pattern;
}

bool Pattern::add_set(std::string_view& rest) {
  Token token{.kind = Kind::set};
  const auto next = [&]() -> std::optional<uint32_t> {
    if (rest.empty()) return std::nullopt;
    return take_character(rest);
  };
  auto c = next();
  if (c == uint32_t{'^'}) {
    token.inverted = true;
    c = next();
  }
  if (c == uint32_t{']'}) {
    token.ranges.push_back({']', ']'});
    c = next();
  }
  uint32_t before = 0;
  while (c && *c != ']') {
    if (*c == '-' && !rest.empty() && rest.front() != ']' && before > 0) {
      c = next();
      token.ranges.push_back({before, *c});
      before = 0;
    } else {
      token.ranges.push_back({*c, *c});
      before = *c;
    }
    c = next();
  }
  tokens_.push_back(std::move(token));
  return c.has_value();
}

Pattern Pattern::glob(std::string_view text) {
  Pattern pattern;
  while (!text.empty() && !pattern.never_) {
    const uint32_t c = take_character(text);
    if (c == '*') {
      pattern.tokens_.push_back({.kind = Kind::any});
    } else if (c == '?') {
      pattern.tokens_.push_back({.kind = Kind::one});
    } else if (c == '[') {
      pattern.never_ = !pattern.add_set(text);
    } else {
      pattern.tokens_.push_back({.kind = Kind::literal, .character = c});
    }
  }
  return pattern;
}

bool Pattern::fits(const Token& token, uint32_t c) const {
  switch (token.kind) {
    case Kind::literal:
      return ignores_case_ ? lower(token.character) == lower(c) : token.character == c;
    case Kind::set:
      return std::any_of(token.ranges.begin(), token.ranges.end(), [&](const Range& range) {
               return range.first <= c && c <= range.last;
             }) != token.inverted;
    default:
      return token.kind == Kind::one;
  }
}

// Where what follows an "any" does not fit, it takes one character more; what it took before need not be
// tried again, so the time is at most the product of the lengths.
std::optional<bool> Pattern::matches(std::string_view text, const MustStop& must_stop) const {
  if (never_) return false;
  size_t at = 0, after_any = tokens_.size() + 1;
  std::string_view taken_by_any;
  int steps = 0;
  while (!text.empty()) {
    if (++steps == kStepsPerLook) {
      steps = 0;
      if (must_stop()) return std::nullopt;
    }
    if (at < tokens_.size() && tokens_[at].kind == Kind::any) {
      after_any = ++at;
      taken_by_any = text;
      if (at == tokens_.size()) return true;
      continue;
    }
    std::string_view rest = text;
    if (at < tokens_.size() && fits(tokens_[at], take_character(rest))) {
      ++at;
      text = rest;
      continue;
    }
    if (after_any > tokens_.size()) return false;
    take_character(taken_by_any);
    text = taken_by_any;
    at = after_any;
  }
  while (at < tokens_.size() && tokens_[at].kind == Kind::any) ++at;
  return at == tokens_.size();
}

}  // namespace hm::query
