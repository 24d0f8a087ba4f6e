#include "collect/account_settings.h"

#include <algorithm>
#include <set>

#include "collect/event_queue.h"

namespace hm::collect {

namespace {

constexpr size_t kMaxAccounts = 5000;

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_role_arn(const std::string& arn) {
  return arn.starts_with("arn:") && arn.find(":iam::") != std::string::npos &&
         arn.find(":role/") != std::string::npos && is_account_id(account_in_arn(arn));
}

// "HostMaster" or "audit/HostMaster": what follows "role/" in an ARN.
bool is_role_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+=,.@_-/").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= 576 && name.front() != '/' && name.back() != '/' &&
         std::all_of(name.begin(), name.end(), fits);
}

class Reader {
 public:
  Reader(const Yaml& yaml, std::string file) : yaml_(yaml), file_(std::move(file)) {}

  void complain(const std::string& pointer, const std::string& text) {
    if (!faults_.empty()) faults_ += '\n';
    faults_ += file_ + ":" + std::to_string(yaml_.line_of(pointer)) + ": " + text;
  }

  AccountSetting read(const Json& node, const std::string& at) {
    AccountSetting setting;
    if (!node.is_object()) return complain(at, "an account is a map with a name"), setting;
    for (const auto& [key, value] : node.get_object()) {
      const std::string name(key);
      const std::string here = at + "/" + name;
      if (name == "regions") {
        read_list(value, here, "'regions' must be a list, such as [eu-west-1]", setting.regions);
      } else if (read_shared(name, value, here, setting)) {
        continue;
      } else if (auto* text = member_of(setting, name)) {
        read_text(value, here, name, name == "account_id", *text);
      } else {
        complain(here, "unknown key '" + name +
                           "'; an account has name, account_id, role_arn, external_id, "
                           "profile, regions, metrics, metrics_budget_usd, event_queues and types");
      }
    }
    check(setting, at);
    return setting;
  }

  OrganizationSetting read_organization(const Json& node, const std::string& at) {
    OrganizationSetting setting;
    if (!node.is_object()) return complain(at, "an organization is a map with a management_account"), setting;
    for (const auto& [key, value] : node.get_object()) {
      const std::string name(key);
      const std::string here = at + "/" + name;
      if (name == "regions") {
        read_list(value, here, "'regions' must be a list, such as [eu-west-1]", setting.regions);
      } else if (name == "exclude") {
        read_list(value, here, R"('exclude' must be a list of account ids, such as ["111111111111"])",
                  setting.exclude);
      } else if (read_shared(name, value, here, setting)) {
        continue;
      } else if (auto* text = member_of(setting, name)) {
        read_text(value, here, name, name == "management_account", *text);
      } else {
        complain(here, "unknown key '" + name +
                           "'; an organization has management_account, role_name, external_id, profile, "
                           "regions, exclude, metrics, metrics_budget_usd, event_queues and types");
      }
    }
    check(setting, at);
    return setting;
  }

  Status end() const {
    if (faults_.empty()) return ok();
    return make_error(ErrorKind::invalid, "bad_config", faults_);
  }

 private:
  static std::string* member_of(AccountSetting& setting, const std::string& name) {
    if (name == "name") return &setting.name;
    if (name == "account_id") return &setting.account_id;
    if (name == "role_arn") return &setting.role_arn;
    if (name == "external_id") return &setting.external_id;
    if (name == "profile") return &setting.profile;
    return nullptr;
  }

  static std::string* member_of(OrganizationSetting& setting, const std::string& name) {
    if (name == "management_account") return &setting.management_account;
    if (name == "role_name") return &setting.role_name;
    if (name == "external_id") return &setting.external_id;
    if (name == "profile") return &setting.profile;
    return nullptr;
  }

  void read_text(const Json& value, const std::string& at, const std::string& name, bool is_id,
                 std::string& into) {
    if (!value.is_string() || value.get_string().empty())
      return complain(at, "'" + name + "' must be a text" + (is_id ? ": put it between quotes" : ""));
    into = as_text(value);
  }

