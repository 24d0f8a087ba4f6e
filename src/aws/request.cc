#include "aws/request.h"

#include <zlib.h>

#include "aws/checksum.h"
#include "aws/protocol.h"
#include "aws/quirks.h"
#include "base/check.h"
#include "base/encoding.h"

namespace hm::aws {

namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for a gzip header
  HM_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) ==
           Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  HM_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// "https://host/path" + "prefix." gives "https://prefix.host/path".
std::string with_host_prefix(const std::string& url, const std::string& prefix) {
  const auto scheme = url.find("://");
  if (prefix.empty() || scheme == std::string::npos) return url;
  return url.substr(0, scheme + 3) + prefix + url.substr(scheme + 3);
}

// The endpoint of a bucket is a path already, and then an empty path wants no slash behind it.
std::string join(std::string url, const WireRequest& wire) {
  const bool bare_host = url.find('/', url.find("://") + 3) == std::string::npos;
  if (wire.path.empty()) {
    if (bare_host) url += '/';
  } else {
    if (url.ends_with('/') && wire.path.starts_with('/')) url.pop_back();
    url += wire.path;
  }
  if (!wire.query.empty()) url += "?" + wire.query;
  return url;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// Takes "name=value" out of a form; gives the value, decoded.
std::string take_field(std::string& form, const std::string& name) {
  const std::string start = "&" + name + "=";
  const auto at = form.find(start);
  if (at == std::string::npos) return {};
  const auto end = form.find('&', at + 1);
  const std::string value =
      form.substr(at + start.size(), end == std::string::npos ? end : end - at - start.size());
  form.erase(at, end == std::string::npos ? end : end - at);
  return percent_decode(value);
}

void plan_presigning(PreparedRequest& prepared, const CrossRegion& cross, const std::string& region) {
  std::string& form = prepared.http.body;
  if (form.find("&" + std::string(cross.parameter) + "=") != std::string::npos) {
    if (!cross.source_in_body) take_field(form, "SourceRegion");
    return;
  }
  std::string reading = form;
  std::string rest = form;
  const std::string source = take_field(rest, "SourceRegion");
  if (source.empty()) return;
  if (!cross.source_in_body) reading = form = rest;
  std::string url = prepared.http.url;
  replace_all(url, region, source);
  replace_all(reading, "+", "%20");  // a space in a query, which is no form
  prepared.presign_url = url + "?" + reading + "&DestinationRegion=" + region;
  prepared.presign_region = source;
  prepared.presign_parameter = cross.parameter;
  if (cross.source_in_body) prepared.destination_region = region;
}

void compress(const Operation& operation, const RequestOptions& options, HttpRequest& http) {
  if (operation.compression().find("gzip") == std::string_view::npos) return;
  if (http.body.size() < options.compress_from_bytes) return;
  http.body = gzip(http.body);
  const std::string* encoding = http.headers.find("Content-Encoding");
  http.headers.set("Content-Encoding", encoding ? *encoding + ",gzip" : "gzip");
}

// Whether the caller says what type the body has.
bool names_type(const Operation& operation, const Json& params) {
  if (!operation.input()) return false;
  for (const Member& one : operation.input()->members()) {
    const bool type =
        one.location() == Location::header && equal_ignoring_case(one.wire_name(), "Content-Type");
    if (type && member(params, one.name())) return true;
  }
  return false;
}

std::string_view auth_type_of(const Service& service, const Operation& operation) {
  return operation.auth_type().empty() ? service.signature_version() : operation.auth_type();
}

}  // namespace

Result<PreparedRequest> RequestBuilder::prepare(const Service& service, const Operation& operation,
                                                const Json& params, const RequestOptions& options) const {
  const std::string_view auth = auth_type_of(service, operation);
  if (auth == "bearer" || auth == "v2") {
    return make_error(ErrorKind::invalid, "unsupported",
                      std::string(service.name()) + " wants " +
                          (auth == "bearer" ? "a bearer token" : "Signature Version 2") +
                          ", which is not supported");
  }
  Json amended = params.is_null() ? Json(JsonObject()) : params;
  if (amended.is_object()) {
    HM_DO(amend_params(service, operation, amended.get_object()));
    if (options.check_answers) ask_for_checksum(operation, amended.get_object());
  }
  HM_TRY(WireRequest wire, serialize(service, operation, amended, {options.new_token}));
  HM_TRY(Endpoint endpoint, endpoints_.resolve(service, operation, amended, options.endpoint));
  amend_wire(service, operation, wire);

  PreparedRequest prepared;
  prepared.sign = options.endpoint.sign && auth != "none" && !never_signed(service, operation);
  prepared.signing = {endpoint.signing_name, endpoint.signing_region, Time{}, endpoint.double_encode};
  if (auto fixed = signing_region(service); !fixed.empty()) prepared.signing.region = fixed;
  const bool like_s3 = signs_like_s3(service);
  prepared.signing.content_sha256_header = like_s3;
  HttpRequest& http = prepared.http;
  http.method = wire.method;
  http.url = join(with_host_prefix(endpoint.url, wire.host_prefix), wire);
  http.headers = std::move(wire.headers);
  // Bytes have the type that the service takes them to have, unless the caller says another: an object of S3
  // would keep ours for ever.
  if (http.headers.get("Content-Type") == "application/octet-stream" && !names_type(operation, amended)) {
    http.headers.remove("Content-Type");
  }
  http.body = std::move(wire.body);
  for (auto& [name, value] : endpoint.headers) http.headers.set(name, value);
  if (!options.user_agent.empty()) http.headers.set("User-Agent", options.user_agent);
  amend_request(service, operation, http);
  if (auth == "v4-unsigned-body" && !like_s3 && http.url.starts_with("https:")) {
    prepared.signing.unsigned_payload = true;
    prepared.signing.content_sha256_header = true;
  }
  compress(operation, options, http);
  HM_TRY(const bool checked, add_request_checksum(operation, amended, options.add_checksums, http));
  // A checksum and TLS together protect a stream well enough to leave it out of the signature.
  const bool tls = http.url.starts_with("https:");
  const bool protected_stream = wire.streaming && (checked || http.headers.find("Content-MD5"));
  if (like_s3 && tls) {
    prepared.signing.unsigned_payload = !options.sign_s3_payload.value_or(!protected_stream);
  }
  if (const auto cross = cross_region(service, operation)) {
    plan_presigning(prepared, *cross, endpoint.signing_region);
  }
  return prepared;
}

HttpRequest signed_request(const PreparedRequest& prepared, Signer& signer, const Credentials& credentials,
                           Time now) {
  HttpRequest request = prepared.http;
  if (!prepared.sign) return request;
  Signing signing = prepared.signing;
  signing.time = now;
  if (!prepared.presign_url.empty()) {
    HttpRequest reading;
    reading.url = prepared.presign_url;
    Signing there = signing;
    there.region = prepared.presign_region;
    constexpr std::chrono::seconds kValid(3600);
    signer.presign(reading, credentials, there, kValid);
    request.body += "&" + prepared.presign_parameter + "=" + percent_encode(reading.url);
    if (!prepared.destination_region.empty())
      request.body += "&DestinationRegion=" + prepared.destination_region;
  }
  signer.sign(request, credentials, signing);
  return request;
}

}  // namespace hm::aws
