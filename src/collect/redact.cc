#include "collect/redact.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/crypto.h"
#include "base/encoding.h"
#include "collect/detector.h"
#include "collect/paths.h"

namespace hm::collect {

namespace {

constexpr size_t kKeyBytes = 32;
// 64 bits: two values of one estate share a hash with a chance of one in billions.
constexpr size_t kShownBytes = 8;

Error key_error(const std::string& path, const std::string& why) {
  return make_error(ErrorKind::unavailable, "redaction_key",
                    "the key that hides sensitive values, " + path + ": " + why);
}

Result<std::string> read_key(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return std::string();
    return key_error(path, std::strerror(errno));
  }
  std::string key(kKeyBytes + 1, '\0');
  const ssize_t got = read(file, key.data(), key.size());
  close(file);
  if (got != static_cast<ssize_t>(kKeyBytes))
    return key_error(path,
                     "it is not 32 bytes long; restore it from a backup, or remove it to begin a new one");
  key.resize(kKeyBytes);
  return key;
}

// Under another name first, so that a second process never reads half a key; the first link wins.
Status write_key(const std::string& path, const std::string& key) {
  const std::string fresh = path + "." + random_token(8);
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return key_error(fresh, std::strerror(errno));
  const bool written =
      write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && fsync(file) == 0;
  close(file);
  const bool linked = written && (link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const std::string why = std::strerror(errno);
  unlink(fresh.c_str());
  if (!linked) return key_error(path, why);
  return ok();
}

std::string scalar_text(const Json& value) {
  return value.is_string() ? std::string(as_text(value)) : to_json(value);
}

bool starts_in_detail(const catalog::ResourceType& type, const JsonPath& path) {
  return std::any_of(type.details.begin(), type.details.end(),
                     [&](const catalog::Detail& detail) { return reads_part(path, detail.into); });
}

}  // namespace

Redactor::Redactor(std::string key) : key_(std::move(key)) { HM_CHECK(key_.size() == kKeyBytes); }

Result<Redactor> Redactor::of(const std::string& data_dir) {
  std::error_code failure;
  if (std::filesystem::create_directories(data_dir, failure)) chmod(data_dir.c_str(), 0700);
  const std::string path = data_dir + "/redaction.key";
  HM_TRY(auto key, read_key(path));
  if (key.empty()) {
    HM_DO(write_key(path, random_bytes(kKeyBytes)));
    HM_TRY(key, read_key(path));
    if (key.empty()) return key_error(path, "it vanished");
  }
  return Redactor(std::move(key));
}

Json Redactor::token_for(std::string_view name, std::string_view value) const {
  const Digest digest = hmac_sha256(key_, value);
  return JsonObject{{"redacted", "hmac:" + hex(view(digest).substr(0, kShownBytes))},
                    {"length", value.size()},
                    {"looks_like", looks_like(name, value)}};
}

void Redactor::replace(Json& value, std::string_view name) const {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) replace(member.value(), {member.key().data(), member.key().size()});
  } else if (auto* array = value.if_array()) {
    for (auto& item : *array) replace(item, name);
  } else if (!value.is_null()) {
    value = token_for(name, scalar_text(value));
  }
}

void Redactor::apply(const catalog::ResourceType& type, std::string_view part, Json& document) const {
  for (const auto& path : type.sensitive_paths) {
    const bool wanted = part.empty() ? !starts_in_detail(type, path) : reads_part(path, std::string(part));
    if (wanted) change_at(document, path, [&](Json& value) { replace(value, path.text()); });
  }
}

}  // namespace hm::collect
