// CBOR bodies (RFC 8949, as RPC v2 uses it), both ways.
#include <bit>
#include <cmath>
#include <cstring>

#include "base/encoding.h"
#include "base/time.h"
#include "sim/wire/wire.h"

namespace hm::sim {

using aws::Shape;
using aws::ShapeKind;

namespace {

constexpr int kMostDepth = 64;
constexpr uint64_t kMostItems = 1'000'000;
enum Major : unsigned { kUnsigned, kNegative, kBytes, kText, kList, kMap, kTag, kSimple };

Error broken() { return refusal(400, "SerializationException", "The request body is not valid CBOR."); }

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  Result<Json> item(int depth = 0) {
    if (depth > kMostDepth || bytes_.empty()) return broken();
    const auto head = static_cast<unsigned char>(bytes_[0]);
    const unsigned major = head >> 5, info = head & 31;
    if (major == kSimple) return simple(info);
    bytes_.remove_prefix(1);
    const bool endless = info == 31;
    uint64_t count = 0;
    if (!endless && !number(info, count)) return broken();
    switch (major) {
      case kUnsigned:
        return Json(count);
      case kNegative:
        return Json(-1 - static_cast<int64_t>(count));
      case kBytes:
      case kText: {
        HM_TRY(std::string text, string(major, endless, count));
        return Json(major == kText ? text : base64(text));
      }
      case kList:
        return list(endless, count, depth);
      case kMap:
        return map(endless, count, depth);
      default:
        return item(depth + 1);  // a tag; times are the only ones, and their shape says so
    }
  }
  bool ended() const { return bytes_.empty(); }

 private:
  bool number(unsigned info, uint64_t& value) {
    if (info < 24) return value = info, true;
    if (info > 27) return false;
    const size_t size = size_t{1} << (info - 24);
    if (bytes_.size() < size) return false;
    value = 0;
    for (size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes_[i]);
    bytes_.remove_prefix(size);
    return true;
  }

  bool at_break() {
    if (bytes_.empty() || static_cast<unsigned char>(bytes_[0]) != 0xff) return false;
    bytes_.remove_prefix(1);
    return true;
  }

  Result<std::string> string(unsigned major, bool endless, uint64_t count) {
    if (!endless) {
      if (count > bytes_.size()) return broken();
      std::string text(bytes_.substr(0, count));
      bytes_.remove_prefix(count);
      return text;
    }
    std::string text;
    while (!at_break()) {
      if (bytes_.empty() || static_cast<unsigned char>(bytes_[0]) >> 5 != major) return broken();
      const unsigned info = static_cast<unsigned char>(bytes_[0]) & 31;
      bytes_.remove_prefix(1);
      uint64_t size = 0;
      if (info == 31 || !number(info, size) || size > bytes_.size()) return broken();
      text += bytes_.substr(0, size);
      bytes_.remove_prefix(size);
    }
    return text;
  }

  Result<Json> list(bool endless, uint64_t count, int depth) {
    JsonArray out;
    while (endless ? !at_break() : out.size() < count) {
      if (out.size() >= kMostItems) return broken();
      HM_TRY(Json one, item(depth + 1));
      out.push_back(std::move(one));
    }
    return Json(std::move(out));
  }

  Result<Json> map(bool endless, uint64_t count, int depth) {
    JsonObject out;
    for (uint64_t i = 0; endless ? !at_break() : i < count; ++i) {
      if (i >= kMostItems) return broken();
      HM_TRY(const Json key, item(depth + 1));
      if (!key.is_string()) return broken();
      HM_TRY(out[as_text(key)], item(depth + 1));
    }
    return Json(std::move(out));
  }

  Result<Json> simple(unsigned info) {
    bytes_.remove_prefix(1);
    uint64_t bits = 0;
    if (info == 20 || info == 21) return Json(info == 21);
    if (info == 22 || info == 23) return Json(nullptr);
    if (info < 25 || info > 27 || !number(info, bits)) return broken();
    if (info == 26) return Json(static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits))));
    if (info == 27) return Json(std::bit_cast<double>(bits));
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const auto part = static_cast<double>(bits & 1023);
    const double size = exponent == 0 ? std::ldexp(part, -24) : std::ldexp(part + 1024, exponent - 25);
    return Json(bits >> 15 != 0 ? -size : size);
  }

  std::string_view bytes_;
};

