#include "aws/container_credentials.h"

#include <array>

#include "aws/endpoint_value.h"
#include "base/json.h"

namespace hm::aws {

namespace {

using namespace std::chrono_literals;

constexpr int kAttempts = 3;
constexpr std::string_view kTaskRoles = "http://169.254.170.2";
constexpr std::array<std::string_view, 4> kPlainHosts = {"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]",
                                                         "localhost"};

// "[::1]:80" without its port. What stands before an '@' is no host, whatever it looks like.
std::string_view host_of(std::string_view authority) {
  authority = authority.substr(authority.rfind('@') + 1);
  const auto bracket = authority.find(']');
  if (bracket != std::string_view::npos) return authority.substr(0, bracket + 1);
  return authority.substr(0, authority.find(':'));
}

bool plain_http_allowed(std::string_view host) {
  for (const std::string_view known : kPlainHosts) {
    if (host == known) return true;
  }
  return host == "[::1]" || (host.starts_with("127.") && is_ipv4(host));
}

Result<std::string> authorization(const Environment& environment) {
  std::string token = environment.text("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  // The file wins, and is read anew every time: its writer renews it.
  if (const std::string file = environment.text("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); !file.empty()) {
    HM_TRY(token, environment.read_file(file).context("reading the container's authorization token"));
  }
  if (token.find_first_of("\r\n") != std::string::npos) {
    return make_error(ErrorKind::invalid, "bad_container_token",
                      "the container's authorization token has a line break in it");
  }
  return token;
}

}  // namespace

Result<std::optional<std::string>> container_url(const Environment& environment) {
  if (const std::string path = environment.text("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); !path.empty()) {
    if (!path.starts_with('/')) {
      return make_error(ErrorKind::invalid, "bad_container_url",
                        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with '/'");
    }
    return std::optional<std::string>(std::string(kTaskRoles) + path);
  }
  std::string url = environment.text("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (url.empty()) return std::optional<std::string>();
  const EndpointValue parsed = parse_endpoint_url(std::string_view(url).substr(0, url.find('?')));
  const auto* record = std::get_if<std::shared_ptr<const EndpointRecord>>(&parsed);
  if (!record) {
    return make_error(ErrorKind::invalid, "bad_container_url",
                      "AWS_CONTAINER_CREDENTIALS_FULL_URI must be an http or https URL with a host");
  }
  const std::string& authority = std::get<std::string>(*(*record)->find("authority"));
  if (!url.starts_with("https://") && !plain_http_allowed(host_of(authority))) {
    return make_error(
        ErrorKind::denied, "bad_container_url",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI: plain http is allowed only to this machine and to the "
        "addresses of ECS and EKS, not to " +
            authority);
  }
  return std::optional<std::string>(std::move(url));
}

Result<Credentials> read_metadata_credentials(const std::string& body, std::string source) {
  const Result<Json> document = parse_json(body);
  Credentials out;
  if (document.has_value()) {
    out.access_key_id = member_text(*document, "AccessKeyId");
    out.secret_access_key = member_text(*document, "SecretAccessKey");
    out.session_token = member_text(*document, "Token");
    out.account_id = member_text(*document, "AccountId");
  }
  if (out.access_key_id.empty() || out.secret_access_key.empty()) {
    // The answer may hold half a secret, so only its code is passed on.
    const std::string code(document.has_value() ? member_text(*document, "Code") : std::string_view());
    return make_error(ErrorKind::corrupt, "bad_credentials",
                      source + " answered without credentials" + (code.empty() ? "" : ": " + code));
  }
  if (const std::string_view expires = member_text(*document, "Expiration"); !expires.empty()) {
    HM_TRY(out.expires_at, parse_iso(expires).context("reading credentials of " + source));
  }
  out.source = std::move(source);
  return out;
}

Result<Credentials> container_credentials(const CredentialContext& context, const Environment& environment) {
  HM_TRY(const std::optional<std::string> url, container_url(environment));
  if (!url) {
    return make_error(ErrorKind::denied, "no_credentials", "no variable of a container is set");
  }
  HM_TRY(const std::string token, authorization(environment));
  HttpRequest request;
  request.url = *url;
  request.headers.add("Accept", "application/json");
  if (!token.empty()) request.headers.add("Authorization", token);
  request.connect_timeout = request.timeout = 2s;
  request.use_proxy = false;
  for (int attempt = 1;; ++attempt) {
    Result<HttpResponse> response = context.transport.send(request);
    if (response.has_value() && response->status == 200) {
      return read_metadata_credentials(response->body, "container");
    }
    const bool again = !response.has_value() || response->status >= 500;
    if (again && attempt < kAttempts) {
      context.clock.sleep_for(100ms, {});
    } else if (!response.has_value()) {
      return std::move(response).context("asking the container's credential address").error();
    } else {
      return make_error(ErrorKind::denied, "container_refused",
                        "the container's credential address answered " + std::to_string(response->status));
    }
  }
}

}  // namespace hm::aws
