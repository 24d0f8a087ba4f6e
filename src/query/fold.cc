#include "query/fold.h"

#include <clocale>
#include <cstdint>
#include <cwctype>

#include <locale.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::query {
namespace {

constexpr char32_t kReplacement = 0xfffd;

// The process's own locale is left alone: it decides how numbers are printed elsewhere. Without any of these,
// ASCII alone is folded, and the fingerprint says so.
locale_t unicode() {
  static const locale_t kLocale = [] {
    for (const char* name : {"C.UTF-8", "C.utf8", "en_US.UTF-8"})
      if (const locale_t found = newlocale(LC_CTYPE_MASK, name, nullptr)) return found;
    return newlocale(LC_CTYPE_MASK, "C", nullptr);
  }();
  return kLocale;
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// The character that begins at `at`, which moves behind it; one byte of what is no UTF-8.
char32_t decode(std::string_view text, size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first < 0xc2 || first > 0xf4 || at + more > text.size()) return kReplacement;
  char32_t point = first & (0x3f >> more);
  for (size_t i = 0; i < more; ++i) {
    if (!continues(text[at + i])) return kReplacement;
    point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3f);
  }
  constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (point < kLeast[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return kReplacement;
  at += more;
  return point;
}

void append(std::string& text, char32_t point) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
  }
  put(0x80 | (point & 0x3f));
}

// By way of the upper case, which makes one of letters with two small forms (σ and ς).
char32_t fold(char32_t point) {
  if (point < 0x20 || point == 0x7f) return ' ';
  if (point < 0x80) return point >= 'A' && point <= 'Z' ? point + ('a' - 'A') : point;
  return static_cast<char32_t>(
      towlower_l(static_cast<wint_t>(towupper_l(static_cast<wint_t>(point), unicode())), unicode()));
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  for (size_t at = 0; at < text.size();) append(folded, fold(decode(text, at)));
  return folded;
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> found;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at++;
    while (at < text.size() && continues(text[at])) ++at;
    found.push_back(text.substr(begin, at - begin));
  }
  return found;
}

std::string fold_fingerprint() {
  // The letters with case lie below it, but for a few scripts that nobody names servers in.
  constexpr char32_t kEnd = 0x2fff;
  std::string all;
  for (char32_t point = 0x80; point < kEnd; ++point) append(all, fold(point));
  return sha256_hex(all).substr(0, 16);
}

}  // namespace hm::query
