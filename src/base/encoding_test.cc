#include "base/encoding.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace hm {
namespace {

TEST(Encoding, Base64FollowsRfc4648) {
  const struct {
    const char* plain;
    const char* encoded;
  } cases[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& c : cases) {
    EXPECT_EQ(base64(c.plain), c.encoded);
    EXPECT_EQ(unbase64(c.encoded).value(), c.plain);
  }
  EXPECT_EQ(base64url("\xff\xfe\xfd"), "__79");
  EXPECT_FALSE(unbase64("a$b").has_value());
}

TEST(Encoding, PercentRoundTrip) {
  EXPECT_EQ(percent_encode("a b/ü~"), "a%20b%2F%C3%BC~");
  EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
  EXPECT_EQ(percent_decode("a%20b%2"), "a b%2");
  EXPECT_EQ(percent_decode("%C3%BC"), "ü");
}

TEST(Encoding, Hex) {
  EXPECT_EQ(hex("\x01\xab"), "01ab");
  EXPECT_EQ(unhex("01AB").value(), "\x01\xab");
  EXPECT_FALSE(unhex("abc").has_value());
}

TEST(Crypto, KnownDigests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // RFC 4231, test case 2.
  EXPECT_EQ(hex(view(hmac_sha256("Jefe", "what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // RFC 4231, test case 6: a key longer than a block.
  EXPECT_EQ(hex(view(hmac_sha256(std::string(131, '\xaa'),
                                 "Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(crc32("123456789"), 0xcbf43926u);
}

TEST(Crypto, RandomIsNotRepeated) {
  EXPECT_NE(random_uuid(), random_uuid());
  EXPECT_EQ(random_uuid().size(), 36u);
  EXPECT_TRUE(equal_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time("secret", "secre"));
}

}  // namespace
}  // namespace hm
