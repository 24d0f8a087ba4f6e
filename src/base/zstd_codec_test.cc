#include "base/zstd_codec.h"

#include <gtest/gtest.h>

namespace hm {
namespace {

TEST(ZstdCodec, GoesThereAndBackAndRefusesDamage) {
  ZstdCodec codec;
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string(100'000, 'y'), std::string("\0\xff", 2)}) {
    const std::string packed = codec.pack(bytes);
    auto back = codec.unpack(packed, 1 << 20);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(*back, bytes);
  }
  const std::string packed = codec.pack(std::string(1000, 'z'));
  EXPECT_EQ(codec.unpack(packed, 999).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(codec.unpack(packed.substr(0, packed.size() - 3), 1 << 20).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(codec.unpack("", 10).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(codec.unpack("no zstd at all", 10).error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace hm
