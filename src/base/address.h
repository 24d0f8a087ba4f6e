// IP addresses as peers, proxies and limits name them: text in, text out.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hm {

// "10.0.0.0/8", "fd00::/8", or one address. IPv4 and IPv6 never lie in one another; an IPv4 address that is
// written as IPv6 ("::ffff:10.0.0.1") is the IPv4 one.
class Network {
 public:
  // Fails with invalid "bad_network".
  static Result<Network> parse(std::string_view text);
  // False for what is no address.
  bool contains(std::string_view address) const;

 private:
  std::array<uint8_t, 16> bytes_{};
  int bits_ = 0;
  bool v4_ = false;
};

bool is_address(std::string_view text);

// Whom a limit counts as one: an IPv4 address itself; of IPv6 the /64, since whoever has one address of it
// has all of them. What is no address stays as it is.
std::string limited_address(std::string_view address);

}  // namespace hm
