#include "aws/checksum.h"

#include <charconv>
#include <optional>

#include "base/crypto.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

constexpr std::string_view kPrefix = "x-amz-checksum-";

std::string big_endian(uint32_t value) {
  std::string bytes(4, '\0');
  for (int i = 0; i < 4; ++i) bytes[static_cast<size_t>(i)] = static_cast<char>(value >> (24 - 8 * i));
  return bytes;
}

// CRC-32C (Castagnoli), reflected, bit by bit: bodies with it are rare.
uint32_t crc32c(std::string_view data) {
  uint32_t crc = 0xFFFFFFFFu;
  for (const char c : data) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78u : 0u);
  }
  return ~crc;
}

// In lower case; none for an algorithm that is not supported.
std::optional<std::string> digest(std::string_view algorithm, std::string_view body) {
  if (algorithm == "crc32") return base64(big_endian(crc32(body)));
  if (algorithm == "crc32c") return base64(big_endian(crc32c(body)));
  if (algorithm == "sha256") return base64(view(sha256(body)));
  if (algorithm == "sha1") return base64(*unhex(sha1_hex(body)));
  return std::nullopt;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool has_checksum(const HttpRequest& request) {
  for (const auto& [name, value] : request.headers) {
    const std::string low = lower(name);
    const bool about =
        low == "x-amz-checksum-algorithm" || low == "x-amz-checksum-mode" || low == "x-amz-checksum-type";
    if (low.starts_with(kPrefix) && !about) return true;
  }
  return false;
}

}  // namespace

Result<bool> add_request_checksum(const Operation& operation, const Json& params, bool supported,
                                  HttpRequest& request) {
  const std::string_view member_name = operation.checksum_algorithm_member();
  if ((member_name.empty() && !operation.checksum_required()) || has_checksum(request)) return false;
  const std::string_view asked = member_name.empty() ? std::string_view() : member_text(params, member_name);
  if (asked.empty() && !supported && !operation.checksum_required()) return false;
  const std::string algorithm = asked.empty() ? "crc32" : lower(asked);
  const auto value = digest(algorithm, request.body);
  if (!value) {
    return make_error(ErrorKind::invalid, "unsupported",
                      "the checksum algorithm " + std::string(asked) + " is not supported");
  }
  request.headers.set(std::string(kPrefix) + algorithm, *value);
  if (asked.empty() && operation.input() && !member_name.empty()) {
    if (const auto header = operation.input()->find(member_name)) {
      request.headers.set(std::string(header->wire_name()), "CRC32");
    }
  }
  return true;
}

void ask_for_checksum(const Operation& operation, JsonObject& params) {
  const std::string_view mode = operation.checksum_mode_member();
  if (!mode.empty() && !params.contains(mode)) params[mode] = "ENABLED";
}

Status check_response_checksum(const Operation& operation, bool asked, const HttpResponse& response) {
  const auto wrong = [] {
    return make_error(ErrorKind::corrupt, "bad_checksum", "the answer does not fit its checksum");
  };
  const bool bears_one = asked && !operation.checksum_mode_member().empty() && response.status == 200;
  for (const char* algorithm : {"crc32", "crc32c", "sha1", "sha256"}) {
    if (!bears_one) break;
    const std::string* given = response.headers.find(std::string(kPrefix) + algorithm);
    if (!given || given->find('-') != std::string::npos) continue;
    if (digest(algorithm, response.body) != *given) return wrong();
  }
  if (const std::string* given = response.headers.find("x-amz-crc32")) {
    uint32_t value = 0;
    const auto [end, failure] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (failure == std::errc() && value != crc32(response.body)) return wrong();
  }
  return ok();
}

}  // namespace hm::aws
