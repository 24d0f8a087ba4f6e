// The options that every command which opens the store shares: where the configuration is, and what overrides
// it.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "cli/options.h"

namespace hm::cli {

struct AppOptions {
  std::string config, data_dir, database_url, listen, roles, endpoint_url;
  bool insecure_http = false;
  std::vector<std::string> set;

  // --config, --data-dir, --database-url, --set: which store, of every command alike
  std::vector<Option> place_options();
  // and --endpoint-url, for those that call AWS
  std::vector<Option> store_options();
  // These, and what concerns a server alone.
  std::vector<Option> server_options();
  Result<app::Config> load() const;
};

// Makes the log as the configuration wants it.
void set_up_log_from(const app::Config& config);

}  // namespace hm::cli
