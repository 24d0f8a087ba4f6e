// What the user has set: one YAML file, overridden by environment variables (HM_…), overridden by flags. A
// wrong key or value is an error with its place and what to do; all of them at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/services.h"
#include "base/address.h"
#include "base/money.h"
#include "base/result.h"
#include "collect/spending.h"
#include "rules/rule_book.h"

namespace hm::app {

struct Config {
  std::string data_dir;
  std::string database_url;  // empty: SQLite in the data directory
  std::string address = "127.0.0.1";
  uint16_t port = 8620;
  std::string tls_certificate_file;
  std::string tls_private_key_file;
  bool insecure_http = false;
  std::vector<std::string> allowed_hosts;
  std::vector<Network> trusted_proxies;  // whose word on who asks is believed (base/forwarded.h)
  std::vector<std::string> roles;        // of api, collect, rules; empty: all
  std::vector<std::string> catalog_dirs;
  std::vector<std::string> derived_services;  // as catalog/derive.h takes them
  std::string log_level = "info";
  std::string log_format = "text";
  std::chrono::days history_retention{395};  // 13 months; 0: for ever
  std::chrono::minutes session_idle{12 * 60};
  std::chrono::minutes session_absolute{7 * 24 * 60};
  int handler_threads = 8;
  std::string aws_endpoint_url;
  std::string aws_region;
  std::string aws_profile;
  double aws_rate_share = 0.5;
  std::optional<Money> aws_budget_usd;  // of each account a calendar month (UTC); none: no limit
  bool metrics = true;
  // Of aws_budget_usd, for reading metrics beyond what is free.
  Money metrics_budget_usd;
  int64_t metrics_free_requests = 500'000;
  std::chrono::days metrics_retention{395};  // 13 months; 0: for ever
  // Of one attempt; the slowest lists of large accounts answer within half of this.
  std::chrono::seconds aws_read_timeout{20};

  std::vector<api::AccountEntry> accounts;  // empty: the one of the server's own credentials
  std::vector<api::Organization> organizations;
  std::vector<rules::RuleSetting> rules;  // whether there are such rules, the book says (rules/rule_book.h)
  std::vector<api::Setting> settings;     // what is in force, and where it comes from

  std::string store_url() const;
  bool has_role(std::string_view role) const;
  // "http://127.0.0.1:8620"
  std::string base_url(uint16_t actual_port) const;
};

struct ConfigSource {
  std::string file;                          // empty: the default place, where it may be absent
  std::map<std::string, std::string> flags;  // setting -> value, as text
  std::function<std::optional<std::string>(const std::string& name)> variable;  // of the environment
};

// Finds what `types:` of the accounts and organizations mean. All faults in one message, each with file and
// line.
Status choose_types(Config& config, const catalog::Catalog& catalog);
// What our own calls may cost.
collect::SpendingLimits spending_limits(const Config& config);

// Fails with code "bad_config"; the message names file and line, variable or flag, and the remedy.
Result<Config> load_config(const ConfigSource& source);
// getenv().
std::optional<std::string> environment_variable(const std::string& name);
// Every setting there is, for documentation: name, default and description.
std::vector<api::Setting> known_settings();

}  // namespace hm::app
