#include "identity/password.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "base/http.h"

namespace hm::identity {

namespace {

constexpr unsigned long long kPasses = 2;
constexpr size_t kMemoryBytes = 64u * 1024 * 1024;

void start_sodium() { HM_CHECK(sodium_init() >= 0); }

// A hash of a random text, made once: comparing against it takes as long as against a real one.
const std::string& nobodys_hash() {
  static const std::string hash = hash_password(random_token()).value_or(std::string());
  return hash;
}

Error bad_key(const std::string& where, const std::string& why) {
  return make_error(ErrorKind::invalid, "bad_secret_key", where + " " + why);
}

Result<std::string> key_from_text(const std::string& where, std::string_view text) {
  auto key = unbase64(text);
  if (!key || key->size() != crypto_secretbox_KEYBYTES) {
    return bad_key(where, "does not hold 32 bytes in base64");
  }
  return key;
}

Result<std::string> read_key(const std::string& file, int fd) {
  struct stat status {};
  if (fstat(fd, &status) == 0 && (status.st_mode & 077) != 0) {
    return bad_key(file, "may be read by others: chmod 600 " + file);
  }
  std::array<char, 256> buffer{};
  const ssize_t count = read(fd, buffer.data(), buffer.size());
  if (count < 0) return bad_key(file, std::strerror(errno));
  return key_from_text(file, {buffer.data(), static_cast<size_t>(count)});
}

Result<std::string> make_key(const std::string& file) {
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return bad_key(file, std::string("cannot be made: ") + std::strerror(errno));
  const std::string key = random_bytes(crypto_secretbox_KEYBYTES);
  const std::string text = base64(key) + "\n";
  const bool written =
      write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  close(fd);
  if (!written) return bad_key(file, "cannot be written");
  return key;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kPasses, kMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return make_error(ErrorKind::exhausted, "no_memory", "there is no memory to hash a password");
  }
  return std::string(hash.data());
}

bool verify_password(std::string_view password, const std::string& hash) {
  start_sodium();
  const std::string& against = hash.empty() ? nobodys_hash() : hash;
  const bool right = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return right && !hash.empty();
}

Status check_password(std::string_view password, std::string_view user_name) {
  const auto weak = [](const std::string& why) {
    return make_error(ErrorKind::invalid, "weak_password", why).note("field", "password");
  };
  if (password.size() < kMinPasswordLength) return weak("a password has at least 12 characters");
  if (password.size() > kMaxPasswordLength) return weak("a password has at most 256 bytes");
  if (equal_ignoring_case(password, user_name)) return weak("a password is not the user's name");
  return ok();
}

std::string random_password() {
  start_sodium();
  static constexpr std::string_view kAlphabet =
      "abcdefghijkmnpqrstuvwxyz23456789";  // 32, without l, o, 0 and 1
  std::string password;
  for (int i = 0; i < 20; ++i) {
    if (i > 0 && i % 5 == 0) password += '-';
    password += kAlphabet[randombytes_uniform(kAlphabet.size())];
  }
  return password;
}

SecretBox::SecretBox(std::string key) : key_(std::move(key)) {
  start_sodium();
  HM_CHECK(key_.size() == crypto_secretbox_KEYBYTES);
}

Result<SecretBox> SecretBox::open(const std::string& key_file) {
  if (const char* text = std::getenv("HM_SECRET_KEY")) {
    HM_TRY(std::string key, key_from_text("HM_SECRET_KEY", text));
    return SecretBox(std::move(key));
  }
  const int fd = ::open(key_file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno != ENOENT) return bad_key(key_file, std::strerror(errno));
    HM_TRY(std::string made, make_key(key_file));
    return SecretBox(std::move(made));
  }
  auto key = read_key(key_file, fd);
  close(fd);
  if (!key) return std::move(key.error());
  return SecretBox(std::move(*key));
}

std::string SecretBox::seal(std::string_view plain) const {
  std::string sealed = random_bytes(crypto_secretbox_NONCEBYTES);
  std::string box(plain.size() + crypto_secretbox_MACBYTES, '\0');
  crypto_secretbox_easy(reinterpret_cast<unsigned char*>(box.data()),
                        reinterpret_cast<const unsigned char*>(plain.data()), plain.size(),
                        reinterpret_cast<const unsigned char*>(sealed.data()),
                        reinterpret_cast<const unsigned char*>(key_.data()));
  return base64(sealed + box);
}

Result<std::string> SecretBox::unseal(std::string_view sealed) const {
  const auto wrong = [] {
    return make_error(ErrorKind::corrupt, "wrong_secret_key",
                      "a stored secret cannot be opened with this secret key");
  };
  auto bytes = unbase64(sealed);
  constexpr size_t kAround = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (!bytes || bytes->size() < kAround) return wrong();
  std::string plain(bytes->size() - kAround, '\0');
  const auto* data = reinterpret_cast<const unsigned char*>(bytes->data());
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(plain.data()),
                                 data + crypto_secretbox_NONCEBYTES,
                                 bytes->size() - crypto_secretbox_NONCEBYTES, data,
                                 reinterpret_cast<const unsigned char*>(key_.data())) != 0) {
    return wrong();
  }
  return plain;
}

}  // namespace hm::identity
