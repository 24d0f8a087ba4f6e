#include "series/chunk.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace hm::series {
namespace {

const Time kDay = from_micros(1'795'392'000'000'000);  // 2026-11-23

void expect_same(const std::vector<Point>& points) {
  ZstdCodec codec;
  const auto bytes = pack_chunk(codec, kDay, points);
  const auto back = unpack_chunk(codec, kDay, bytes);
  ASSERT_TRUE(back.has_value()) << back.error().text();
  ASSERT_EQ(back->size(), points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    EXPECT_EQ((*back)[i].at, points[i].at) << i;
    EXPECT_EQ(std::bit_cast<uint64_t>((*back)[i].value), std::bit_cast<uint64_t>(points[i].value)) << i;
  }
}

std::vector<Point> every_five_minutes(const std::vector<double>& values) {
  std::vector<Point> points;
  for (size_t i = 0; i < values.size(); ++i)
    points.push_back({kDay + std::chrono::minutes(5 * i), values[i]});
  return points;
}

TEST(Chunk, ComesBackAsItWas) {
  expect_same({});
  expect_same(every_five_minutes({1}));
  expect_same(every_five_minutes({0, 0, 0, 0}));
  expect_same(every_five_minutes({12.5, 12.25, 99.9999, 0.0001}));
  expect_same(every_five_minutes({1e15, -1e15, 3, 9007199254740991.0}));
}

TEST(Chunk, KeepsWhatNoDecimalIs) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  expect_same(every_five_minutes({nan, 1, inf, -inf, -0.0, 0.0}));
  expect_same(every_five_minutes({-0.0}));
  expect_same(
      every_five_minutes({std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(),
                          std::numeric_limits<double>::min(), std::numeric_limits<double>::denorm_min(),
                          std::numeric_limits<double>::epsilon(), M_PI, 1.0 / 3}));
}

TEST(Chunk, KeepsGapsAndOddTimes) {
  expect_same({{kDay + std::chrono::hours(3), 1}, {kDay + std::chrono::hours(20), 2}});
  expect_same({{kDay, 1}, {kDay + Micros(1), 2}, {kDay + Micros(999'999), 3}});
  expect_same({{kDay - std::chrono::hours(1), 1}, {kDay, 2}});
}

// Whatever the values are: of every magnitude, whole or not, with anything that a double can be among them.
TEST(Chunk, AnyPointsComeBack) {
  std::mt19937_64 random(7);
  const auto below = [&](uint64_t most) { return random() % most; };
  for (int round = 0; round < 500; ++round) {
    std::vector<Point> points;
    Time at = kDay;
    const uint64_t kind = below(6);
    const uint64_t count = below(300);
    for (uint64_t i = 0; i < count; ++i) {
      at += std::chrono::minutes(5 * (1 + (below(10) == 0 ? below(50) : 0)));
      if (kind == 5) at += Micros(below(1'000'000));
      double value = 0;
      if (kind == 0) value = static_cast<double>(below(1000));
      if (kind == 1) value = static_cast<double>(static_cast<int64_t>(random() >> 11)) - 4e15;
      if (kind == 2) value = static_cast<double>(below(1'000'000)) / 10'000.0;
      if (kind == 3) value = std::bit_cast<double>(random());
      if (kind >= 4)
        value = std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(below(200)) - 100);
      points.push_back({at, value});
    }
    expect_same(points);
  }
}

TEST(Chunk, DamageIsAnError) {
  ZstdCodec codec;
  std::vector<double> values;
  for (int i = 0; i < 288; ++i) values.push_back(i * 37 % 100);
  const auto bytes = pack_chunk(codec, kDay, every_five_minutes(values));
  EXPECT_FALSE(unpack_chunk(codec, kDay, "").has_value());
  EXPECT_FALSE(unpack_chunk(codec, kDay, std::string("\x02\x00", 2)).has_value());
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    const auto read = unpack_chunk(codec, kDay, bytes.substr(0, cut));
    EXPECT_FALSE(read.has_value()) << cut;
  }
  std::mt19937_64 random(3);
  for (int round = 0; round < 2000; ++round) {
    auto damaged = bytes;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    // Read or refused, but never out of bounds (the sanitizers say).
    const auto read = unpack_chunk(codec, kDay, damaged);
    if (read) {
      EXPECT_LE(read->size(), kMostChunkPoints);
    }
  }
}

TEST(Chunk, ADayOfWholeNumbersIsSmall) {
  ZstdCodec codec;
  std::mt19937_64 random(5);
  std::vector<double> values;
  for (int i = 0; i < 288; ++i) values.push_back(500 + static_cast<double>(random() % 100));
  const auto bytes = pack_chunk(codec, kDay, every_five_minutes(values));
  EXPECT_LT(static_cast<double>(bytes.size()) / 288.0, 1.5);
}

}  // namespace
}  // namespace hm::series
