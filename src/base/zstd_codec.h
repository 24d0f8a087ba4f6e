// zstd for small values that are packed and unpacked by the thousand: the contexts are kept between calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;
struct ZSTD_CDict_s;
struct ZSTD_DDict_s;

namespace hm {

// What many values have in common, so that each need only say what is its own. Thread-safe: it never changes.
class ZstdDictionary {
 public:
  // Learns from samples; at most `most_bytes` long. Takes seconds of a few megabytes, and cannot be stopped.
  // Error: invalid "too_few_samples".
  static Result<std::string> train(const std::vector<std::string>& samples, size_t most_bytes);
  // Error: corrupt.
  static Result<std::shared_ptr<const ZstdDictionary>> of(std::string_view bytes);
  ~ZstdDictionary();
  ZstdDictionary(const ZstdDictionary&) = delete;
  ZstdDictionary& operator=(const ZstdDictionary&) = delete;

  // As it stands in each frame; never 0.
  uint32_t id() const { return id_; }
  size_t memory() const;

 private:
  friend class ZstdCodec;
  ZstdDictionary(uint32_t id, ZSTD_CDict_s* pack, ZSTD_DDict_s* unpack);
  const uint32_t id_;
  ZSTD_CDict_s* const pack_;
  ZSTD_DDict_s* const unpack_;
};

// What a frame says of itself; of its first 18 bytes it is told.
struct ZstdFrame {
  uint32_t dictionary = 0;  // 0: none
  uint64_t bytes = 0;       // how long what is in it is
};
constexpr size_t kZstdHeaderBytes = 18;
// Error: corrupt, also where the frame does not say how long it is.
Result<ZstdFrame> zstd_frame(std::string_view packed);

// Not thread-safe: one for each thread of work.
class ZstdCodec {
 public:
  ZstdCodec();
  ~ZstdCodec();
  ZstdCodec(const ZstdCodec&) = delete;
  ZstdCodec& operator=(const ZstdCodec&) = delete;

  // Fast: level 1, which on documents of a few kilobytes is nearly as small as the higher ones; with a
  // dictionary level 3, which costs a tenth more time and saves a tenth of the bytes.
  std::string pack(std::string_view bytes, const ZstdDictionary* dictionary = nullptr);
  // With the dictionary that the frame names. Error: corrupt, also where the frame claims to hold more than
  // `most_bytes`, or names another dictionary.
  Result<std::string> unpack(std::string_view packed, size_t most_bytes,
                             const ZstdDictionary* dictionary = nullptr);
  // The same into a string whose memory is used again.
  Status unpack_to(std::string& bytes, std::string_view packed, size_t most_bytes,
                   const ZstdDictionary* dictionary = nullptr);

 private:
  ZSTD_CCtx_s* pack_;
  ZSTD_DCtx_s* unpack_;
};

}  // namespace hm
