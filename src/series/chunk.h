// A day of points in one small piece of bytes.
//
//   byte 0   version of the form: 1
//   byte 1   0: the body follows; 1: the body follows as a zstd frame
//   body     number of points (varint)
//            unit of time in microseconds (varint), the largest that divides all distances
//            distance of the first point from the start of the day, in units (signed varint)
//            distance of each further point from the one before, in units (signed varint)
//            form of the values (byte): 255 as they are, else d: whole numbers of 10^-d
//            width w of a value in bytes (byte)
//            w planes of bytes: the lowest byte of each value, then the next
//
// A value is the difference to the one before: of whole numbers the signed difference, zigzag; of values as
// they are the bits that differ. Little endian throughout. Everything a double can be comes back bit by bit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/zstd_codec.h"

namespace hm::series {

struct Point {
  Time at;
  double value = 0;
};

// A day of seconds would be 86,400 points; nothing here comes more often.
inline constexpr size_t kMostChunkPoints = 100'000;

// `points` in order of time, at most kMostChunkPoints.
std::string pack_chunk(ZstdCodec& codec, Time day, const std::vector<Point>& points);
// Error: corrupt.
Result<std::vector<Point>> unpack_chunk(ZstdCodec& codec, Time day, std::string_view bytes);

}  // namespace hm::series
