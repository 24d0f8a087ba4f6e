#include "sim/server/signature.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/encoding.h"
#include "sim/wire/wire.h"

namespace hm::sim {

namespace {

constexpr size_t kMaxDerivedKeys = 4096;

// What may stand where the payload's hash does: the body is then not hashed, or signed in chunks of its own.
constexpr std::array<std::string_view, 6> kPayloadWords = {
    "UNSIGNED-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"};

std::string_view between(std::string_view text, std::string_view begin) {
  const auto at = text.find(begin);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + begin.size());
  auto end = text.find(',');
  auto value = text.substr(0, end);
  while (value.ends_with(' ')) value.remove_suffix(1);
  return value;
}

Error incomplete(std::string_view what) {
  return refusal(400, "IncompleteSignature",
                 "The request signature is incomplete: " + std::string(what) + ".");
}

bool is_signed(const Signature& signature, std::string_view header) {
  const std::string names = ";" + signature.signed_headers + ";";
  return names.find(";" + std::string(header) + ";") != std::string::npos;
}

// A request whose host or time is not signed could be sent again elsewhere, or for ever.
Status check_signed_headers(const Signature& signature) {
  if (!is_signed(signature, "host")) return incomplete("'Host' must be a 'SignedHeader'");
  if (!signature.presigned && !is_signed(signature, "x-amz-date")) {
    return incomplete("'X-Amz-Date' must be a 'SignedHeader'");
  }
  return ok();
}

Status check_payload_hash(const ServerRequest& request) {
  const auto* given = request.headers.find("X-Amz-Content-SHA256");
  if (!given || std::find(kPayloadWords.begin(), kPayloadWords.end(), *given) != kPayloadWords.end())
    return ok();
  const bool hash = given->size() == 64 && given->find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hash) return ok();
  return refusal(
      400, "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, one of the STREAMING words or a valid sha256 value.");
}

Status read_scope(std::string_view credential, Signature& signature) {
  std::string parts[5];
  size_t count = 0;
  while (count < 5) {
    const auto slash = credential.find('/');
    parts[count++] = credential.substr(0, slash);
    if (slash == std::string_view::npos) break;
    credential.remove_prefix(slash + 1);
  }
  if (count != 5 || parts[4] != "aws4_request") return incomplete("Credential must have five parts");
  signature.access_key_id = parts[0];
  signature.date = parts[1];
  signature.region = parts[2];
  signature.service = parts[3];
  return ok();
}

// Of the raw query: names and values decoded and encoded again, sorted, without the signature itself.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto piece = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const auto name = percent_decode(piece.substr(0, equals));
    if (name == "X-Amz-Signature") continue;
    const auto value =
        equals == std::string_view::npos ? std::string() : percent_decode(piece.substr(equals + 1));
    pairs.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string text;
  for (const auto& [name, value] : pairs) {
    if (!text.empty()) text += '&';
    text += name + "=" + value;
  }
  return text;
}

std::string canonical_path(std::string_view path, bool s3) {
  if (s3) return percent_encode(percent_decode(path), "/");
  std::vector<std::string_view> kept;
  const bool slash_at_end = path.ends_with('/');
  while (!path.empty()) {
    const auto end = path.find('/');
    const auto piece = path.substr(0, end);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
    if (piece == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!piece.empty() && piece != ".") {
      kept.push_back(piece);
    }
  }
  std::string text;
  for (const auto& piece : kept) text += "/" + std::string(piece);
  if (text.empty() || slash_at_end) text += "/";
  return percent_encode(text, "/");
}

std::string canonical_value(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == ' ' && (text.empty() || text.back() == ' ')) continue;
    text += c;
  }
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string canonical_headers(const ServerRequest& request, std::string_view names) {
  std::string text;
  while (!names.empty()) {
    const auto end = names.find(';');
    const auto name = names.substr(0, end);
    names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
    text += std::string(name) + ":";
    bool first = true;
    for (const auto& [field, value] : request.headers) {
      if (!equal_ignoring_case(field, name)) continue;
      if (!std::exchange(first, false)) text += ',';
      text += canonical_value(value);
    }
    text += '\n';
  }
  return text;
}

