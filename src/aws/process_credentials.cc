#include "aws/process_credentials.h"

#include <optional>

#include "base/json.h"

namespace hm::aws {

namespace {

Error bad_answer(const std::string& what) {
  return make_error(ErrorKind::corrupt, "bad_process_answer", "credential_process: " + what);
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view command) {
  std::vector<std::string> out;
  std::optional<std::string> word;
  char quote = 0;
  for (size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (c == '\\' && quote != '\'') {
      if (++i == command.size()) break;
      // Inside double quotes a backslash is an escape only before what it could end or repeat.
      if (quote == '"' && command[i] != '"' && command[i] != '\\') word = word.value_or("") + '\\';
      word = word.value_or("") + command[i];
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        *word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      word = word.value_or("");
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (word) out.push_back(std::move(*word));
      word.reset();
    } else {
      word = word.value_or("") + c;
    }
  }
  if (quote != 0) {
    return make_error(ErrorKind::invalid, "bad_command", "credential_process: a quote is not closed");
  }
  if (word) out.push_back(std::move(*word));
  if (out.empty())
    return make_error(ErrorKind::invalid, "bad_command", "credential_process names no program");
  return out;
}

Result<Credentials> process_credentials(const Environment& environment, std::string_view command,
                                        std::string_view account_id) {
  HM_TRY(std::vector<std::string> arguments, split_command(command));
  arguments.front() = expand_home(environment, arguments.front());
  HM_TRY(const std::string output, environment.run(arguments).context("running credential_process"));
  // The parser's own message could quote the output, so it is left behind.
  const Result<Json> document = parse_json(output);
  if (!document.has_value()) return bad_answer("it did not print JSON");
  const Json* version = member(*document, "Version");
  if (!version || !version->is_int64() || version->get_int64() != 1) {
    return bad_answer("it must print \"Version\": 1");
  }
  Credentials out;
  out.source = "credential-process";
  out.access_key_id = member_text(*document, "AccessKeyId");
  out.secret_access_key = member_text(*document, "SecretAccessKey");
  out.session_token = member_text(*document, "SessionToken");
  out.account_id = member_text(*document, "AccountId", account_id);
  if (out.access_key_id.empty() || out.secret_access_key.empty()) {
    return bad_answer("it printed no AccessKeyId or no SecretAccessKey");
  }
  if (const std::string_view expires = member_text(*document, "Expiration"); !expires.empty()) {
    HM_TRY(out.expires_at, parse_iso(expires).context("reading the Expiration of credential_process"));
  }
  return out;
}

}  // namespace hm::aws