  void read_list(const Json& value, const std::string& at, const std::string& wanted,
                 std::vector<std::string>& into) {
    if (!value.is_array()) return complain(at, wanted);
    for (const auto& one : value.get_array()) {
      if (!one.is_string()) return complain(at, wanted);
      into.emplace_back(as_text(one));
    }
  }

  void read_queues(const Json& value, const std::string& at, std::vector<std::string>& into) {
    read_list(
        value, at,
        std::string("'event_queues' must be a list of URLs of SQS queues, such as [") + kQueueExample + "]",
        into);
    for (const std::string& url : into) {
      if (const auto fault = queue_fault(url)) complain(at, *fault);
      if (!queues_.insert(url).second) complain(at, "the queue '" + url + "' is named twice");
    }
    if (queues_.size() > kMostQueues)
      complain(at, "more than " + std::to_string(kMostQueues) + " queues in all");
  }

  void check(const OrganizationSetting& setting, const std::string& at) {
    if (!is_account_id(setting.management_account))
      complain(at, "'management_account' is needed: the 12 digits of the account that lists the others");
    if (!is_role_name(setting.role_name))
      complain(at, "'role_name' is needed: the name of the role in each account, such as HostMasterReadOnly");
    for (const std::string& id : setting.exclude)
      if (!is_account_id(id)) complain(at + "/exclude", "'" + id + "' is no account id: it has 12 digits");
    if (!seen_.insert(setting.management_account).second) complain(at, "the organization is named twice");
  }

  // What accounts and organizations have alike.
  template <class Setting>
  bool read_shared(const std::string& name, const Json& value, const std::string& at, Setting& setting) {
    if (name == "metrics") {
      if (!value.is_bool()) {
        complain(at, "'metrics' must be true or false");
      } else {
        setting.metrics = value.get_bool();
      }
    } else if (name == "metrics_budget_usd") {
      read_budget(value, at, setting.metrics_budget_usd);
    } else if (name == "event_queues") {
      read_queues(value, at, setting.event_queues);
    } else if (name == "types") {
      setting.types = read_type_choice(
          yaml_, at, file_, [this](const auto& where, const auto& text) { complain(where, text); });
    } else {
      return false;
    }
    return true;
  }

  void read_budget(const Json& value, const std::string& at, std::optional<Money>& into) {
    const auto amount = Money::parse(value.is_string() ? std::string(as_text(value)) : to_json(value));
    if (!amount || *amount < Money())
      return complain(at, "'metrics_budget_usd' must be an amount of US dollars such as 5 or 0.50");
    into = *amount;
  }

  void check(AccountSetting& setting, const std::string& at) {
    if (!setting.role_arn.empty()) {
      if (!is_role_arn(setting.role_arn))
        return complain(at + "/role_arn", "'role_arn' must look like arn:aws:iam::111111111111:role/Name");
      const std::string inside = account_in_arn(setting.role_arn);
      if (setting.account_id.empty()) setting.account_id = inside;
      if (setting.account_id != inside) complain(at + "/account_id", "it is not the account of the role");
    } else if (!setting.external_id.empty()) {
      complain(at + "/external_id", "'external_id' needs a 'role_arn'");
    }
    if (!setting.account_id.empty() && !is_account_id(setting.account_id))
      complain(at + "/account_id", "'account_id' must have 12 digits");
    // The settings are found by the account, and whose a profile is only AWS knows.
    if (setting.account_id.empty() && setting.metrics)
      complain(at + "/metrics", "'account_id' is needed beside 'metrics' where there is no 'role_arn'");
    if (setting.account_id.empty() && setting.metrics_budget_usd)
      complain(at + "/metrics_budget_usd",
               "'account_id' is needed beside 'metrics_budget_usd' where there is no 'role_arn'");
    const std::string key = setting.account_id + " " + setting.profile + " " + setting.role_arn;
    if (!seen_.insert(key).second) complain(at, "the account is named twice");
  }

