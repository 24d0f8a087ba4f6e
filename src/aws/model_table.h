// The layout of the model table, which tools/compile_models.py writes: little-endian, read in place. Private
// to model.cc.
//
//   header      "HMMODEL1", then words: size, offsets of the five sections, number of services, partitions
//               (a document), version (a string)
//   strings     length (a byte, or 255 and four bytes) and the bytes; a reference is 22 bits
//   words       lists (count, items), traits, paginators, what operations have besides; by word
//   shapes      heads with what belongs to them, and operations; by word
//   documents   length packed, length unpacked, zlib; by byte
//   services    16 words each, by name; the last leads to where it is offered (aws/offered.h)
//
// A member is 64 bits: name 22, shape 20, traits 21, required 1. Traits are a word of bits and one more word
// for each text that is present. A shape's head is a word (kind 4, flags 12, facts 4, count 12), then the
// facts that are present (name; payload or least value; error code 22 and status 10; list of required
// members), then the members or the values of the enumeration.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace hm::aws::table {

static_assert(std::endian::native == std::endian::little, "the table is read in place");

inline constexpr std::string_view kMagic = "HMMODEL1";
inline constexpr std::string_view kPrefixSlot = "<endpoint-prefix>";
inline constexpr size_t kServiceBytes = 64;
inline constexpr size_t kOperationBytes = 24;
inline constexpr size_t kMemberBytes = 8;
inline constexpr uint32_t kStringMask = (1u << 22) - 1;
inline constexpr uint32_t kShapeMask = (1u << 20) - 1;

enum Header { kSize, kStrings, kWords, kShapes, kDocuments, kServices, kServiceCount, kPartitions, kVersion };
enum ShapeFlag {
  kFlattened,
  kDocument,
  kUnion,
  kEventStream,
  kSensitive,
  kException,
  kRetryable,
  kThrottling,
  kStreaming
};
enum ShapeFact { kName, kPayloadOrLeast, kErrorCode, kRequiredOrder };
enum Trait {
  kMemberFlattened,
  kXmlAttribute,
  kIdempotencyToken,
  kHostLabel,
  kMemberStreaming,
  kJsonValue,
  kMemberSensitive,
  kMemberDeprecated
};
enum TraitText { kLocationName, kQueryName, kXmlNamespace, kXmlPrefix, kContextParam };
enum OperationText {
  kResultWrapper,
  kHostPrefix,
  kAuthType,
  kAuth,
  kChecksumMember,
  kChecksumModeMember,
  kChecksumAlgorithms,
  kStaticContext,
  kOperationContext,
  kInputName,
  kInputXmlns,
  kInputXmlnsPrefix,
  kCompression,
  kPaginator
};
enum OperationFlag {
  kDeprecated,
  kChecksumRequired,
  kDiscovery,
  kDiscoveryRequired,
  kDiscoveryOperation,
  kIdempotent,
  kReadOnly
};
enum OperationWord { kNameMethodFlags, kUri, kInputAndCode, kOutput, kErrors, kExtra };
enum ServiceWord {
  kServiceName,
  kServiceId,
  kFullName,
  kApiVersion,
  kEndpointPrefix,
  kSigningName,
  kSignatureVersion,
  kTargetPrefix,
  kServiceXmlNamespace,
  kServiceAuth,
  kProtocolAndFlags,
  kRules,
  kFirstOperation,
  kOperationCount,
  kServiceErrors,
  kServiceRegions
};

template <class Number>
Number load(const char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

inline uint32_t word(const char* record, size_t index) { return load<uint32_t>(record + 4 * index); }
inline const char* section(const char* table, Header which) {
  return table + word(table + kMagic.size(), which);
}

inline std::string_view text(const char* table, uint32_t reference) {
  const char* at = section(table, kStrings) + (reference & kStringMask);
  const auto length = static_cast<unsigned char>(*at);
  if (length < 255) return {at + 1, length};
  return {at + 5, load<uint32_t>(at + 1)};
}

// Bit `which` of the mask in the record's first word says that a word is there; those before it come first.
inline uint32_t present(const char* record, unsigned first_bit, unsigned which) {
  const uint32_t mask = load<uint32_t>(record) >> first_bit;
  if ((mask >> which & 1) == 0) return 0;
  return word(record, 1 + static_cast<size_t>(std::popcount(mask & ((1u << which) - 1))));
}

}  // namespace hm::aws::table
