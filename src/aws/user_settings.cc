#include "aws/user_settings.h"

#include <charconv>
#include <vector>

#include "base/http.h"

namespace hm::aws {

namespace {

Error wrong(std::string message) { return make_error(ErrorKind::invalid, "bad_setting", std::move(message)); }

Status apply_retries(const SharedConfig& config, ClientOptions& options) {
  const std::string attempts = config.setting("AWS_MAX_ATTEMPTS", "max_attempts");
  if (!attempts.empty()) {
    int count = 0;
    const auto [end, failure] = std::from_chars(attempts.data(), attempts.data() + attempts.size(), count);
    if (failure != std::errc() || end != attempts.data() + attempts.size() || count < 1) {
      return wrong("Value provided to \"max_attempts\": " + attempts +
                   " must be an integer greater than or equal to 1.");
    }
    options.max_attempts = count;
  }
  const std::string mode = config.setting("AWS_RETRY_MODE", "retry_mode");
  if (!mode.empty() && mode != "legacy" && mode != "standard" && mode != "adaptive") {
    return wrong("Invalid value provided to \"mode\": \"" + mode +
                 "\" must be one of: ('legacy', 'standard', 'adaptive')");
  }
  options.adaptive = mode == "adaptive";
  options.retries_of_2026 = equal_ignoring_case(config.environment().text("AWS_NEW_RETRIES_2026"), "true");
  return ok();
}

// One of the values that are allowed, in lower case; the first where nothing is set.
Result<std::string> one_of(const SharedConfig& config, const std::string& variable,
                           const std::string& property_name, const std::vector<std::string>& allowed) {
  const std::string value = config.setting(variable, property_name);
  if (value.empty()) return allowed.front();
  for (const std::string& one : allowed) {
    if (equal_ignoring_case(value, one)) return one;
  }
  std::string list;
  for (const std::string& one : allowed) list += (list.empty() ? "'" : ", '") + one + "'";
  return wrong("Unsupported configuration value for " + property_name + ". Expected one of (" + list +
               ") but got " + value + ".");
}

Status apply_checksums_and_endpoints(const SharedConfig& config, ClientOptions& options) {
  const std::vector<std::string> when = {"when_supported", "when_required"};
  HM_TRY(const std::string adding,
         one_of(config, "AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation", when));
  HM_TRY(const std::string checking,
         one_of(config, "AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation", when));
  options.add_checksums = adding == when.front();
  options.check_answers = checking == when.front();
  HM_TRY(options.account_id_endpoint_mode,
         one_of(config, "AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode",
                {"preferred", "disabled", "required"}));
  return ok();
}

// Of a variable (may be empty) or the profile's `s3` block.
class S3Block {
 public:
  explicit S3Block(const SharedConfig& config)
      : config_(config), block_(sub_properties(property(config.profile(), "s3"))) {}

  std::string text(const std::string& variable, std::string_view flat, std::string_view nested) const {
    std::string value = variable.empty() ? std::string() : config_.environment().text(variable);
    if (value.empty() && !flat.empty()) value = property(config_.profile(), flat);
    return value.empty() ? std::string(property(block_, nested)) : value;
  }
  std::optional<bool> flag(const std::string& variable, std::string_view flat,
                           std::string_view nested) const {
    const std::string value = text(variable, flat, nested);
    if (value.empty()) return std::nullopt;
    return equal_ignoring_case(value, "true");
  }

 private:
  const SharedConfig& config_;
  const ProfileSection block_;
};

Status apply_s3(const SharedConfig& config, S3Options& s3) {
  const S3Block block(config);
  const std::string style = block.text("", "", "addressing_style");
  if (style == "path" || style == "virtual") {
    s3.path_style = style == "path";
  } else if (!style.empty() && style != "auto") {
    return wrong("S3 addressing style " + style +
                 " is invalid. Valid options are: 'auto', 'virtual', and 'path'");
  }
  const std::string east = block.text("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint",
                                      "us_east_1_regional_endpoint");
  if (!east.empty() && east != "legacy" && east != "regional") {
    return wrong("S3 us-east-1 regional endpoint option " + east +
                 " is invalid. Valid options are: \"legacy\", \"regional\"");
  }
  s3.global_us_east_1 = east == "legacy";
  s3.accelerate = block.flag("", "", "use_accelerate_endpoint").value_or(false);
  s3.dualstack = block.flag("", "", "use_dualstack_endpoint").value_or(false);
  s3.sign_payload = block.flag("", "", "payload_signing_enabled");
  s3.use_arn_region = block.flag("AWS_S3_USE_ARN_REGION", "s3_use_arn_region", "use_arn_region");
  s3.disable_multiregion_access_points =
      block.flag("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", "", "s3_disable_multiregion_access_points");
  return ok();
}

}  // namespace

Status apply_user_settings(const std::shared_ptr<const SharedConfig>& config, ClientOptions& options) {
  HM_DO(apply_retries(*config, options));
  HM_DO(apply_checksums_and_endpoints(*config, options));
  HM_DO(apply_s3(*config, options.s3));
  options.configured_endpoint = [config](std::string_view service_id) {
    return config->endpoint_url(service_id);
  };
  return ok();
}

}  // namespace hm::aws