  const Yaml& yaml_;
  const std::string file_;
  std::string faults_;
  std::set<std::string> seen_;
  std::set<std::string> queues_;
};

std::string home_region(const AccountSources& sources, const aws::SharedConfig& config) {
  if (!sources.home_region.empty()) return sources.home_region;
  const std::string region = config.region();
  return region.empty() ? "us-east-1" : region;
}

Account account_of(const AccountSources& sources, std::shared_ptr<const aws::SharedConfig> config) {
  Account account;
  account.target.region = home_region(sources, *config);
  account.target.endpoint_url = sources.endpoint_url;
  account.target.use_fips = config->use_fips();
  account.target.use_dualstack = config->use_dualstack();
  account.target.credentials = aws::default_credentials(sources.context, std::move(config));
  return account;
}

}  // namespace

Result<std::vector<AccountSetting>> read_account_settings(const Yaml& yaml, const std::string& pointer,
                                                          const std::string& file) {
  boost::system::error_code failure;
  const Json* list = yaml.value.find_pointer(pointer, failure);
  std::vector<AccountSetting> settings;
  if (list == nullptr || list->is_null()) return settings;
  Reader reader(yaml, file);
  if (!list->is_array()) {
    reader.complain(pointer, "'accounts' must be a list");
  } else if (list->get_array().size() > kMaxAccounts) {
    reader.complain(pointer, "more than " + std::to_string(kMaxAccounts) + " accounts");
  } else {
    for (size_t i = 0; i < list->get_array().size(); ++i)
      settings.push_back(reader.read(list->get_array()[i], pointer + "/" + std::to_string(i)));
  }
  HM_DO(reader.end());
  return settings;
}

Result<std::vector<OrganizationSetting>> read_organization_settings(const Yaml& yaml,
                                                                    const std::string& pointer,
                                                                    const std::string& file) {
  constexpr size_t kMaxOrganizations = 100;
  boost::system::error_code failure;
  const Json* list = yaml.value.find_pointer(pointer, failure);
  std::vector<OrganizationSetting> settings;
  if (list == nullptr || list->is_null()) return settings;
  Reader reader(yaml, file);
  if (!list->is_array()) {
    reader.complain(pointer, "'organizations' must be a list");
  } else if (list->get_array().size() > kMaxOrganizations) {
    reader.complain(pointer, "more than " + std::to_string(kMaxOrganizations) + " organizations");
  } else {
    for (size_t i = 0; i < list->get_array().size(); ++i)
      settings.push_back(reader.read_organization(list->get_array()[i], pointer + "/" + std::to_string(i)));
  }
  HM_DO(reader.end());
  return settings;
}

Account own_account(const AccountSources& sources) { return account_of(sources, sources.config); }

Account make_account(const AccountSetting& setting, const AccountSources& sources) {
  auto config = sources.config;
  std::optional<Error> failure;
  if (!setting.profile.empty()) {
    auto loaded = aws::SharedConfig::load(config->environment(), setting.profile);
    if (loaded) {
      config = std::move(*loaded);
    } else {
      failure = std::move(loaded.error());
    }
  }
  Account account = account_of(sources, std::move(config));
  account.failure = std::move(failure);
  account.name = setting.name;
  account.id = setting.account_id;
  account.regions = setting.regions;
  account.types_left_out = setting.types_left_out;
  account.metrics = setting.metrics.value_or(true);
  account.metrics_budget_usd = setting.metrics_budget_usd;
  account.event_queues = setting.event_queues;
  if (!setting.role_arn.empty() && !account.failure) {
    aws::AssumeRole role;
    role.role_arn = setting.role_arn;
    role.external_id = setting.external_id;
    role.region = account.target.region;
    role.endpoint_url = sources.endpoint_url;
    role.use_fips = account.target.use_fips;
    role.use_dualstack = account.target.use_dualstack;
    account.target.credentials =
        aws::assume_role_credentials(sources.context, account.target.credentials, std::move(role));
  }
  account.target.account_id = account.id;
  return account;
}

}  // namespace hm::collect
