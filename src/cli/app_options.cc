#include "cli/app_options.h"

#include <algorithm>

#include "base/log.h"

namespace hm::cli {

std::vector<Option> AppOptions::place_options() {
  return {{"--config", "FILE", "the configuration file", &config},
          {"--data-dir", "DIR", "where the store and the keys are", &data_dir},
          {"--database-url", "URL", "postgres://… instead of SQLite", &database_url},
          {"--set", "NAME=VALUE", "any setting of the configuration", &set}};
}

std::vector<Option> AppOptions::store_options() {
  std::vector<Option> options = place_options();
  options.push_back({"--endpoint-url", "URL", "another endpoint than AWS's", &endpoint_url});
  return options;
}

std::vector<Option> AppOptions::server_options() {
  std::vector<Option> options = store_options();
  options.push_back({"--listen", "ADDRESS:PORT", "where to listen", &listen});
  options.push_back({"--roles", "LIST", "api, collect, rules", &roles});
  options.push_back(
      {"--insecure-http", "", "allow another address than loopback without TLS", &insecure_http});
  return options;
}

Result<app::Config> AppOptions::load() const {
  app::ConfigSource source;
  source.file = config;
  source.variable = app::environment_variable;
  const auto known = app::known_settings();
  for (const std::string& one : set) {
    const size_t equals = one.find('=');
    const std::string name = one.substr(0, equals);
    const auto is = [&](const api::Setting& setting) { return setting.name == name; };
    if (equals == std::string::npos || std::none_of(known.begin(), known.end(), is)) {
      return make_error(ErrorKind::invalid, "usage",
                        "--set wants NAME=VALUE with a setting of `hostmaster help serve`");
    }
    source.flags[name] = one.substr(equals + 1);
  }
  const auto flag = [&](const char* name, const std::string& value) {
    if (!value.empty()) source.flags[name] = value;
  };
  flag("data_dir", data_dir);
  flag("database_url", database_url);
  flag("listen", listen);
  flag("roles", roles);
  flag("aws_endpoint_url", endpoint_url);
  if (insecure_http) source.flags["insecure_http"] = "true";
  return app::load_config(source);
}

void set_up_log_from(const app::Config& config) {
  const LogLevel level = config.log_level == "debug"     ? LogLevel::debug
                         : config.log_level == "warning" ? LogLevel::warning
                         : config.log_level == "error"   ? LogLevel::error
                                                         : LogLevel::info;
  set_up_log(level, config.log_format == "json");
}

}  // namespace hm::cli
