// Hashes, keyed hashes, random bytes and constant-time comparison, on OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hm {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view data);
std::string sha256_hex(std::string_view data);
Digest hmac_sha256(std::string_view key, std::string_view data);
std::string sha1_hex(std::string_view data);
std::string md5_base64(std::string_view data);
uint32_t crc32(std::string_view data);

std::string random_bytes(size_t count);
// A random (version 4) UUID in lower case.
std::string random_uuid();
// URL-safe text with `bytes` bytes of entropy: for tokens, nonces and one-time links.
std::string random_token(size_t bytes = 32);
// Compares in time that depends on the length alone.
bool equal_constant_time(std::string_view a, std::string_view b);

inline std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace hm
