#include "aws/sigv4.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/encoding.h"

namespace hm::aws {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

// Hops on the way add, drop or rewrite these, so signing them would break the signature.
constexpr std::array<std::string_view, 12> kNotSigned = {
    "authorization",       "connection", "expect",     "keep-alive",
    "proxy-authenticate",  "te",         "trailer",    "transfer-encoding",
    "proxy-authorization", "upgrade",    "user-agent", "x-amzn-trace-id"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

struct Url {
  std::string_view scheme, authority, path, query;
  bool has_query = false;
};

Url split(std::string_view url) {
  Url out;
  if (const auto end = url.find("://"); end != std::string_view::npos) {
    out.scheme = url.substr(0, end);
    url.remove_prefix(end + 3);
  }
  const auto path = url.find_first_of("/?#");
  out.authority = url.substr(0, path);
  url = path == std::string_view::npos ? std::string_view() : url.substr(path);
  url = url.substr(0, url.find('#'));
  const auto mark = url.find('?');
  out.path = url.substr(0, mark);
  out.has_query = mark != std::string_view::npos;
  if (out.has_query) out.query = url.substr(mark + 1);
  return out;
}

// The transport sends the host as it stands in the URL, so it must stand there as it is signed: in lower
// case. What is before an "@" is no host.
void lower_host(std::string& url) {
  std::string_view host = split(url).authority;
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  const std::string lowered = lower(host);
  url.replace(static_cast<size_t>(host.data() - url.data()), host.size(), lowered);
}

// What the transport will send as Host: lower case, without user info and without the scheme's own port.
std::string host_of(const Url& url) {
  std::string_view authority = url.authority;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  std::string host = lower(authority);
  const std::string_view port = equal_ignoring_case(url.scheme, "https") ? ":443" : ":80";
  if (host.ends_with(port)) host.resize(host.size() - port.size());
  return host;
}

// Outer white space goes, inner runs become one space.
std::string collapse(std::string_view value) {
  std::string out;
  bool space = false;
  for (const char c : value) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      space = !out.empty();
    } else {
      if (std::exchange(space, false)) out += ' ';
      out += c;
    }
  }
  return out;
}

std::map<std::string, std::string> headers_to_sign(const HttpRequest& request, const Url& url) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : request.headers) {
    std::string key = lower(name);
    if (std::find(kNotSigned.begin(), kNotSigned.end(), key) != kNotSigned.end()) continue;
    const auto [place, first] = out.try_emplace(std::move(key), collapse(value));
    if (!first) place->second += "," + collapse(value);
  }
  out.try_emplace("host", host_of(url));
  return out;
}

std::string names_of(const std::map<std::string, std::string>& headers) {
  std::string out;
  for (const auto& [name, value] : headers) {
    if (!out.empty()) out += ';';
    out += name;
  }
  return out;
}

// Dot segments and empty segments go; a final slash stays.
std::string normalized(std::string_view path) {
  std::vector<std::string_view> kept;
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    begin = end + 1;
  }
  std::string out;
  for (const auto segment : kept) out.append("/").append(segment);
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

std::string canonical_request(const HttpRequest& request, const Url& url, const Signing& signing,
                              const std::map<std::string, std::string>& headers, std::string_view payload) {
  std::string out = request.method;
  out += '\n';
  out += canonical_path(url.path, signing.double_encode);
  out += '\n';
  out += canonical_query(url.query);
  out += '\n';
  for (const auto& [name, value] : headers) out.append(name).append(":").append(value).append("\n");
  out += '\n';
  out += names_of(headers);
  out += '\n';
  out += payload;
  return out;
}

std::string scope_of(const Signing& signing, std::string_view timestamp) {
  return std::string(timestamp.substr(0, 8)) + "/" + signing.region + "/" + signing.service + "/aws4_request";
}

}  // namespace

std::string canonical_path(std::string_view path, bool double_encode) {
  if (path.empty()) return "/";
  return double_encode ? percent_encode(normalized(path), "/") : percent_encode(path, "/%");
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view field = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (field.empty()) continue;
    const auto equals = field.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    fields.emplace_back(percent_encode(percent_decode(field.substr(0, equals))),
                        percent_encode(percent_decode(value)));
  }
  std::sort(fields.begin(), fields.end());
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string format_amz_date(Time time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<seconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02u%02uT%02ld%02ld%02ldZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                clock.minutes().count(), clock.seconds().count());
  return text;
}

