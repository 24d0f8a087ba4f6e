#include "base/forwarded.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

std::vector<Network> proxies() { return {*Network::parse("10.0.0.0/8"), *Network::parse("fd00::/8")}; }

std::string peer_of(const std::string& peer, const std::vector<std::string>& forwarded) {
  ServerRequest request;
  request.peer = peer;
  for (const std::string& value : forwarded) request.headers.add("X-Forwarded-For", value);
  apply_forwarded(request, proxies());
  return request.peer;
}

TEST(ForwardedTest, OnlyATrustedProxyIsBelieved) {
  EXPECT_EQ(peer_of("198.51.100.1", {"192.0.2.7"}), "198.51.100.1");
  EXPECT_EQ(peer_of("10.0.0.1", {"192.0.2.7"}), "192.0.2.7");
  EXPECT_EQ(peer_of("fd00::1", {"2001:db8::7"}), "2001:db8::7");
  EXPECT_EQ(peer_of("10.0.0.1", {}), "10.0.0.1");
  // What a client writes itself stands to the left of what the proxy adds.
  EXPECT_EQ(peer_of("10.0.0.1", {"203.0.113.66, 192.0.2.7"}), "192.0.2.7");
  EXPECT_EQ(peer_of("10.0.0.1", {"203.0.113.66", "192.0.2.7, 10.0.0.2"}), "192.0.2.7");
  EXPECT_EQ(peer_of("10.0.0.1", {"10.0.0.3,10.0.0.2"}), "10.0.0.3") << "who asks is a proxy itself";
  EXPECT_EQ(peer_of("10.0.0.1", {"192.0.2.7:4711"}), "192.0.2.7");
  EXPECT_EQ(peer_of("10.0.0.1", {"[2001:db8::7]:4711"}), "2001:db8::7");
  EXPECT_EQ(peer_of("10.0.0.1", {"192.0.2.7, unknown, 10.0.0.2"}), "10.0.0.2");
}

TEST(ForwardedTest, TheSchemeIsTheOneOfTheBrowser) {
  ServerRequest request;
  request.peer = "192.0.2.7";
  request.headers.add("X-Forwarded-Proto", "https");
  apply_forwarded(request, proxies());
  EXPECT_FALSE(request.tls) << "anybody may say so";
  request.peer = "10.0.0.1";
  apply_forwarded(request, proxies());
  EXPECT_TRUE(request.tls);
  request.headers.set("X-Forwarded-Proto", "http");
  request.peer = "10.0.0.1";
  apply_forwarded(request, proxies());
  EXPECT_FALSE(request.tls);
}

}  // namespace
}  // namespace hm
