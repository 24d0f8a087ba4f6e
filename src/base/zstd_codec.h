// zstd for small values that are packed and unpacked by the thousand: the contexts are kept between calls.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace hm {

// Not thread-safe: one for each thread of work.
class ZstdCodec {
 public:
  ZstdCodec();
  ~ZstdCodec();
  ZstdCodec(const ZstdCodec&) = delete;
  ZstdCodec& operator=(const ZstdCodec&) = delete;

  // Fast: level 1, which on documents of a few kilobytes is nearly as small as the higher ones.
  std::string pack(std::string_view bytes);
  // Error: corrupt, also where the frame claims to hold more than `most_bytes`.
  Result<std::string> unpack(std::string_view packed, size_t most_bytes);

 private:
  ZSTD_CCtx_s* pack_;
  ZSTD_DCtx_s* unpack_;
};

}  // namespace hm
