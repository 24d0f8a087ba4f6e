#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <zlib.h>

#include "base/check.h"
#include "base/encoding.h"

namespace hm {

namespace {

std::string digest_of(const EVP_MD* kind, std::string_view data) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HM_CHECK(EVP_Digest(data.data(), data.size(), out, &length, kind, nullptr) == 1);
  return std::string(reinterpret_cast<char*>(out), length);
}

}  // namespace

Digest sha256(std::string_view data) {
  Digest out;
  unsigned length = 0;
  HM_CHECK(EVP_Digest(data.data(), data.size(), out.data(), &length, EVP_sha256(), nullptr) == 1);
  return out;
}

std::string sha256_hex(std::string_view data) { return hex(view(sha256(data))); }
std::string sha1_hex(std::string_view data) { return hex(digest_of(EVP_sha1(), data)); }
std::string md5_base64(std::string_view data) { return base64(digest_of(EVP_md5(), data)); }

Digest hmac_sha256(std::string_view key, std::string_view data) {
  Digest out;
  unsigned length = 0;
  HM_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                reinterpret_cast<const unsigned char*>(data.data()), data.size(), out.data(),
                &length) != nullptr);
  return out;
}

uint32_t crc32(std::string_view data) {
  return static_cast<uint32_t>(
      ::crc32_z(0, reinterpret_cast<const unsigned char*>(data.data()), data.size()));
}

std::string random_bytes(size_t count) {
  std::string out(count, '\0');
  HM_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) == 1);
  return out;
}

std::string random_uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string digits = hex(bytes);
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

std::string random_token(size_t bytes) { return base64url(random_bytes(bytes)); }

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace hm
