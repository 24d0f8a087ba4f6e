#include "aws/protocol_text.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "base/check.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

constexpr int kMaxDepth = 128;  // what parse_json lets in

// One code point of well-formed UTF-8; a broken byte stands for itself.
uint32_t next_code_point(std::string_view text, size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first < 0xc0 || at + length > text.size()) {
    ++at;
    return first;
  }
  uint32_t point = first & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3fu);
  at += length;
  return point;
}

void append_escape(std::string& out, uint32_t point) {
  if (point >= 0x10000) {
    point -= 0x10000;
    out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff));
  } else {
    out += fmt::format("\\u{:04x}", point);
  }
}

void append_json_at(std::string& out, const Json& value, int depth) {
  HM_CHECK(depth <= kMaxDepth);
  if (const JsonObject* object = value.if_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : *object) {
      if (!first) out += ", ";
      first = false;
      append_json_text(out, {key.data(), key.size()});
      out += ": ";
      append_json_at(out, item, depth + 1);
    }
    out += '}';
  } else if (const JsonArray* array = value.if_array()) {
    out += '[';
    for (size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ", ";
      append_json_at(out, (*array)[i], depth + 1);
    }
    out += ']';
  } else if (value.is_string()) {
    append_json_text(out, as_text(value));
  } else {
    out += scalar_text(value);
  }
}

}  // namespace

std::string float_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char buffer[400];
  const double magnitude = std::abs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  std::string text(buffer, end);
  if (plain && text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string number_text(const Json& value) {
  if (value.is_double()) return float_text(value.get_double());
  return scalar_text(value);
}

std::string scalar_text(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::bool_:
      return value.get_bool() ? "true" : "false";
    case boost::json::kind::int64:
      return std::to_string(value.get_int64());
    case boost::json::kind::uint64:
      return std::to_string(value.get_uint64());
    case boost::json::kind::double_:
      return float_text(value.get_double());
    case boost::json::kind::string:
      return std::string(as_text(value));
    case boost::json::kind::null:
      return "null";
    default: {
      std::string text;
      append_json(text, value);
      return text;
    }
  }
}

void append_json(std::string& out, const Json& value) { append_json_at(out, value, 0); }

void append_json_text(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      out += c;
      ++at;
      continue;
    }
    const uint32_t point = next_code_point(text, at);
    constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
    constexpr std::string_view kLetters = "\"\\bfnrt";
    const size_t index = point < 128 ? kShort.find(static_cast<char>(point)) : std::string_view::npos;
    if (index == std::string_view::npos) {
      append_escape(out, point);
    } else {
      out += '\\';
      out += kLetters[index];
    }
  }
  out += '"';
}

bool is_utf8(std::string_view text) {
  size_t at = 0;
  const auto byte = [&](size_t index) { return static_cast<unsigned char>(text[index]); };
  while (at < text.size()) {
    uint64_t eight = 0;
    if (at + sizeof eight <= text.size()) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if ((eight & 0x8080808080808080u) == 0) {
        at += sizeof eight;
        continue;
      }
    }
    const unsigned first = byte(at);
    if (first < 0x80) {
      ++at;
      continue;
    }
    const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return false;
    const unsigned second = byte(at + 1);
    const unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (size_t i = 2; i < length; ++i) {
      if ((byte(at + i) & 0xc0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

std::string as_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      result += c;
    } else {
      result += {static_cast<char>(0xc0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3f))};
    }
  }
  return result;
}

std::string blob_bytes(const Json& value) {
  auto bytes = unbase64(as_text(value));
  HM_CHECK(bytes.has_value());
  return *std::move(bytes);
}

}  // namespace hm::aws
