#include "base/zstd_codec.h"

#include <zdict.h>
#include <zstd.h>

#include "base/check.h"

namespace hm {
namespace {

constexpr int kLevel = 1;
constexpr int kDictionaryLevel = 3;

Error damaged() { return make_error(ErrorKind::corrupt, "zstd", "compressed data is damaged"); }

}  // namespace

ZstdDictionary::ZstdDictionary(uint32_t id, ZSTD_CDict_s* pack, ZSTD_DDict_s* unpack)
    : id_(id), pack_(pack), unpack_(unpack) {}

ZstdDictionary::~ZstdDictionary() {
  ZSTD_freeCDict(pack_);
  ZSTD_freeDDict(unpack_);
}

size_t ZstdDictionary::memory() const { return ZSTD_sizeof_CDict(pack_) + ZSTD_sizeof_DDict(unpack_); }

Result<std::string> ZstdDictionary::train(const std::vector<std::string>& samples, size_t most_bytes) {
  std::string together;
  std::vector<size_t> sizes;
  sizes.reserve(samples.size());
  for (const std::string& sample : samples) {
    together += sample;
    sizes.push_back(sample.size());
  }
  std::string bytes(most_bytes, '\0');
  const size_t size = ZDICT_trainFromBuffer(bytes.data(), bytes.size(), together.data(), sizes.data(),
                                            static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(size) != 0)
    return make_error(ErrorKind::invalid, "too_few_samples",
                      std::string("nothing can be learnt from the samples: ") + ZDICT_getErrorName(size));
  bytes.resize(size);
  return bytes;
}

Result<std::shared_ptr<const ZstdDictionary>> ZstdDictionary::of(std::string_view bytes) {
  const uint32_t id = ZSTD_getDictID_fromDict(bytes.data(), bytes.size());
  ZSTD_CDict* const pack = id == 0 ? nullptr : ZSTD_createCDict(bytes.data(), bytes.size(), kDictionaryLevel);
  ZSTD_DDict* const unpack = id == 0 ? nullptr : ZSTD_createDDict(bytes.data(), bytes.size());
  const std::shared_ptr<const ZstdDictionary> dictionary(new ZstdDictionary(id, pack, unpack));
  if (pack == nullptr || unpack == nullptr)
    return make_error(ErrorKind::corrupt, "zstd", "the dictionary is damaged");
  return dictionary;
}

Result<ZstdFrame> zstd_frame(std::string_view packed) {
  const unsigned long long bytes = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (bytes == ZSTD_CONTENTSIZE_UNKNOWN || bytes == ZSTD_CONTENTSIZE_ERROR) return damaged();
  return ZstdFrame{ZSTD_getDictID_fromFrame(packed.data(), packed.size()), bytes};
}

ZstdCodec::ZstdCodec() : pack_(ZSTD_createCCtx()), unpack_(ZSTD_createDCtx()) {
  HM_CHECK(pack_ != nullptr && unpack_ != nullptr);
}

ZstdCodec::~ZstdCodec() {
  ZSTD_freeCCtx(pack_);
  ZSTD_freeDCtx(unpack_);
}

std::string ZstdCodec::pack(std::string_view bytes, const ZstdDictionary* dictionary) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      dictionary != nullptr
          ? ZSTD_compress_usingCDict(pack_, packed.data(), packed.size(), bytes.data(), bytes.size(),
                                     dictionary->pack_)
          : ZSTD_compressCCtx(pack_, packed.data(), packed.size(), bytes.data(), bytes.size(), kLevel);
  HM_CHECK(ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

Status ZstdCodec::unpack_to(std::string& bytes, std::string_view packed, size_t most_bytes,
                            const ZstdDictionary* dictionary) {
  HM_TRY(const ZstdFrame frame, zstd_frame(packed));
  if (frame.bytes > most_bytes) return damaged();
  bytes.resize(static_cast<size_t>(frame.bytes));
  const size_t size =
      dictionary != nullptr
          ? ZSTD_decompress_usingDDict(unpack_, bytes.data(), bytes.size(), packed.data(), packed.size(),
                                       dictionary->unpack_)
          : ZSTD_decompressDCtx(unpack_, bytes.data(), bytes.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) != 0 || size != bytes.size()) return damaged();
  return ok();
}

Result<std::string> ZstdCodec::unpack(std::string_view packed, size_t most_bytes,
                                      const ZstdDictionary* dictionary) {
  std::string bytes;
  HM_DO(unpack_to(bytes, packed, most_bytes, dictionary));
  return bytes;
}

}  // namespace hm
