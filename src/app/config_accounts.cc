#include "app/config_accounts.h"

#include <algorithm>

#include "app/config.h"
#include "collect/account_settings.h"

namespace hm::app {

Result<std::vector<api::AccountEntry>> read_accounts(const Yaml& yaml, const std::string& path) {
  HM_TRY(auto settings, collect::read_account_settings(yaml, "/accounts", path));
  std::vector<api::AccountEntry> accounts;
  for (auto& setting : settings) {
    api::AccountEntry account;
    account.account_id = std::move(setting.account_id);
    account.name = std::move(setting.name);
    account.profile = std::move(setting.profile);
    account.role_arn = std::move(setting.role_arn);
    account.external_id = std::move(setting.external_id);
    account.regions = std::move(setting.regions);
    account.metrics = setting.metrics;
    account.metrics_budget_usd = setting.metrics_budget_usd;
    account.event_queues = std::move(setting.event_queues);
    account.types = std::move(setting.types);
    accounts.push_back(std::move(account));
  }
  return accounts;
}

Result<std::vector<api::Organization>> read_organizations(const Yaml& yaml, const std::string& path) {
  HM_TRY(auto settings, collect::read_organization_settings(yaml, "/organizations", path));
  std::vector<api::Organization> organizations;
  for (auto& setting : settings) {
    organizations.push_back({.management_account = std::move(setting.management_account),
                             .role_name = std::move(setting.role_name),
                             .external_id = std::move(setting.external_id),
                             .profile = std::move(setting.profile),
                             .regions = std::move(setting.regions),
                             .exclude = std::move(setting.exclude),
                             .event_queues = std::move(setting.event_queues),
                             .metrics = setting.metrics,
                             .metrics_budget_usd = setting.metrics_budget_usd,
                             .types = std::move(setting.types)});
  }
  return organizations;
}

Status choose_types(Config& config, const catalog::Catalog& catalog) {
  std::string faults;
  const auto choose = [&](auto& entry) {
    auto left_out = collect::types_left_out(entry.types, catalog);
    if (left_out) {
      entry.types_left_out = std::move(*left_out);
    } else {
      faults += (faults.empty() ? "" : "\n") + left_out.error().message;
    }
  };
  std::for_each(config.accounts.begin(), config.accounts.end(), choose);
  std::for_each(config.organizations.begin(), config.organizations.end(), choose);
  if (faults.empty()) return ok();
  return make_error(ErrorKind::invalid, "bad_config", faults);
}

Result<std::string> as_setting(const Json& value) {
  if (value.is_string()) return std::string(as_text(value));
  if (value.is_null()) return std::string();
  if (value.is_array()) {
    std::string list;
    for (const Json& item : value.get_array()) {
      HM_TRY(const std::string text, as_setting(item));
      list += (list.empty() ? "" : ",") + text;
    }
    return list;
  }
  if (value.is_object()) return make_error(ErrorKind::invalid, "bad_config", "one value or a list");
  return to_json(value);
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  size_t at = 0;
  while (at < text.size()) {
    const size_t comma = std::min(text.find(',', at), text.size());
    std::string item = text.substr(at, comma - at);
    item.erase(0, std::min(item.find_first_not_of(' '), item.size()));
    item.erase(item.find_last_not_of(' ') + 1);
    if (!item.empty()) items.push_back(std::move(item));
    at = comma + 1;
  }
  return items;
}

}  // namespace hm::app