void put_head(std::string& out, unsigned major, uint64_t value) {
  const auto first = static_cast<unsigned char>(major << 5);
  int size = 0;
  if (value < 24) {
    out += static_cast<char>(first | value);
    return;
  }
  while (size < 3 && value >> (8 << size) != 0) ++size;
  out += static_cast<char>(first | (24 + size));
  for (int shift = (8 << size) - 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

void put_text(std::string& out, unsigned major, std::string_view text) {
  put_head(out, major, text.size());
  out += text;
}

void put_double(std::string& out, double value) {
  out += static_cast<char>(0xfb);
  const auto bits = std::bit_cast<uint64_t>(value);
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(bits >> shift & 0xff);
}

void put_integer(std::string& out, const Json& value) {
  if (value.is_uint64()) return put_head(out, kUnsigned, value.get_uint64());
  const auto number = value.to_number<int64_t>();
  if (number < 0) return put_head(out, kNegative, static_cast<uint64_t>(-1 - number));
  put_head(out, kUnsigned, static_cast<uint64_t>(number));
}

void put_scalar(std::string& out, Shape shape, const Json& value) {
  if (value.is_bool()) {
    out += static_cast<char>(value.get_bool() ? 0xf5 : 0xf4);
  } else if (value.is_string() && shape.kind() == ShapeKind::timestamp) {
    put_head(out, kTag, 1);
    put_double(out, static_cast<double>(to_micros(parse_iso(as_text(value)).value_or(Time()))) / 1e6);
  } else if (value.is_string() && shape.kind() == ShapeKind::blob) {
    put_text(out, kBytes, unbase64(as_text(value)).value_or(std::string()));
  } else if (value.is_string()) {
    put_text(out, kText, as_text(value));
  } else if (shape.kind() == ShapeKind::float_number || shape.kind() == ShapeKind::double_number) {
    put_double(out, value.to_number<double>());
  } else if (value.is_double()) {
    put_double(out, value.get_double());
  } else if (value.is_number()) {
    put_integer(out, value);
  } else {
    out += static_cast<char>(0xf6);
  }
}

void put(std::string& out, Shape shape, const Json& value) {
  if (value.is_array()) {
    put_head(out, kList, value.get_array().size());
    for (const auto& one : value.get_array()) put(out, shape.element().shape(), one);
  } else if (value.is_object() && shape.kind() == ShapeKind::map) {
    put_head(out, kMap, value.get_object().size());
    for (const auto& [name, one] : value.get_object()) {
      put_text(out, kText, name);
      put(out, shape.value().shape(), one);
    }
  } else if (value.is_object()) {
    std::string members;
    uint64_t count = 0;
    for (const auto& member : shape.members()) {
      const auto* one = value.get_object().if_contains(member.name());
      if (one == nullptr || one->is_null()) continue;
      ++count;
      put_text(members, kText, member.name());
      put(members, member.shape(), *one);
    }
    put_head(out, kMap, count);
    out += members;
  } else {
    put_scalar(out, shape, value);
  }
}

}  // namespace

Result<Json> parse_cbor_body(const Wire& wire, std::string_view body) {
  const auto input = wire.operation.input();
  if (!input || body.empty()) return Json(JsonObject{});
  Reader reader(body);
  HM_TRY(const Json document, reader.item());
  if (!reader.ended()) return broken();
  return read_json(*input, document, "");
}

std::string write_cbor_output(const Wire& wire, const Json& document) {
  std::string out;
  const auto shape = wire.operation.output();
  if (!shape) {
    put_head(out, kMap, 0);
  } else {
    put(out, *shape, document);
  }
  return out;
}

std::string write_cbor_error(const Error& refused) {
  std::string out;
  put_head(out, kMap, 2);
  put_text(out, kText, "__type");
  put_text(out, kText, refused.code);
  put_text(out, kText, "message");
  put_text(out, kText, refused.message);
  return out;
}

}  // namespace hm::sim
