#include "aws/shared_config.h"

#include "base/http.h"

namespace hm::aws {

namespace {

// "Cost Explorer" becomes "cost_explorer", as both variables and services sections spell it.
std::string service_key(std::string_view service_id) {
  std::string out;
  for (const char c : service_id) {
    const bool upper = c >= 'A' && c <= 'Z';
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    out += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '_';
  }
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

struct File {
  std::string path, content;
};

Result<File> read(const Environment& environment, const std::string& variable, std::string_view otherwise) {
  const std::string named = environment.text(variable);
  File out;
  out.path = expand_home(environment, named.empty() ? otherwise : std::string_view(named));
  Result<std::string> content = environment.read_file(out.path);
  if (content.has_value()) {
    out.content = std::move(*content);
  } else if (content.error().kind != ErrorKind::not_found) {
    return std::move(content).context("reading AWS profiles").error();
  }
  return out;
}

}  // namespace

std::string expand_home(const Environment& environment, std::string_view path) {
  if (path != "~" && !path.starts_with("~/")) return std::string(path);
  return environment.text("HOME") + std::string(path.substr(1));
}

Result<std::shared_ptr<const SharedConfig>> SharedConfig::load(Environment environment, std::string profile) {
  std::shared_ptr<SharedConfig> out(new SharedConfig);
  HM_TRY(const File config, read(environment, "AWS_CONFIG_FILE", "~/.aws/config"));
  HM_TRY(const File credentials, read(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"));
  HM_TRY(out->profiles_, parse_profiles(config.content, credentials.content, config.path, credentials.path));
  out->explicit_ = !profile.empty();
  if (profile.empty()) profile = environment.text("AWS_PROFILE");
  if (profile.empty()) profile = environment.text("AWS_DEFAULT_PROFILE");
  const bool asked_for = !profile.empty();
  out->profile_name_ = asked_for ? std::move(profile) : "default";
  out->environment_ = std::move(environment);
  if (asked_for && !Profiles::find(out->profiles_.profiles, out->profile_name_)) {
    return make_error(ErrorKind::not_found, "profile_not_found",
                      "the profile '" + out->profile_name_ + "' is in neither " + config.path + " nor " +
                          credentials.path)
        .note("profile", out->profile_name_);
  }
  return std::shared_ptr<const SharedConfig>(std::move(out));
}

const ProfileSection& SharedConfig::profile() const {
  static const ProfileSection kNone;
  const ProfileSection* found = Profiles::find(profiles_.profiles, profile_name_);
  return found ? *found : kNone;
}

std::string SharedConfig::setting(const std::string& variable, std::string_view property_name) const {
  std::string value = environment_.text(variable);
  return value.empty() ? std::string(property(profile(), property_name)) : value;
}

std::optional<bool> SharedConfig::flag(const std::string& variable, std::string_view property_name) const {
  const std::string value = setting(variable, property_name);
  if (equal_ignoring_case(value, "true")) return true;
  if (equal_ignoring_case(value, "false")) return false;
  return std::nullopt;
}

std::string SharedConfig::region() const {
  std::string region = environment_.text("AWS_REGION");
  return region.empty() ? setting("AWS_DEFAULT_REGION", "region") : region;
}

std::string SharedConfig::ca_bundle() const { return setting("AWS_CA_BUNDLE", "ca_bundle"); }

bool SharedConfig::use_fips() const {
  return flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint").value_or(false);
}

bool SharedConfig::use_dualstack() const {
  return flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint").value_or(false);
}

std::string SharedConfig::endpoint_url(std::string_view service_id) const {
  if (flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls").value_or(false))
    return {};
  const std::string key = service_key(service_id);
  if (std::string url = environment_.text("AWS_ENDPOINT_URL_" + upper(key)); !url.empty()) return url;
  if (std::string url = environment_.text("AWS_ENDPOINT_URL"); !url.empty()) return url;
  const ProfileSection* services = Profiles::find(profiles_.services, property(profile(), "services"));
  if (services) {
    const ProfileSection block = sub_properties(property(*services, key));
    if (const std::string_view url = property(block, "endpoint_url"); !url.empty()) return std::string(url);
  }
  return std::string(property(profile(), "endpoint_url"));
}

}  // namespace hm::aws
