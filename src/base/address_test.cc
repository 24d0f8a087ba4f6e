#include "base/address.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(AddressTest, NetworksHoldTheirAddresses) {
  struct Case {
    const char *network, *address;
    bool inside;
  };
  const Case cases[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.0.0.0/9", "10.127.0.1", true},
      {"10.0.0.0/9", "10.128.0.1", false},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.8", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "::1", false},
      {"10.0.0.0/8", "::ffff:10.0.0.1", true},
      {"fd00::/8", "fd12::1", true},
      {"fd00::/8", "fe80::1", false},
      {"fe80::/10", "fe80::1%eth0", true},
      {"::/0", "10.0.0.1", false},
      {"10.0.0.0/8", "nonsense", false},
      {"10.0.0.0/8", "", false},
  };
  for (const Case& one : cases) {
    const auto network = Network::parse(one.network);
    ASSERT_TRUE(network.has_value()) << one.network;
    EXPECT_EQ(network->contains(one.address), one.inside) << one.network << " " << one.address;
  }
  for (const char* bad :
       {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "proxy", "/8"}) {
    const auto network = Network::parse(bad);
    ASSERT_FALSE(network.has_value()) << bad;
    EXPECT_EQ(network.error().code, "bad_network");
  }
}

TEST(AddressTest, ALimitCountsWhatOneOwnerHasAsOne) {
  EXPECT_EQ(limited_address("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(limited_address("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(limited_address("2001:db8:1:2:3:4:5:6"), limited_address("2001:db8:1:2::1"));
  EXPECT_NE(limited_address("2001:db8:1:2::1"), limited_address("2001:db8:1:3::1"));
  EXPECT_EQ(limited_address("unknown"), "unknown");
}

}  // namespace
}  // namespace hm
