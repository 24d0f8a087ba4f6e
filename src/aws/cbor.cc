#include "aws/cbor.h"

#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "aws/protocol_request.h"
#include "aws/protocol_text.h"
#include "aws/protocol_time.h"
#include "base/check.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

enum Major : uint8_t { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };
constexpr uint8_t kIndefinite = 31;
constexpr uint8_t kBreak = 0xff;
constexpr uint64_t kTimeTag = 1;
constexpr int kMaxDepth = 128;

double half(uint64_t bits) {
  const auto mantissa = static_cast<double>(bits & 0x3ff);
  const auto exponent = static_cast<int>(bits >> 10 & 31);
  double value = 0;
  if (exponent == 31) {
    value =
        mantissa == 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  } else {
    value = exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(mantissa + 1024, exponent - 25);
  }
  return (bits >> 15 & 1) != 0 ? -value : value;
}

Json real(double value) {
  if (std::isfinite(value)) return value;
  return Json(float_text(value));
}

class CborReader {
 public:
  explicit CborReader(std::string_view bytes) : rest_(bytes), size_(bytes.size()) {}

  bool done() const { return rest_.empty(); }
  Result<Json> item(int depth);
  Error broken(std::string_view why) const {
    return make_error(ErrorKind::corrupt, "cbor",
                      fmt::format("the answer is no CBOR: {} at byte {}", why, size_ - rest_.size()));
  }

 private:
  Result<uint64_t> argument(uint8_t info);
  Result<std::string> text(uint8_t major, uint8_t info);
  Result<Json> array(uint8_t info, int depth);
  Result<Json> map(uint8_t info, int depth);
  Result<Json> tag(uint8_t info, int depth);
  Result<Json> simple(uint8_t info);
  bool at_break();

  std::string_view rest_;
  size_t size_;
};

Result<uint64_t> CborReader::argument(uint8_t info) {
  if (info < 24) return info;
  if (info > 27) return broken("a length of no known kind");
  const size_t count = size_t{1} << (info - 24);
  if (rest_.size() < count) return broken("it ends too early");
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(count);
  return value;
}

bool CborReader::at_break() {
  if (rest_.empty() || static_cast<uint8_t>(rest_[0]) != kBreak) return false;
  rest_.remove_prefix(1);
  return true;
}

Result<std::string> CborReader::text(uint8_t major, uint8_t info) {
  if (info != kIndefinite) {
    HM_TRY(const uint64_t length, argument(info));
    if (length > rest_.size()) return broken("a text longer than the answer");
    std::string result(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return result;
  }
  std::string result;
  while (!at_break()) {
    if (rest_.empty()) return broken("it ends too early");
    const auto head = static_cast<uint8_t>(rest_[0]);
    if (head >> 5 != major || (head & 31) == kIndefinite) return broken("a text in pieces of another kind");
    rest_.remove_prefix(1);
    HM_TRY(const std::string piece, text(major, head & 31));
    result += piece;
  }
  return result;
}

Result<Json> CborReader::array(uint8_t info, int depth) {
  JsonArray items;
  uint64_t count = std::numeric_limits<uint64_t>::max();
  if (info != kIndefinite) {
    HM_TRY(count, argument(info));
    if (count > rest_.size()) return broken("a list longer than the answer");
  }
  for (uint64_t i = 0; i < count; ++i) {
    if (info == kIndefinite && at_break()) break;
    HM_TRY(Json one, item(depth + 1));
    items.push_back(std::move(one));
  }
  return Json(std::move(items));
}

Result<Json> CborReader::map(uint8_t info, int depth) {
  JsonObject entries;
  uint64_t count = std::numeric_limits<uint64_t>::max();
  if (info != kIndefinite) {
    HM_TRY(count, argument(info));
    if (count > rest_.size()) return broken("a map longer than the answer");
  }
  for (uint64_t i = 0; i < count; ++i) {
    if (info == kIndefinite && at_break()) break;
    if (rest_.empty() || static_cast<uint8_t>(rest_[0]) >> 5 != kText) return broken("a key that is no text");
    HM_TRY(const Json key, item(depth + 1));
    HM_TRY(Json value, item(depth + 1));
    entries.insert_or_assign(as_text(key), std::move(value));
  }
  return Json(std::move(entries));
}

Result<Json> CborReader::tag(uint8_t info, int depth) {
  HM_TRY(const uint64_t number, argument(info));
  HM_TRY(Json value, item(depth + 1));
  if (number == kTimeTag && !value.is_number()) return broken("a time that is no number");
  return value;
}

Result<Json> CborReader::simple(uint8_t info) {
  if (info == 20 || info == 21) return Json(info == 21);
  if (info == 22 || info == 23) return Json(nullptr);
  if (info < 25 || info > 27) return broken("a value of no known kind");
  HM_TRY(const uint64_t bits, argument(info));
  if (info == 25) return real(half(bits));
  if (info == 26) return real(std::bit_cast<float>(static_cast<uint32_t>(bits)));
  return real(std::bit_cast<double>(bits));
}

Result<Json> CborReader::item(int depth) {
  if (depth > kMaxDepth) return broken("nested too deeply");
  if (rest_.empty()) return broken("it ends too early");
  const auto head = static_cast<uint8_t>(rest_[0]);
  rest_.remove_prefix(1);
  const uint8_t info = head & 31;
  switch (head >> 5) {
    case kUnsigned: {
      HM_TRY(const uint64_t value, argument(info));
      return value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())
                 ? Json(static_cast<int64_t>(value))
                 : Json(value);
    }
    case kNegative: {
      HM_TRY(const uint64_t value, argument(info));
      if (value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
        return Json(-1 - static_cast<int64_t>(value));
      }
      if (value == std::numeric_limits<uint64_t>::max()) return Json("-18446744073709551616");
      return Json(fmt::format("-{}", value + 1));
    }
    case kBytes: {
      HM_TRY(const std::string bytes, text(kBytes, info));
      return Json(base64(bytes));
    }
    case kText: {
      HM_TRY(const std::string value, text(kText, info));
      if (!is_utf8(value)) return broken("a text that is no UTF-8");
      return Json(value);
    }
    case kArray:
      return array(info, depth);
    case kMap:
      return map(info, depth);
    case kTag:
      return tag(info, depth);
    default:
      return simple(info);
  }
}