std::string payload_hash(const ServerRequest& request, const Signature& signature) {
  if (const auto* given = request.headers.find("X-Amz-Content-SHA256")) {
    // A literal such as UNSIGNED-PAYLOAD stands for itself; a hash must be the body's.
    if (given->size() != 64) return *given;
    return sha256_hex(request.body);
  }
  if (signature.presigned && signature.service == "s3") return "UNSIGNED-PAYLOAD";
  return sha256_hex(request.body);
}

}  // namespace

Result<Signature> read_signature(const ServerRequest& request) {
  Signature signature;
  const auto header = request.headers.get("Authorization");
  if (header.starts_with("AWS4-HMAC-SHA256")) {
    HM_DO(read_scope(between(header, "Credential="), signature));
    signature.signed_headers = between(header, "SignedHeaders=");
    signature.value = between(header, "Signature=");
    signature.time = request.headers.get("X-Amz-Date");
    signature.session_token = request.headers.get("X-Amz-Security-Token");
  } else if (request.query().find("X-Amz-Credential=") != std::string_view::npos) {
    signature.presigned = true;
    for (const auto& [name, value] : parse_form(request.query())) {
      if (name == "X-Amz-Credential") HM_DO(read_scope(value, signature));
      if (name == "X-Amz-SignedHeaders") signature.signed_headers = value;
      if (name == "X-Amz-Signature") signature.value = value;
      if (name == "X-Amz-Date") signature.time = value;
      if (name == "X-Amz-Security-Token") signature.session_token = value;
      if (name == "X-Amz-Expires") signature.expires_s = std::atoll(value.c_str());
    }
  } else if (!header.empty()) {
    return incomplete("only AWS4-HMAC-SHA256 is understood");
  } else {
    return signature;
  }
  if (signature.signed_headers.empty() || signature.value.size() != 64 || signature.time.empty()) {
    return incomplete("Authorization needs SignedHeaders and Signature, and the request a date");
  }
  HM_DO(check_signed_headers(signature));
  HM_DO(check_payload_hash(request));
  return signature;
}

Result<Time> signed_at(const Signature& signature) {
  const auto& t = signature.time;
  if (t.size() != 16) return incomplete("the date must have the form 20260101T000000Z");
  return parse_iso(t.substr(0, 4) + "-" + t.substr(4, 2) + "-" + t.substr(6, 5) + ":" + t.substr(11, 2) +
                   ":" + t.substr(13));
}

std::string SignatureChecker::derived_key(const Signature& signature, const std::string& secret) const {
  const auto scope = signature.access_key_id + "/" + signature.date + "/" + signature.region + "/" +
                     signature.service + "/" + secret;
  return keys_.with([&](auto& cache) {
    if (const auto found = cache.find(scope); found != cache.end()) return found->second;
    auto key = hmac_sha256("AWS4" + secret, signature.date);
    key = hmac_sha256(view(key), signature.region);
    key = hmac_sha256(view(key), signature.service);
    key = hmac_sha256(view(key), "aws4_request");
    if (cache.size() >= kMaxDerivedKeys) cache.clear();
    return cache[scope] = std::string(view(key));
  });
}

bool SignatureChecker::matches(const ServerRequest& request, const Signature& signature,
                               const std::string& secret) const {
  const auto canonical = request.method + "\n" + canonical_path(request.path(), signature.service == "s3") +
                         "\n" + canonical_query(request.query()) + "\n" +
                         canonical_headers(request, signature.signed_headers) + "\n" +
                         signature.signed_headers + "\n" + payload_hash(request, signature);
  const auto text = "AWS4-HMAC-SHA256\n" + signature.time + "\n" + signature.date + "/" + signature.region +
                    "/" + signature.service + "/aws4_request\n" + sha256_hex(canonical);
  const auto wanted = hmac_sha256(derived_key(signature, secret), text);
  return equal_constant_time(hex(view(wanted)), signature.value);
}

}  // namespace hm::sim
