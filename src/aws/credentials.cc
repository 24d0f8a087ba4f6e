#include "aws/credentials.h"

#include <utility>

namespace hm::aws {

namespace {

class StaticCredentials final : public CredentialProvider {
 public:
  explicit StaticCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<Credentials> get() override { return credentials_; }

 private:
  const Credentials credentials_;
};

class EnvironmentCredentials final : public CredentialProvider {
 public:
  explicit EnvironmentCredentials(Environment environment) : environment_(std::move(environment)) {}

  Result<Credentials> get() override {
    Credentials out;
    out.access_key_id = trimmed("AWS_ACCESS_KEY_ID");
    out.secret_access_key = trimmed("AWS_SECRET_ACCESS_KEY");
    if (out.access_key_id.empty() && out.secret_access_key.empty()) {
      return make_error(ErrorKind::denied, "no_credentials",
                        "the environment has no AWS credentials: set AWS_ACCESS_KEY_ID and "
                        "AWS_SECRET_ACCESS_KEY");
    }
    if (out.access_key_id.empty() || out.secret_access_key.empty()) {
      return make_error(ErrorKind::invalid, "partial_credentials",
                        out.access_key_id.empty()
                            ? "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not"
                            : "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
    }
    out.session_token = trimmed("AWS_SESSION_TOKEN");
    out.account_id = trimmed("AWS_ACCOUNT_ID");
    if (const std::string expires = trimmed("AWS_CREDENTIAL_EXPIRATION"); !expires.empty()) {
      HM_TRY(out.expires_at, parse_iso(expires).context("reading AWS_CREDENTIAL_EXPIRATION"));
    }
    out.source = "environment";
    return out;
  }

 private:
  // A variable of spaces is as good as none: scripts leave such behind.
  std::string trimmed(const std::string& name) const {
    const std::string value = environment_.text(name);
    const auto first = value.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return value.substr(first, value.find_last_not_of(" \t\r\n") - first + 1);
  }

  const Environment environment_;
};

}  // namespace

std::shared_ptr<CredentialProvider> static_credentials(Credentials credentials) {
  return std::make_shared<StaticCredentials>(std::move(credentials));
}

std::shared_ptr<CredentialProvider> environment_credentials(Environment environment) {
  return std::make_shared<EnvironmentCredentials>(std::move(environment));
}

}  // namespace hm::aws