class CborWriter {
 public:
  explicit CborWriter(std::string& out) : out_(out) {}

  void structure(const Shape& shape, const Json& value) {
    const JsonObject& object = value.get_object();
    uint64_t count = 0;
    for (const auto& [key, item] : object) count += item.is_null() || !shape.find(key) ? 0 : 1;
    head(kMap, count);
    for (const auto& [key, item] : object) {
      const auto member = shape.find(key);
      if (item.is_null() || !member) continue;
      text(member->wire_name());
      this->value(*member, item);
    }
  }

 private:
  void head(Major major, uint64_t argument) {
    const auto first = static_cast<unsigned>(major) << 5;
    int count = 0;
    if (argument < 24) {
      out_ += static_cast<char>(first | argument);
    } else {
      const unsigned power = argument < 0x100 ? 0 : argument < 0x10000 ? 1 : argument < 0x100000000 ? 2 : 3;
      out_ += static_cast<char>(first | (24 + power));
      count = 1 << power;
    }
    while (count-- > 0) out_ += static_cast<char>(argument >> (8 * count) & 255);
  }

  void text(std::string_view value) {
    head(kText, value.size());
    out_ += value;
  }

  void integer(int64_t value) {
    if (value >= 0) {
      head(kUnsigned, static_cast<uint64_t>(value));
    } else {
      head(kNegative, static_cast<uint64_t>(-1 - value));
    }
  }

  void bits(unsigned info, uint64_t value, int bytes) {
    out_ += static_cast<char>(kSimple << 5 | info);
    while (bytes-- > 0) out_ += static_cast<char>(value >> (8 * bytes) & 255);
  }

  void real(const Json& value, bool wide) {
    if (value.is_string()) {
      const std::string_view name = as_text(value);
      return bits(25, name == "NaN" ? 0x7e00 : name == "Infinity" ? 0x7c00 : 0xfc00, 2);
    }
    const auto number = value.to_number<double>();
    if (wide) return bits(27, std::bit_cast<uint64_t>(number), 8);
    bits(26, std::bit_cast<uint32_t>(static_cast<float>(number)), 4);
  }

  void list(const Shape& shape, const Json& value) {
    head(kArray, value.get_array().size());
    for (const Json& item : value.get_array()) this->value(shape.element(), item);
  }

  void map(const Shape& shape, const Json& value) {
    head(kMap, value.get_object().size());
    for (const auto& [key, item] : value.get_object()) {
      text({key.data(), key.size()});
      this->value(shape.value(), item);
    }
  }

  void value(const Member& member, const Json& value);

  std::string& out_;
};

void CborWriter::value(const Member& member, const Json& value) {
  const Shape shape = member.shape();
  if (value.is_null()) return bits(22, 0, 0);
  switch (shape.kind()) {
    case ShapeKind::structure:
      return structure(shape, value);
    case ShapeKind::list:
      return list(shape, value);
    case ShapeKind::map:
      return map(shape, value);
    case ShapeKind::string:
      return text(as_text(value));
    case ShapeKind::blob: {
      const std::string bytes = blob_bytes(value);
      head(kBytes, bytes.size());
      out_ += bytes;
      return;
    }
    case ShapeKind::boolean:
      return bits(value.get_bool() ? 21 : 20, 0, 0);
    case ShapeKind::float_number:
    case ShapeKind::double_number:
      return real(value, shape.kind() == ShapeKind::double_number);
    case ShapeKind::timestamp:
      head(kTag, kTimeTag);
      return integer(parameter_time(value)->seconds);
    case ShapeKind::integer:
    case ShapeKind::long_integer:
    case ShapeKind::big_number:
      if (value.is_uint64()) return head(kUnsigned, value.get_uint64());
      return integer(value.to_number<int64_t>());
  }
}

}  // namespace

Result<Json> read_cbor(std::string_view bytes) {
  CborReader reader(bytes);
  HM_TRY(Json value, reader.item(0));
  if (!reader.done()) return reader.broken("something follows");
  return value;
}

std::string write_cbor(const Shape& shape, const Json& value) {
  std::string out;
  CborWriter(out).structure(shape, value);
  return out;
}

void write_cbor_request(const Service& service, const Operation& operation, const Json& params,
                        WireRequest& request) {
  request.path =
      "/service/" + std::string(service.target_prefix()) + "/operation/" + std::string(operation.name());
  request.headers.set("smithy-protocol", "rpc-v2-cbor");
  if (service.query_compatible()) request.headers.set("x-amzn-query-mode", "true");
  if (const auto input = operation.input()) request.body = write_cbor(*input, params);
  request.headers.set("Accept", "application/cbor");
  if (!request.body.empty()) request.headers.set("Content-Type", "application/cbor");
}

}  // namespace hm::aws
