#include <array>

#include "aws/credentials.h"
#include "aws/sso.h"
#include "environment.h"
#include "replay.h"
#include "suites.h"
#include "vectors.h"

namespace hm::conformance {

namespace {

// A vector names an error by the words of one particular SDK; ours must be about the same thing.
struct SameFailure {
  std::string_view words;
  std::string_view code;
};

constexpr std::array<SameFailure, 12> kFailures = {{
    {"failed to read `/home/.aws/sso", "no_sso_token"},
    {"No such file or directory", "unreadable_file"},
    {"request forbidden: IMDS is disabled", "no_role_credentials"},
    {"`role_arn` was missing", "no_role_arn"},
    {"InvalidIdentityTokenException", "InvalidIdentityToken"},
    {"could not parse profile file", "bad_profile_file"},
    {"will resolve an access token", "sso_token_only"},
    {"external process exited", "program_failed"},
    {"invalid JSON in response", "bad_process_answer"},
    {"an error occurred while loading credentials", "traffic_exhausted"},
    {"provider was not enabled", "no_credentials"},
    {"provider was not enabled", "no_role_credentials"},
}};

bool same_failure(std::string_view words, const Error& error) {
  for (const SameFailure& row : kFailures) {
    if (words.find(row.words) != std::string_view::npos && row.code == error.code) return true;
  }
  return false;
}

std::string described(const aws::Credentials& credentials) {
  JsonObject out{{"access_key_id", credentials.access_key_id},
                 {"secret_access_key", credentials.secret_access_key}};
  if (!credentials.session_token.empty()) out["session_token"] = credentials.session_token;
  if (!credentials.account_id.empty()) out["account_id"] = credentials.account_id;
  if (credentials.expires_at) out["expiry"] = to_micros(*credentials.expires_at) / 1000000;
  return to_json(sorted(out));
}

using Config = std::shared_ptr<const aws::SharedConfig>;
using Ask = Result<std::string> (*)(const aws::CredentialContext&, const Config&);

Result<std::string> walk_chain(const aws::CredentialContext& context, const Config& config) {
  HM_TRY(const aws::Credentials found, aws::default_credentials(context, config)->get());
  return described(found);
}

Result<std::string> find_token(const aws::CredentialContext& context, const Config& config) {
  HM_TRY(const aws::SsoToken token, aws::profile_sso_token(context, *config));
  return to_json(JsonObject{{"expiration", format_iso(token.expires_at)}, {"token", token.access_token}});
}

void run_folder(const Path& folder, Ask ask, const Json& variables, Report& report) {
  const std::string name = folder.filename().string();
  const auto test = read_document(folder / "test-case.json");
  if (!test.has_value()) return report.fail(name, test.error().text());
  Replay transport(folder / "http-traffic.json");
  // Before every expiry in the vectors, so that no recorded credential is stale.
  FakeClock clock(*parse_iso("1970-02-01T00:00:00Z"));
  const auto config = aws::SharedConfig::load(environment_in(variables, folder / "fs"));
  const Result<std::string> found =
      config.has_value() ? ask({transport, clock}, *config) : Result<std::string>(config.error());
  const Json& result = *member(*test, "result");
  if (const Json* expected = member(result, "Ok")) {
    if (!found.has_value()) return report.fail(name, found.error().text());
    compare(report, name, *found + transport.complaints(), to_json(sorted(*expected)));
    return;
  }
  const std::string_view words = member_text(result, "ErrorContains");
  if (found.has_value()) return report.fail(name, "succeeded: " + *found);
  if (!same_failure(words, found.error())) {
    return report.fail(
        name, found.error().code + ": " + found.error().text() + "; expected: " + std::string(words));
  }
  report.pass(name);
}

void run_folders(const Path& root, const char* suite, Ask ask, Report& report) {
  for (const Path& folder : entries(root / "smithy-rs" / "aws-config-test-data" / suite)) {
    const auto variables = read_document(folder / "env.json");
    run_folder(folder, ask, variables.has_value() ? *variables : Json(JsonObject()), report);
  }
}

}  // namespace

void run_credential_chain(const Path& root, Report& report) {
  run_folders(root, "default-credential-provider-chain", walk_chain, report);
}

// The profile alone: variables with keys are left out, since the chain would take them first.
void run_profile_provider(const Path& root, Report& report) {
  for (const Path& folder : entries(root / "smithy-rs" / "aws-config-test-data" / "profile-provider")) {
    const auto document = read_document(folder / "env.json");
    Json variables = document.has_value() ? *document : Json(JsonObject());
    for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
      variables.get_object().erase(name);
    run_folder(folder, walk_chain, variables, report);
  }
}

void run_token_chain(const Path& root, Report& report) {
  run_folders(root, "default-token-provider-chain", find_token, report);
}

}  // namespace hm::conformance
