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
    out.access_key_id = environment_.text("AWS_ACCESS_KEY_ID");
    out.secret_access_key = environment_.text("AWS_SECRET_ACCESS_KEY");
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
    out.session_token = environment_.text("AWS_SESSION_TOKEN");
    out.account_id = environment_.text("AWS_ACCOUNT_ID");
    out.source = "environment";
    return out;
  }

 private:
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
