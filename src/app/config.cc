#include "app/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "app/config_accounts.h"
#include "app/config_rules.h"
#include "base/edit_distance.h"
#include "base/yaml.h"

namespace hm::app {

namespace {

using Apply = Status (*)(Config& config, const std::string& value);

// What a value must look like, told where it does not.
Error expected(std::string what) { return make_error(ErrorKind::invalid, "bad_config", std::move(what)); }

template <std::string Config::*Member>
Status set_text(Config& config, const std::string& value) {
  config.*Member = value;
  return ok();
}

template <std::vector<std::string> Config::*Member>
Status set_list(Config& config, const std::string& value) {
  config.*Member = split_list(value);
  return ok();
}

Result<int64_t> number(const std::string& value, int64_t least, int64_t most) {
  int64_t parsed = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (failed != std::errc() || end != value.data() + value.size() || parsed < least || parsed > most) {
    return expected("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return parsed;
}

Status set_listen(Config& config, const std::string& value) {
  const size_t colon = value.rfind(':');
  if (colon == std::string::npos) return expected("an address and a port, such as 127.0.0.1:8620");
  auto port = number(value.substr(colon + 1), 0, 65535);
  std::string address = value.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  if (!port || address.empty()) return expected("an address and a port, such as 127.0.0.1:8620");
  config.address = address == "localhost" ? "127.0.0.1" : address;
  config.port = static_cast<uint16_t>(*port);
  return ok();
}

Status set_trusted_proxies(Config& config, const std::string& value) {
  config.trusted_proxies.clear();
  for (const std::string& one : split_list(value)) {
    const auto network = Network::parse(one);
    if (!network) return expected("a list of addresses and networks such as 10.0.0.0/8");
    config.trusted_proxies.push_back(*network);
  }
  return ok();
}

Status set_insecure_http(Config& config, const std::string& value) {
  if (value != "true" && value != "false") return expected("true or false");
  config.insecure_http = value == "true";
  return ok();
}

Status set_roles(Config& config, const std::string& value) {
  config.roles = split_list(value);
  for (const std::string& role : config.roles) {
    if (role != "api" && role != "collect" && role != "rules")
      return expected("a list of api, collect and rules");
  }
  return ok();
}

Status set_log_level(Config& config, const std::string& value) {
  if (value != "debug" && value != "info" && value != "warning" && value != "error") {
    return expected("debug, info, warning or error");
  }
  config.log_level = value;
  return ok();
}

Status set_log_format(Config& config, const std::string& value) {
  if (value != "text" && value != "json") return expected("text or json");
  config.log_format = value;
  return ok();
}

template <std::chrono::minutes Config::*Member>
Status set_minutes(Config& config, const std::string& value) {
  HM_TRY(const int64_t minutes, number(value, 1, 60 * 24 * 365));
  config.*Member = std::chrono::minutes(minutes);
  return ok();
}

Status set_history_retention(Config& config, const std::string& value) {
  HM_TRY(const int64_t days, number(value, 0, 36'500));
  config.history_retention = std::chrono::days(days);
  return ok();
}

Status set_handler_threads(Config& config, const std::string& value) {
  HM_TRY(const int64_t threads, number(value, 4, 256));
  config.handler_threads = static_cast<int>(threads);
  return ok();
}

Status set_rate_share(Config& config, const std::string& value) {
  char* end = nullptr;
  const double share = std::strtod(value.c_str(), &end);
  if (value.empty() || *end != '\0' || !(share >= 0 && share <= 1)) return expected("a number from 0 to 1");
  config.aws_rate_share = share;
  return ok();
}

Status set_budget(Config& config, const std::string& value) {
  config.aws_budget_usd.reset();
  if (value.empty()) return ok();
  const auto amount = Money::parse(value);
  if (!amount || *amount < Money()) return expected("an amount of US dollars such as 5 or 0.50");
  config.aws_budget_usd = *amount;
  return ok();
}

Status set_metrics(Config& config, const std::string& value) {
  if (value != "true" && value != "false") return expected("true or false");
  config.metrics = value == "true";
  return ok();
}

Status set_metrics_budget(Config& config, const std::string& value) {
  const auto amount = Money::parse(value);
  if (!amount || *amount < Money()) return expected("an amount of US dollars such as 5 or 0.50");
  config.metrics_budget_usd = *amount;
  return ok();
}

Status set_metrics_free_requests(Config& config, const std::string& value) {
  HM_TRY(config.metrics_free_requests, number(value, 0, 1'000'000));
  return ok();
}

Status set_metrics_retention(Config& config, const std::string& value) {
  HM_TRY(const int64_t days, number(value, 0, 36'500));
  config.metrics_retention = std::chrono::days(days);
  return ok();
}

Status set_read_timeout(Config& config, const std::string& value) {
  HM_TRY(const int64_t seconds, number(value, 1, 600));
  config.aws_read_timeout = std::chrono::seconds(seconds);
  return ok();
}

struct Key {
  std::string_view name;
  Apply apply;
  std::string_view otherwise;  // the default as text
  std::string_view description;
  bool secret = false;
};

constexpr std::array kKeys = {
    Key{"data_dir", set_text<&Config::data_dir>, "", "where the store, keys and the query database are kept"},
    Key{"database_url", set_text<&Config::database_url>, "",
        "postgres://… instead of SQLite in the data directory", true},
    Key{"listen", set_listen, "127.0.0.1:8620", "address and port of the server"},
    Key{"tls_certificate_file", set_text<&Config::tls_certificate_file>, "", "certificate chain, PEM"},
    Key{"tls_private_key_file", set_text<&Config::tls_private_key_file>, "", "private key, PEM"},
    Key{"insecure_http", set_insecure_http, "false", "allow another address than loopback without TLS"},
    Key{"allowed_hosts", set_list<&Config::allowed_hosts>, "",
        "names by which browsers may call this server"},
    Key{"trusted_proxies", set_trusted_proxies, "",
        "addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"},
    Key{"roles", set_roles, "api,collect,rules", "what this process does"},
    Key{"catalog_dirs", set_list<&Config::catalog_dirs>, "",
        "directories of resource types and rules beside the built-in ones"},
    Key{"derived_services", set_list<&Config::derived_services>, "",
        "services whose other lists become types as AWS's models describe them, or all"},
    Key{"log_level", set_log_level, "info", "debug, info, warning or error"},
    Key{"log_format", set_log_format, "text", "text or json"},
    Key{"history_retention_days", set_history_retention, "395",
        "how long earlier states of resources, and who changed them, are kept; 0: for ever"},
    Key{"session_idle_minutes", set_minutes<&Config::session_idle>, "720",
        "a session ends when it was not used for so long"},
    Key{"session_absolute_minutes", set_minutes<&Config::session_absolute>, "10080",
        "a session ends after this time"},
    Key{"handler_threads", set_handler_threads, "8", "requests that are handled at once"},
    Key{"aws_endpoint_url", set_text<&Config::aws_endpoint_url>, "",
        "another endpoint than AWS's, for all services"},
    Key{"aws_region", set_text<&Config::aws_region>, "", "the region of calls that belong to none"},
    Key{"aws_profile", set_text<&Config::aws_profile>, "", "the profile of the server's own credentials"},
    Key{"aws_rate_share", set_rate_share, "0.5",
        "our share of AWS's published rates; 0 switches our limits off"},
    Key{"aws_budget_usd", set_budget, "",
        "the most that our own calls may cost in an account and month, in US dollars"},
    Key{"metrics", set_metrics, "true", "whether CloudWatch's metrics of resources are read"},
    Key{"metrics_budget_usd", set_metrics_budget, "0",
        "the most that reading metrics may cost in an account and month, in US dollars; 0: what is free "
        "alone"},
    Key{"metrics_free_requests", set_metrics_free_requests, "500000",
        "how many of the million requests that AWS gives a payer each month are for HostMaster"},
    Key{"metrics_retention_days", set_metrics_retention, "395",
        "how long metrics are kept, by the hour after 63 days; 0: for ever"},
    Key{"aws_read_timeout_seconds", set_read_timeout, "20", "how long one attempt waits for AWS's answer"},
};

const Key* find_key(std::string_view name) {
  const auto found =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& key) { return key.name == name; });
  return found == kKeys.end() ? nullptr : &*found;
}

// "; did you mean …?" where one is near, else where all of them are told.
std::string remedy(std::string_view name) {
  const Key* nearest = nullptr;
  size_t best = 4;
  for (const Key& key : kKeys) {
    const size_t away = edit_distance(name.substr(0, 100), key.name);
    if (away < best) {
      best = away;
      nearest = &key;
    }
  }
  return nearest ? "; did you mean \"" + std::string(nearest->name) + "\"?"
                 : "; `hostmaster help serve` lists the settings";
}

std::string variable_of(std::string_view key) {
  std::string name = "HM_" + std::string(key);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

// Gathers the faults, so that all are told at once.
class Loader {
 public:
  explicit Loader(const ConfigSource& source) : source_(source) {}

  Result<Config> load() {
    for (const Key& key : kKeys) {
      origin_[key.name] = "default";
      if (!key.otherwise.empty()) apply(key, std::string(key.otherwise), "default", "the default");
    }
    config_.roles.clear();
    read_file();
    for (const Key& key : kKeys) {
      const std::string name = variable_of(key.name);
      if (const auto value = source_.variable ? source_.variable(name) : std::nullopt) {
        apply(key, *value, "environment", name);
      }
    }
    for (const auto& [name, value] : source_.flags) {
      const Key* key = find_key(name);
      if (key) apply(*key, value, "flag", name);
    }
    finish();
    if (faults_.empty()) return std::move(config_);
    return make_error(ErrorKind::invalid, "bad_config", faults_);
  }

 private:
  void fault(const std::string& text) { faults_ += (faults_.empty() ? "" : "\n") + text; }

  void apply(const Key& key, const std::string& value, const std::string& origin, const std::string& where) {
    if (auto applied = key.apply(config_, value); !applied) {
      // The value may be a secret: it is not repeated.
      return fault(where + ": " + std::string(key.name) + " wants " + applied.error().message);
    }
    origin_[key.name] = origin;
    if (!value.empty()) values_[key.name] = value;
  }

  std::string file() const {
    if (!source_.file.empty()) return source_.file;
    const auto variable = [&](const char* name) {
      return source_.variable ? source_.variable(name).value_or(std::string()) : std::string();
    };
    if (auto path = variable("HM_CONFIG"); !path.empty()) return path;
    return {};
  }

  void read_file() {
    const std::string path = file();
    std::string chosen = path;
    if (chosen.empty()) chosen = default_file();
    std::ifstream in(chosen);
    if (!in) {
      if (!path.empty()) fault(path + ": cannot be read; give --config the path of a YAML file");
      return;
    }
    std::ostringstream text;
    text << in.rdbuf();
    auto yaml = parse_yaml(text.str());
    if (!yaml) return fault(chosen + ": " + yaml.error().message);
    if (yaml->value.is_null()) return;
    if (!yaml->value.is_object()) return fault(chosen + ":1: the file is a list of settings, `name: value`");
    for (const auto& [name, value] : yaml->value.get_object()) {
      const std::string key(name);
      read_member(chosen + ":" + std::to_string(yaml->line_of("/" + key)), key, value, *yaml, chosen);
    }
  }

  void read_member(const std::string& place, const std::string& name, const Json& value, const Yaml& yaml,
                   const std::string& path) {
    if (name == "accounts") {
      auto accounts = read_accounts(yaml, path);
      if (!accounts) return fault(accounts.error().message);
      config_.accounts = std::move(*accounts);
      return;
    }
    if (name == "organizations") {
      auto organizations = read_organizations(yaml, path);
      if (!organizations) return fault(organizations.error().message);
      config_.organizations = std::move(*organizations);
      return;
    }
    if (name == "rules") {
      auto rules = read_rule_settings(yaml, path);
      if (!rules) return fault(rules.error().message);
      config_.rules = std::move(*rules);
      return;
    }
    const Key* key = find_key(name);
    if (!key) return fault(place + ": there is no setting \"" + name + "\"" + remedy(name));
    auto text = as_setting(value);
    if (!text) return fault(place + ": " + name + " wants " + text.error().message);
    apply(*key, *text, "file", place);
  }

  std::string default_file() const {
    const auto variable = [&](const char* name) {
      return source_.variable ? source_.variable(name).value_or(std::string()) : std::string();
    };
    const std::string base = variable("XDG_CONFIG_HOME");
    return (base.empty() ? variable("HOME") + "/.config" : base) + "/hostmaster/config.yaml";
  }

  void finish() {
    if (config_.data_dir.empty()) {
      const auto variable = [&](const char* name) {
        return source_.variable ? source_.variable(name).value_or(std::string()) : std::string();
      };
      const std::string base = variable("XDG_DATA_HOME");
      config_.data_dir = (base.empty() ? variable("HOME") + "/.local/share" : base) + "/hostmaster";
      values_["data_dir"] = config_.data_dir;
    }
    const bool loopback = config_.address == "::1" || config_.address.starts_with("127.");
    const bool tls = !config_.tls_certificate_file.empty();
    if (!loopback && !tls && !config_.insecure_http) {
      fault("listening on " + config_.address +
            " without TLS would send passwords in the clear: set tls_certificate_file and "
            "tls_private_key_file, or "
            "--insecure-http where a proxy in front ends TLS");
    }
    if (tls == config_.tls_private_key_file.empty()) {
      fault("tls_certificate_file and tls_private_key_file belong together: set both");
    }
    for (const Key& key : kKeys) {
      const auto value = values_.find(key.name);
      const bool shown = value != values_.end() && !key.secret;
      config_.settings.push_back({std::string(key.name), shown ? std::optional(value->second) : std::nullopt,
                                  origin_[key.name], std::string(key.description)});
    }
  }

  const ConfigSource& source_;
  Config config_;
  std::string faults_;
  std::map<std::string_view, std::string> origin_, values_;
};

}  // namespace

collect::SpendingLimits spending_limits(const Config& config) {
  return {config.aws_budget_usd, config.metrics_budget_usd, config.metrics_free_requests};
}

Result<Config> load_config(const ConfigSource& source) { return Loader(source).load(); }

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::vector<api::Setting> known_settings() {
  std::vector<api::Setting> all;
  all.reserve(kKeys.size());
  for (const Key& key : kKeys) {
    all.push_back(
        {std::string(key.name), std::string(key.otherwise), "default", std::string(key.description)});
  }
  return all;
}

std::string Config::store_url() const {
  return database_url.empty() ? "sqlite:" + data_dir + "/hostmaster.db" : database_url;
}

bool Config::has_role(std::string_view role) const {
  return roles.empty() || std::find(roles.begin(), roles.end(), role) != roles.end();
}

std::string Config::base_url(uint16_t actual_port) const {
  const std::string host = address.find(':') != std::string::npos ? "[" + address + "]" : address;
  return (tls_certificate_file.empty() ? "http://" : "https://") + host + ":" + std::to_string(actual_port);
}

}  // namespace hm::app
