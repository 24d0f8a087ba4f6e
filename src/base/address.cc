#include "base/address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <arpa/inet.h>

namespace hm {

namespace {

constexpr std::array<uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kLimitedBits = 64;

struct Address {
  std::array<uint8_t, 16> bytes{};  // of IPv4 the first four
  bool v4 = false;
};

std::optional<Address> parse_address(std::string_view text) {
  // A link-local peer names its interface behind a percent sign.
  const std::string plain(text.substr(0, text.find('%')));
  Address address;
  if (inet_pton(AF_INET, plain.c_str(), address.bytes.data()) == 1) {
    address.v4 = true;
    return address;
  }
  if (inet_pton(AF_INET6, plain.c_str(), address.bytes.data()) != 1) return std::nullopt;
  if (std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin())) {
    std::copy(address.bytes.begin() + kMapped.size(), address.bytes.end(), address.bytes.begin());
    address.v4 = true;
  }
  return address;
}

bool same_bits(const std::array<uint8_t, 16>& a, const std::array<uint8_t, 16>& b, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

}  // namespace

Result<Network> Network::parse(std::string_view text) {
  const auto bad = [&] {
    return make_error(ErrorKind::invalid, "bad_network",
                      std::string(text.substr(0, 100)) +
                          " is neither an address nor a network such as 10.0.0.0/8 or fd00::/8");
  };
  const size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return bad();
  Network network;
  network.bytes_ = address->bytes;
  network.v4_ = address->v4;
  const int most = address->v4 ? 32 : 128;
  network.bits_ = most;
  if (slash == std::string_view::npos) return network;
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, failed] = std::from_chars(bits.data(), bits.data() + bits.size(), network.bits_);
  if (failed != std::errc() || end != bits.data() + bits.size() || network.bits_ < 0 || network.bits_ > most)
    return bad();
  return network;
}

bool Network::contains(std::string_view text) const {
  const auto address = parse_address(text);
  return address && address->v4 == v4_ && same_bits(address->bytes, bytes_, bits_);
}

bool is_address(std::string_view text) { return parse_address(text).has_value(); }

std::string limited_address(std::string_view text) {
  auto address = parse_address(text);
  if (!address) return std::string(text);
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (address->v4) {
    inet_ntop(AF_INET, address->bytes.data(), written.data(), written.size());
    return written.data();
  }
  std::fill(address->bytes.begin() + kLimitedBits / 8, address->bytes.end(), uint8_t{0});
  inet_ntop(AF_INET6, address->bytes.data(), written.data(), written.size());
  return std::string(written.data()) + "/" + std::to_string(kLimitedBits);
}

}  // namespace hm
