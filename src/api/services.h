// Everything that the handlers stand on; built by app/, which outlives the server. All of it is thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/account_book.h"
#include "api/metrics.h"
#include "api/rate_limit.h"
#include "base/sync.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "catalog/derive.h"
#include "identity/keys.h"
#include "identity/sessions.h"
#include "identity/users.h"
#include "inventory/quota.h"
#include "inventory/trust.h"
#include "rules/evaluation.h"
#include "rules/rule_book.h"
#include "store/database.h"

namespace hm::collect {
struct PlannedPlace;
}
namespace hm::inventory {
class Search;
}

namespace hm::api {

inline constexpr std::string_view kSessionCookie = "hm_session";

// The scan under way, or the last one. The numbers are of all accounts.
struct ScanProgress {
  bool running = false;
  std::optional<Time> started_at, ended_at, next_at;
  int64_t done = 0, ok = 0, not_ok = 0, calls = 0, resources = 0;
  std::optional<int64_t> total;  // absent: not known yet
};

struct QueryAnswer {
  std::vector<std::string> columns;
  JsonArray rows;  // of arrays
  bool truncated = false;
  double elapsed_ms = 0;
  inventory::Trust trust;  // within the scope of the one who asks
};

struct AccountTrial {
  std::string account_id, arn;
};

struct AccountTrouble {
  std::string account_id;  // empty where nobody has said it so far
  std::string name;
  Error error;
};

struct Setting {
  std::string name;
  std::optional<std::string> value;  // absent: not set, or a secret
  std::string source;                // default, file, environment, flag
  std::string description;
};

struct Services {
  store::Database& database;
  const Clock& clock;
  identity::Users& users;
  identity::Sessions& sessions;
  identity::Keys& keys;
  identity::FirstAdmin& first_admin;
  AccountBook& accounts;
  rules::RuleBook& rules;
  std::shared_ptr<const catalog::Catalog> catalog;  // shared with the collector
  RateLimit& login_limit;
  Metrics& metrics;
  Synced<std::optional<std::vector<catalog::Unasked>>> unasked{};     // found when first asked for
  Synced<std::map<std::string, std::stop_source>> queries_running{};  // by the user whose statement it is

  std::string version;
  std::string model_version;
  std::vector<std::string> allowed_hosts;  // names by which browsers may call this server
  std::vector<Setting> settings;

  inventory::Search* search = nullptr;  // none where this process has no index

  // Given by app/, which knows the modules behind them.
  std::function<ScanProgress()> scan_progress;
  // How many accounts' regions and types of the scope are looked at, in this scan or not.
  std::function<int64_t(const identity::Scope& scope)> places;
  // When each place of the scope comes next; none where this process does not collect.
  std::function<std::vector<collect::PlannedPlace>(const identity::Scope& scope)> planned{};
  // Why accounts could not be entered when they were asked last.
  std::function<std::vector<AccountTrouble>()> account_troubles;
  std::function<Status(const std::vector<std::string>& account_ids)> start_scan;  // empty: all
  std::function<Result<QueryAnswer>(const identity::Scope& scope, const std::string& sql,
                                    std::optional<Time> at, const std::stop_token& stop)>
      run_query;
  // What may be seen within the scope, the fullest first.
  std::function<Result<inventory::QuotaList>(const identity::Scope& scope)> quotas;
  // What a rule would find now.
  std::function<Result<rules::Evaluation>(const rules::ActiveRule& rule)> try_rule;
  std::function<JsonArray()> query_tables;  // {name, title, columns: [{name, type, description}]}
  std::function<Result<AccountTrial>(const AccountEntry& account)> try_account;
  // The ARN that this server calls AWS as, where that is known.
  std::function<Result<std::string>()> own_arn;
};

}  // namespace hm::api
