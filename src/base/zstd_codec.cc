#include "base/zstd_codec.h"

#include <zstd.h>

#include "base/check.h"

namespace hm {
namespace {

constexpr int kLevel = 1;

Error damaged() { return make_error(ErrorKind::corrupt, "zstd", "compressed data is damaged"); }

}  // namespace

ZstdCodec::ZstdCodec() : pack_(ZSTD_createCCtx()), unpack_(ZSTD_createDCtx()) {
  HM_CHECK(pack_ != nullptr && unpack_ != nullptr);
}

ZstdCodec::~ZstdCodec() {
  ZSTD_freeCCtx(pack_);
  ZSTD_freeDCtx(unpack_);
}

std::string ZstdCodec::pack(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compressCCtx(pack_, packed.data(), packed.size(), bytes.data(), bytes.size(), kLevel);
  HM_CHECK(ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

Result<std::string> ZstdCodec::unpack(std::string_view packed, size_t most_bytes) {
  // A frame that does not know its size claims more than any limit.
  const unsigned long long claimed = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (claimed > most_bytes) return damaged();
  std::string bytes(static_cast<size_t>(claimed), '\0');
  const size_t size = ZSTD_decompressDCtx(unpack_, bytes.data(), bytes.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0 || size != bytes.size()) return damaged();
  return bytes;
}

}  // namespace hm
