// Passwords and secrets at rest, on libsodium.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hm::identity {

// NIST SP 800-63B asks for 8 at least for passwords that people choose; 12 without rules of composition.
constexpr size_t kMinPasswordLength = 12;
constexpr size_t kMaxPasswordLength = 256;

// Argon2id with 2 passes over 64 MiB, one lane (libsodium's "interactive", about 0.1 s): above OWASP's
// minimum of 2 passes over 19 MiB. The text names its parameters, so they can be raised later. Blocks.
Result<std::string> hash_password(std::string_view password);
// An empty hash takes as long and is never right: for names that do not exist.
bool verify_password(std::string_view password, const std::string& hash);
// Fails with code "weak_password" where it is too short, too long or the user's own name.
Status check_password(std::string_view password, std::string_view user_name);
// One that can be read aloud and typed: 20 characters without look-alikes, 99 bits.
std::string random_password();

// Encrypts what must be stored and read back (XSalsa20-Poly1305). Thread-safe.
class SecretBox {
 public:
  // The key is the environment variable HM_SECRET_KEY (base64 of 32 bytes) where that is set, else the file,
  // which is made with mode 0600 where it is absent. Fails with code "bad_secret_key".
  static Result<SecretBox> open(const std::string& key_file);
  explicit SecretBox(std::string key);

  std::string seal(std::string_view plain) const;  // base64
  // Fails with code "wrong_secret_key" where it was sealed with another key or altered.
  Result<std::string> unseal(std::string_view sealed) const;

 private:
  std::string key_;
};

}  // namespace hm::identity
