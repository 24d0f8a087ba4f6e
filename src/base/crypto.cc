#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
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

// SHA-256 looked up once and one context a thread: OpenSSL 3 otherwise searches its providers at every call,
// which costs more than hashing a request does.
class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) { HM_CHECK(kind() != nullptr && context_ != nullptr); }
  ~Sha256() { EVP_MD_CTX_free(context_); }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Digest of(std::string_view first, std::string_view second = {}) {
    Digest out;
    HM_CHECK(EVP_DigestInit_ex2(context_, kind(), nullptr) == 1);
    HM_CHECK(EVP_DigestUpdate(context_, first.data(), first.size()) == 1);
    HM_CHECK(EVP_DigestUpdate(context_, second.data(), second.size()) == 1);
    HM_CHECK(EVP_DigestFinal_ex(context_, out.data(), nullptr) == 1);
    return out;
  }

 private:
  static const EVP_MD* kind() {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
  }
  EVP_MD_CTX* context_;
};

Sha256& hasher() {
  static thread_local Sha256 one;
  return one;
}

}  // namespace

Digest sha256(std::string_view data) { return hasher().of(data); }

std::string sha256_hex(std::string_view data) { return hex(view(sha256(data))); }
std::string sha1_hex(std::string_view data) { return hex(digest_of(EVP_sha1(), data)); }
std::string md5_base64(std::string_view data) { return base64(digest_of(EVP_md5(), data)); }

// RFC 2104 over the hasher above.
Digest hmac_sha256(std::string_view key, std::string_view data) {
  constexpr size_t kBlock = 64;
  Digest short_key;
  if (key.size() > kBlock) {
    short_key = sha256(key);
    key = view(short_key);
  }
  std::array<char, kBlock> inner, outer;
  inner.fill(0x36);
  outer.fill(0x5c);
  for (size_t i = 0; i < key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ key[i]);
    outer[i] = static_cast<char>(outer[i] ^ key[i]);
  }
  const Digest first = hasher().of({inner.data(), kBlock}, data);
  const Digest out = hasher().of({outer.data(), kBlock}, view(first));
  OPENSSL_cleanse(inner.data(), kBlock);
  OPENSSL_cleanse(outer.data(), kBlock);
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
