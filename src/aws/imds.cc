#include "aws/imds.h"

#include <algorithm>
#include <charconv>

#include "aws/container_credentials.h"
#include "aws/endpoint_value.h"
#include "base/crypto.h"

namespace hm::aws {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kCredentialsPath = "/latest/meta-data/iam/security-credentials/";
constexpr int kServerErrorAttempts = 3;

Error no_credentials(std::string why) {
  return make_error(ErrorKind::denied, "no_credentials", "instance metadata: " + std::move(why));
}

int number(const std::string& text, int otherwise) {
  int out = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return std::clamp(out, 1, 60);
}

class Metadata {
 public:
  Metadata(const CredentialContext& context, const SharedConfig& config, std::string endpoint)
      : context_(context),
        endpoint_(std::move(endpoint)),
        timeout_(number(config.setting("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout"), 1)),
        attempts_(
            number(config.setting("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts"), 1)),
        v1_disabled_(
            config.flag("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled").value_or(false)) {}

  // Gets a token, or finds that the instance speaks version 1 alone.
  Status begin() {
    HttpRequest request = to("PUT", "/latest/api/token");
    request.headers.add("x-aws-ec2-metadata-token-ttl-seconds", "21600");
    const Result<HttpResponse> response = send(request);
    if (response.has_value() && response->status == 200) {
      token_ = response->body;
      return ok();
    }
    if (!response.has_value() && response.error().kind != ErrorKind::timeout) {
      return no_credentials("not reachable");
    }
    const int status = response.has_value() ? response->status : 0;
    if (status == 400)
      return make_error(ErrorKind::invalid, "bad_imds_request", "instance metadata refused a token");
    const bool old = status == 0 || status == 403 || status == 404 || status == 405;
    if (!old) return no_credentials("answered " + std::to_string(status));
    // A time-out may be a hop limit that only version 2 runs into.
    if (v1_disabled_) return no_credentials("gives no token, and version 1 is disabled");
    return ok();
  }

  Result<std::string> get(std::string_view path) {
    HttpRequest request = to("GET", path);
    if (!token_.empty()) request.headers.add("x-aws-ec2-metadata-token", token_);
    const Result<HttpResponse> response = send(request);
    if (!response.has_value()) return no_credentials("not reachable");
    if (response->status == 404) return no_credentials("the instance has no role");
    if (response->status != 200) return no_credentials("answered " + std::to_string(response->status));
    return response->body;
  }

 private:
  HttpRequest to(std::string method, std::string_view path) const {
    HttpRequest out;
    out.method = std::move(method);
    out.url = endpoint_ + std::string(path);
    out.connect_timeout = out.timeout = timeout_;
    out.max_response_bytes = 1024 * 1024;
    out.use_proxy = false;
    return out;
  }

  // Elsewhere than on EC2 nothing answers, so waiting longer than once is a matter of configuration.
  Result<HttpResponse> send(const HttpRequest& request) {
    for (int attempt = 1;; ++attempt) {
      Result<HttpResponse> response = context_.transport.send(request);
      const bool server_error = response.has_value() && response->status >= 500;
      const int limit = server_error ? std::max(kServerErrorAttempts, attempts_) : attempts_;
      if ((response.has_value() && !server_error) || attempt >= limit) return response;
      context_.clock.sleep_for(100ms, {});
    }
  }

  const CredentialContext& context_;
  const std::string endpoint_;
  const std::chrono::seconds timeout_;
  const int attempts_;
  const bool v1_disabled_;
  std::string token_;
};

std::string first_line(std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

void keep_alive(Credentials& credentials, Time now) {
  if (!credentials.expires_at) return;
  const auto byte = static_cast<unsigned char>(random_bytes(1).front());
  const Micros ahead = 10min + 2min + std::chrono::seconds(480 * byte / 255);
  if (*credentials.expires_at <= now + ahead) credentials.expires_at = now + ahead;
}

}  // namespace

Result<std::string> imds_endpoint(const SharedConfig& config, const std::string& given_endpoint,
                                  const std::string& given_mode) {
  std::string endpoint = given_endpoint;
  if (endpoint.empty()) {
    endpoint = config.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  }
  if (!endpoint.empty()) {
    if (std::holds_alternative<std::monostate>(parse_endpoint_url(endpoint))) {
      return make_error(ErrorKind::invalid, "bad_imds_endpoint",
                        "the instance metadata endpoint must be a URL, not '" + endpoint + "'");
    }
    while (endpoint.ends_with('/')) endpoint.pop_back();
    return endpoint;
  }
  std::string mode = given_mode;
  if (mode.empty()) {
    mode = config.setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
  }
  if (mode.empty() || equal_ignoring_case(mode, "ipv4")) return std::string("http://169.254.169.254");
  if (equal_ignoring_case(mode, "ipv6")) return std::string("http://[fd00:ec2::254]");
  return make_error(ErrorKind::invalid, "bad_imds_mode",
                    "the instance metadata mode can be IPv4 or IPv6, not '" + mode + "'");
}

Result<Credentials> instance_credentials(const CredentialContext& context, const SharedConfig& config) {
  if (equal_ignoring_case(config.environment().text("AWS_EC2_METADATA_DISABLED"), "true")) {
    return no_credentials("switched off by AWS_EC2_METADATA_DISABLED");
  }
  HM_TRY(std::string endpoint, imds_endpoint(config));
  Metadata metadata(context, config, std::move(endpoint));
  HM_DO(metadata.begin());
  HM_TRY(const std::string roles, metadata.get(kCredentialsPath));
  const std::string role = first_line(roles);
  if (role.empty() || role.find_first_of("/?# ") != std::string::npos) {
    return no_credentials("the instance has no role");
  }
  HM_TRY(const std::string answer, metadata.get(std::string(kCredentialsPath) + role));
  HM_TRY(Credentials out, read_metadata_credentials(answer, "instance metadata"));
  keep_alive(out, context.clock.now());
  return out;
}

}  // namespace hm::aws
