#include "series/chunk.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <optional>

#include "base/check.h"

namespace hm::series {

namespace {

constexpr unsigned char kVersion = 1;
constexpr unsigned char kPlain = 0, kZstd = 1;
constexpr unsigned char kAsTheyAre = 255;
constexpr int kMostPlaces = 9;
// Whole numbers beyond this are not told apart by a double.
constexpr double kMostWhole = 9007199254740992.0;
constexpr size_t kMostBytes = kMostChunkPoints * 20 + 64;

uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
  out += static_cast<char>(value);
}

// Reads from the front; everything after a fault reads as 0.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const unsigned char c = byte();
      value |= static_cast<uint64_t>(c & 0x7f) << shift;
      if ((c & 0x80) == 0) return value;
    }
    good_ = false;
    return 0;
  }
  unsigned char byte() {
    const auto one = take(1);
    return one.empty() ? 0 : static_cast<unsigned char>(one[0]);
  }
  std::string_view take(size_t count) {
    if (count > bytes_.size()) {
      good_ = false;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }
  bool good() const { return good_; }
  bool ended() const { return good_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool good_ = true;
};

double power_of_ten(int places) {
  static constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  return kPowers[places];
}

bool is_whole_of(double value, int places) {
  const double scaled = value * power_of_ten(places);
  if (!(std::fabs(scaled) < kMostWhole)) return false;  // NaN too
  // Through an integer, which has no negative zero.
  const auto whole = static_cast<double>(static_cast<int64_t>(std::nearbyint(scaled)));
  return std::bit_cast<uint64_t>(whole / power_of_ten(places)) == std::bit_cast<uint64_t>(value);
}

// The fewest decimal places in which every value is exact.
std::optional<int> places_of(const std::vector<Point>& points) {
  int places = 0;
  for (const Point& point : points) {
    while (places <= kMostPlaces && !is_whole_of(point.value, places)) ++places;
    if (places > kMostPlaces) return std::nullopt;
  }
  // What was exact with fewer places must be so with these.
  const bool all = std::all_of(points.begin(), points.end(),
                               [&](const Point& point) { return is_whole_of(point.value, places); });
  return all ? std::optional(places) : std::nullopt;
}

std::vector<uint64_t> differences(const std::vector<Point>& points, std::optional<int> places) {
  std::vector<uint64_t> out;
  out.reserve(points.size());
  int64_t whole_before = 0;
  uint64_t bits_before = 0;
  for (const Point& point : points) {
    if (places) {
      const auto whole = static_cast<int64_t>(std::nearbyint(point.value * power_of_ten(*places)));
      out.push_back(zigzag(whole - whole_before));
      whole_before = whole;
    } else {
      const auto bits = std::bit_cast<uint64_t>(point.value);
      out.push_back(bits ^ bits_before);
      bits_before = bits;
    }
  }
  return out;
}

void put_values(std::string& out, const std::vector<Point>& points) {
  const auto places = places_of(points);
  const auto values = differences(points, places);
  uint64_t all = 0;
  for (const uint64_t value : values) all |= value;
  const int width = (64 - std::countl_zero(all) + 7) / 8;
  out += static_cast<char>(places ? static_cast<unsigned char>(*places) : kAsTheyAre);
  out += static_cast<char>(width);
  for (int plane = 0; plane < width; ++plane)
    for (const uint64_t value : values) out += static_cast<char>((value >> (8 * plane)) & 0xff);
}

Error broken() {
  return make_error(ErrorKind::corrupt, "bad_chunk", "a day of points in the store cannot be read");
}

Status read_values(Bytes& in, std::vector<Point>& points) {
  const unsigned char form = in.byte();
  const unsigned char width = in.byte();
  if (!in.good() || width > 8 || (form != kAsTheyAre && form > kMostPlaces)) return broken();
  std::vector<uint64_t> values(points.size(), 0);
  for (int plane = 0; plane < width; ++plane) {
    const auto bytes = in.take(points.size());
    if (!in.good()) return broken();
    for (size_t i = 0; i < bytes.size(); ++i)
      values[i] |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * plane);
  }
  uint64_t before = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    if (form == kAsTheyAre) {
      before ^= values[i];
      points[i].value = std::bit_cast<double>(before);
    } else {
      before += static_cast<uint64_t>(unzigzag(values[i]));
      points[i].value = static_cast<double>(static_cast<int64_t>(before)) / power_of_ten(form);
    }
  }
  return ok();
}

}  // namespace

std::string pack_chunk(ZstdCodec& codec, Time day, const std::vector<Point>& points) {
  HM_CHECK(points.size() <= kMostChunkPoints);
  std::vector<int64_t> distances;
  int64_t unit = 0;
  int64_t before = to_micros(day);
  for (const Point& point : points) {
    distances.push_back(to_micros(point.at) - before);
    unit = std::gcd(unit, distances.back());
    before = to_micros(point.at);
  }
  if (unit == 0) unit = 1;
  std::string body;
  put_varint(body, points.size());
  put_varint(body, static_cast<uint64_t>(unit));
  for (const int64_t distance : distances) put_varint(body, zigzag(distance / unit));
  put_values(body, points);
  const std::string packed = codec.pack(body);
  std::string out(1, static_cast<char>(kVersion));
  const bool smaller = packed.size() < body.size();
  out += static_cast<char>(smaller ? kZstd : kPlain);
  return out + (smaller ? packed : body);
}

Result<std::vector<Point>> unpack_chunk(ZstdCodec& codec, Time day, std::string_view bytes) {
  if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != kVersion) return broken();
  const auto form = static_cast<unsigned char>(bytes[1]);
  std::string body(bytes.substr(2));
  if (form == kZstd) {
    HM_TRY(body, codec.unpack(bytes.substr(2), kMostBytes));
  } else if (form != kPlain) {
    return broken();
  }
  Bytes in(body);
  const uint64_t count = in.varint();
  const uint64_t unit = in.varint();
  if (!in.good() || count > kMostChunkPoints || count > body.size()) return broken();
  std::vector<Point> points(count);
  auto at = static_cast<uint64_t>(to_micros(day));
  for (Point& point : points) {
    at += static_cast<uint64_t>(unzigzag(in.varint())) * unit;
    point.at = from_micros(static_cast<int64_t>(at));
  }
  HM_DO(read_values(in, points));
  if (!in.ended()) return broken();
  return points;
}

}  // namespace hm::series