Digest Signer::signing_key(const Credentials& credentials, const Signing& signing, const std::string& date) {
  const std::string id =
      date + "/" + signing.region + "/" + signing.service + "/" + credentials.access_key_id;
  return keys_.with([&](auto& keys) {
    const auto known = keys.find(id);
    if (known != keys.end() && known->second.secret == credentials.secret_access_key) {
      return known->second.derived;
    }
    Digest key = hmac_sha256("AWS4" + credentials.secret_access_key, date);
    for (const std::string_view part : {std::string_view(signing.region), std::string_view(signing.service),
                                        std::string_view("aws4_request")}) {
      key = hmac_sha256(view(key), part);
    }
    // Dates lead the ids, so what is first is oldest.
    if (keys.size() >= kMaxKeys) keys.erase(keys.begin());
    keys.insert_or_assign(id, Key{credentials.secret_access_key, key});
    return key;
  });
}

std::string Signer::finish(SigningStages& stages, const Credentials& credentials, const Signing& signing,
                           const std::string& timestamp) {
  const std::string scope = scope_of(signing, timestamp);
  stages.string_to_sign =
      std::string(kAlgorithm) + "\n" + timestamp + "\n" + scope + "\n" + sha256_hex(stages.canonical_request);
  const Digest key = signing_key(credentials, signing, timestamp.substr(0, 8));
  stages.signature = hex(view(hmac_sha256(view(key), stages.string_to_sign)));
  return credentials.access_key_id + "/" + scope;
}

SigningStages Signer::sign(HttpRequest& request, const Credentials& credentials, const Signing& signing) {
  const std::string timestamp = format_amz_date(signing.time);
  lower_host(request.url);
  request.headers.remove("Authorization");
  request.headers.remove("X-Amz-Security-Token");
  request.headers.set("X-Amz-Date", timestamp);
  const bool has_token = !credentials.session_token.empty();
  if (has_token && signing.sign_session_token) {
    request.headers.add("X-Amz-Security-Token", credentials.session_token);
  }
  std::string payload(request.headers.get("X-Amz-Content-SHA256"));
  if (payload.empty()) {
    payload = signing.unsigned_payload ? std::string(kUnsignedPayload) : sha256_hex(request.body);
    if (signing.content_sha256_header || signing.unsigned_payload) {
      request.headers.set("X-Amz-Content-SHA256", payload);
    }
  }
  const Url url = split(request.url);
  const auto headers = headers_to_sign(request, url);
  SigningStages stages;
  stages.canonical_request = canonical_request(request, url, signing, headers, payload);
  stages.signed_headers = names_of(headers);
  const std::string credential = finish(stages, credentials, signing, timestamp);
  if (has_token && !signing.sign_session_token) {
    request.headers.add("X-Amz-Security-Token", credentials.session_token);
  }
  request.headers.add("Authorization", std::string(kAlgorithm) + " Credential=" + credential +
                                           ", SignedHeaders=" + stages.signed_headers +
                                           ", Signature=" + stages.signature);
  return stages;
}

SigningStages Signer::presign(HttpRequest& request, const Credentials& credentials, const Signing& signing,
                              std::chrono::seconds expires) {
  const std::string timestamp = format_amz_date(signing.time);
  lower_host(request.url);
  const auto headers = headers_to_sign(request, split(request.url));
  SigningStages stages;
  stages.signed_headers = names_of(headers);
  const std::string credential = credentials.access_key_id + "/" + scope_of(signing, timestamp);
  const std::string token = credentials.session_token.empty()
                                ? std::string()
                                : "&X-Amz-Security-Token=" + percent_encode(credentials.session_token);

  request.url += split(request.url).has_query ? "&" : "?";
  if (request.url.ends_with("?&")) request.url.pop_back();
  request.url.append("X-Amz-Algorithm=").append(kAlgorithm);
  request.url += "&X-Amz-Credential=" + percent_encode(credential) + "&X-Amz-Date=" + timestamp +
                 "&X-Amz-Expires=" + std::to_string(expires.count()) +
                 "&X-Amz-SignedHeaders=" + percent_encode(stages.signed_headers);
  if (signing.sign_session_token) request.url += token;

  const std::string payload =
      signing.unsigned_payload ? std::string(kUnsignedPayload) : sha256_hex(request.body);
  stages.canonical_request = canonical_request(request, split(request.url), signing, headers, payload);
  finish(stages, credentials, signing, timestamp);
  if (!signing.sign_session_token) request.url += token;
  request.url += "&X-Amz-Signature=" + stages.signature;
  return stages;
}

}  // namespace hm::aws
