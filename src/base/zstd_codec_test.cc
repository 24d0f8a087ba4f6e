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

TEST(ZstdCodec, PacksWithADictionaryThatTheFrameNames) {
  std::vector<std::string> samples;
  const auto sample = [](int i) {
    return R"({"VolumeId":"vol-)" + std::to_string(i * 7919) +
           R"(","State":"in-use","VolumeType":"gp3","Iops":)" + std::to_string(3000 + i % 5) + "}";
  };
  samples.reserve(500);
  for (int i = 0; i < 500; ++i) samples.push_back(sample(i));
  EXPECT_EQ(ZstdDictionary::train({"one"}, 4096).error().code, "too_few_samples");
  const auto trained = ZstdDictionary::train(samples, 4096);
  ASSERT_TRUE(trained.has_value());
  EXPECT_LE(trained->size(), 4096u);
  const auto dictionary = ZstdDictionary::of(*trained);
  ASSERT_TRUE(dictionary.has_value());
  ZstdCodec codec;
  const std::string text = sample(10'000);
  const std::string packed = codec.pack(text, dictionary->get());
  EXPECT_LT(packed.size(), codec.pack(text).size() * 3 / 4);
  EXPECT_EQ(zstd_frame(packed).value().dictionary, (*dictionary)->id());
  EXPECT_EQ(zstd_frame(packed).value().bytes, text.size());
  EXPECT_EQ(zstd_frame(packed.substr(0, kZstdHeaderBytes)).value().bytes, text.size());
  EXPECT_EQ(codec.unpack(packed, 1000, dictionary->get()).value(), text);
  EXPECT_EQ(codec.unpack(packed, 1000).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(zstd_frame(codec.pack(text)).value().dictionary, 0u);
  EXPECT_EQ(ZstdDictionary::of("no dictionary").error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace hm
