#include <cstdio>
#include <fstream>

#include "aws/client.h"
#include "aws/credentials.h"
#include "aws/shared_config.h"
#include "aws/user_settings.h"
#include "base/encoding.h"
#include "base/log.h"
#include "base/version.h"
#include "cli/aws_arguments.h"
#include "cli/aws_names.h"
#include "cli/aws_pages.h"
#include "cli/aws_print.h"

namespace hm::cli {

namespace {

// The answer's stream goes into the file that was named, not onto the terminal.
Status save_stream(const AwsCommand& command, Json& answer) {
  if (command.outfile.empty()) return ok();
  const std::string payload(command.operation.output()->payload());
  auto bytes = unbase64(member_text(answer, payload));
  std::ofstream file(command.outfile, std::ios::binary);
  if (bytes) file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
  file.close();
  if (!bytes || !file) {
    return make_error(ErrorKind::unavailable, "unwritable_file",
                      "the answer could not be written to '" + command.outfile + "'");
  }
  answer.get_object().stable_erase(payload);
  return ok();
}

Result<aws::Target> target_of(const AwsCommand& command, const aws::SharedConfig& config) {
  aws::Target target;
  target.region = command.globals.region.empty() ? config.region() : command.globals.region;
  if (target.region.empty() && works_without_region(command.service)) target.region = "us-east-1";
  if (target.region.empty()) {
    return make_error(ErrorKind::invalid, "no_region", "no region is configured");
  }
  target.endpoint_url = command.globals.endpoint_url;
  target.use_fips = config.use_fips();
  target.use_dualstack = config.use_dualstack();
  return target;
}

Result<aws::ClientOptions> options_of(const AwsCommand& command,
                                      const std::shared_ptr<const aws::SharedConfig>& config) {
  aws::ClientOptions options;
  options.user_agent = "hostmaster/" + std::string(version());
  options.rate_share = 0;  // one call by hand
  options.read_timeout = std::chrono::seconds(command.globals.read_timeout_s);
  options.connect_timeout = std::chrono::seconds(command.globals.connect_timeout_s);
  HM_DO(aws::apply_user_settings(config, options));
  return options;
}

Result<Json> call(const AwsCommand& command) {
  HM_TRY(const auto config, aws::SharedConfig::load(aws::system_environment(), command.globals.profile));
  HM_TRY(aws::Target target, target_of(command, *config));
  CurlOptions curl;
  curl.ca_bundle = command.globals.ca_bundle.empty() ? config->ca_bundle() : command.globals.ca_bundle;
  const auto transport = make_curl_transport(curl);
  SystemClock clock;
  if (command.globals.sign) target.credentials = aws::default_credentials({*transport, clock}, config);
  HM_TRY(const aws::ClientOptions client_options, options_of(command, config));
  aws::Client client(*transport, clock, nullptr, client_options);
  aws::CallOptions options;
  options.sign = command.globals.sign;
  options.trace = command.globals.debug;
  if (command.globals.paginate && command.operation.paginator()) {
    return call_as_pages(client, command, target, options);
  }
  return client.call(command.service.name(), command.operation.name(), command.params, target, options);
}

int fail(const Error& error) {
  const std::string text = aws_error_text(error);
  std::fwrite(text.data(), 1, text.size(), stderr);
  return aws_exit_code(error);
}

}  // namespace

int run_aws(const Args& args) {
  const auto command = parse_aws_command(args);
  if (!command) return fail(command.error());
  set_up_log(command->globals.debug ? LogLevel::debug : LogLevel::warning, false);
  auto answer = call(*command);
  if (!answer) return fail(answer.error());
  if (auto saved = save_stream(*command, *answer); !saved) return fail(saved.error());
  const std::string text = aws_document_text(*answer);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return kExitOk;
}

}  // namespace hm::cli
