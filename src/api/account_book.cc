#include "api/account_book.h"

#include <algorithm>
#include <set>

#include "base/crypto.h"
#include "base/join.h"
#include "collect/event_queue.h"
#include "identity/audit.h"
#include "inventory/organization.h"
#include "inventory/trail.h"

namespace hm::api {

namespace {

constexpr size_t kMaxAccounts = 5000;

Error wrong(const std::string& field, const std::string& why) {
  return make_error(ErrorKind::invalid, "invalid", why).note("field", field);
}

// What the API may not alter, with where it is altered instead.
Status changeable(const AccountEntry& account) {
  if (account.source == AccountSource::config)
    return make_error(ErrorKind::conflict, "from_config",
                      "this account stands in the configuration file: change or remove it there");
  if (account.source == AccountSource::organization)
    return make_error(ErrorKind::conflict, "from_organization",
                      "this account belongs to an organization of the configuration file: exclude it there");
  return ok();
}

Error no_such_account(std::string_view id) {
  return make_error(ErrorKind::not_found, "no_such_account", "there is no account " + std::string(id));
}

bool is_region(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return text.size() >= 2 && text.size() <= 40 && std::all_of(text.begin(), text.end(), plain);
}

Status check_regions(const std::vector<std::string>& regions) {
  for (const std::string& region : regions) {
    if (!is_region(region)) return wrong("regions", "\"" + region.substr(0, 50) + "\" is not a region");
  }
  return ok();
}

std::vector<std::string> split(const std::string& text) {
  const auto items = identity::from_list(text);
  return {items->begin(), items->end()};
}

Error queue_taken(const std::string& url) {
  return make_error(ErrorKind::conflict, "queue_taken",
                    "the queue '" + url +
                        "' is read by another account already: take it out there first, or "
                        "leave it out here, since one reads for all whose events come through it")
      .note("field", "event_queues");
}

Status write_queues(store::Transaction& transaction, const AccountEntry& account) {
  HM_DO(transaction.run("delete from account_event_queue where account_id = $1", {account.account_id}));
  for (const std::string& url : account.event_queues) {
    HM_TRY(const int64_t added,
           transaction.execute("insert into account_event_queue (url, account_id) values ($1, $2) "
                               "on conflict (url) do nothing",
                               {url, account.account_id}));
    if (added == 0) return queue_taken(url);
  }
  return ok();
}

}  // namespace

Result<std::string> account_of_role(std::string_view arn) {
  const auto bad = [] {
    return wrong("role_arn", "a role's ARN looks like arn:aws:iam::123456789012:role/HostMasterReadOnly");
  };
  if (!arn.starts_with("arn:aws") || arn.size() > 2048) return bad();
  const size_t partition_end = arn.find(':', 4);
  if (partition_end == std::string_view::npos) return bad();
  std::string_view rest = arn.substr(partition_end);
  if (!rest.starts_with(":iam::")) return bad();
  rest.remove_prefix(6);
  const std::string_view account = rest.substr(0, 12);
  rest.remove_prefix(account.size());
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
  if (account.size() != 12 || !std::all_of(account.begin(), account.end(), digit)) return bad();
  if (!rest.starts_with(":role/") || rest.size() < 7 || !std::all_of(rest.begin(), rest.end(), printable)) {
    return bad();
  }
  return std::string(account);
}

std::string_view to_string(AccountSource source) {
  switch (source) {
    case AccountSource::config:
      return "config";
    case AccountSource::api:
      return "api";
    case AccountSource::organization:
      return "organization";
  }
  return "config";
}

Result<std::vector<AccountEntry>> accounts_of(store::Database& database, const Organization& organization) {
  HM_TRY(const auto members, inventory::organization_accounts(database, organization.management_account));
  const auto excluded = [&](const std::string& id) {
    return id == organization.management_account ||
           std::find(organization.exclude.begin(), organization.exclude.end(), id) !=
               organization.exclude.end();
  };
  std::vector<AccountEntry> accounts;
  for (const auto& member : members) {
    if (excluded(member.account_id)) continue;
    // "arn:aws-us-gov:organizations::…": the role lies in the partition of the organization.
    const std::string partition = inventory::partition_of(member.arn);
    AccountEntry account;
    account.account_id = member.account_id;
    account.name = member.name;
    account.source = AccountSource::organization;
    account.profile = organization.profile;
    account.role_arn = "arn:" + partition + ":iam::" + member.account_id + ":role/" + organization.role_name;
    account.external_id = organization.external_id;
    account.regions = organization.regions;
    for (const std::string& url : organization.event_queues)
      if (url.find("/" + member.account_id + "/") != std::string::npos) account.event_queues.push_back(url);
    account.metrics = organization.metrics;
    account.metrics_budget_usd = organization.metrics_budget_usd;
    account.types_left_out = organization.types_left_out;
    account.enabled = member.state == "ACTIVE" || member.state.empty();
    if (!account.enabled) account.closed = member.state;
    accounts.push_back(std::move(account));
  }
  return accounts;
}

namespace {
std::string key_of_names(const std::vector<AccountEntry>& configured,
                         const std::vector<Organization>& organizations) {
  store::Params told = {static_cast<int64_t>(configured.size())};
  for (const AccountEntry& account : configured) told.insert(told.end(), {account.account_id, account.name});
  for (const Organization& organization : organizations) {
    told.insert(told.end(),
                {organization.management_account, static_cast<int64_t>(organization.exclude.size())});
    for (const std::string& id : organization.exclude) told.emplace_back(id);
  }
  // Of thousands of accounts the words themselves would be longer than what is kept may be called.
  return "names of accounts " + sha256_hex(store::memo_key("", told));
}
}  // namespace

AccountBook::AccountBook(store::Database& database, const Clock& clock, const identity::SecretBox& box,
                         std::vector<AccountEntry> configured, std::vector<Organization> organizations)
    : database_(database),
      clock_(clock),
      box_(box),
      configured_(std::move(configured)),
      organizations_(std::move(organizations)),
      names_key_(key_of_names(configured_, organizations_)) {}

Result<std::vector<AccountEntry>> AccountBook::stored() {
  struct Sealed {
    AccountEntry account;
    std::string external_id;
  };
  std::multimap<std::string, std::string> queues;
  HM_TRY(auto rows,
         database_.read("listing accounts", [&](store::Reader& reader) -> Result<std::vector<Sealed>> {
           HM_TRY(const auto named,
                  reader.all("select account_id, url from account_event_queue order by url", {},
                             [](const store::Row& row) { return std::pair(row.string(0), row.string(1)); }));
           queues.insert(named.begin(), named.end());
           return reader.all(
               "select account_id, name, role_arn, external_id_sealed, regions, enabled from app_account "
               "order by account_id",
               {}, [](const store::Row& row) {
                 AccountEntry account;
                 account.account_id = row.string(0);
                 account.name = row.string(1);
                 account.source = AccountSource::api;
                 account.role_arn = row.string(2);
                 account.regions = split(row.string(4));
                 account.enabled = row.boolean(5);
                 return Sealed{std::move(account), row.string(3)};
               });
         }));
  std::vector<AccountEntry> accounts;
  for (Sealed& row : rows) {
    const auto [first, last] = queues.equal_range(row.account.account_id);
    for (auto at = first; at != last; ++at) row.account.event_queues.push_back(at->second);
    // One that cannot be read hides none of the others.
    if (auto external_id = box_.unseal(row.external_id)) {
      row.account.external_id = std::move(*external_id);
    } else {
      row.account.failure =
          std::move(external_id.error())
              .context("reading its external id (bring the old key back, or connect the account anew)");
    }
    accounts.push_back(std::move(row.account));
  }
  return accounts;
}

Result<std::vector<AccountEntry>> AccountBook::list() {
  std::vector<AccountEntry> all = configured_;
  std::set<std::string> named;
  for (const AccountEntry& account : all) named.insert(account.account_id);
  const auto add = [&](std::vector<AccountEntry> some) {
    for (AccountEntry& account : some)
      if (named.insert(account.account_id).second) all.push_back(std::move(account));
  };
  HM_TRY(auto rest, stored());
  add(std::move(rest));
  for (const Organization& organization : organizations_) {
    HM_TRY(auto accounts, accounts_of(database_, organization));
    add(std::move(accounts));
  }
  return all;
}

Result<AccountEntry> AccountBook::get(std::string_view id) {
  HM_TRY(auto all, list());
  for (AccountEntry& account : all) {
    if (account.account_id == id) return std::move(account);
  }
  return no_such_account(id);
}

Result<std::shared_ptr<const AccountBook::Names>> AccountBook::names() {
  const auto read = [&]() -> Result<Names> {
    HM_TRY(const auto all, list());
    Names names;
    for (const AccountEntry& account : all)
      names[account.account_id] = account.name.empty() ? account.account_id : account.name;
    return names;
  };
  // The accounts of an organization are resources.
  store::Memo& memo = database_.memo();
  return organizations_.empty() ? memo.get<Names>(database_, {"account"}, names_key_, read)
                                : memo.get<Names>(database_, {"account", "resource"}, names_key_, read);
}

Status AccountBook::check_queues(std::string_view id, const std::vector<std::string>& urls) {
  if (urls.empty()) return ok();
  std::set<std::string> mine;
  for (const std::string& url : urls) {
    if (const auto fault = collect::queue_fault(url)) return wrong("event_queues", *fault);
    if (!mine.insert(url).second) return wrong("event_queues", "the queue '" + url + "' is named twice");
  }
  HM_TRY(const auto all, list());
  std::set<std::string> others;
  for (const AccountEntry& one : all)
    if (one.account_id != id) others.insert(one.event_queues.begin(), one.event_queues.end());
  // Also those of accounts that the inventory has not seen so far.
  const std::string own = "/" + std::string(id) + "/";
  for (const Organization& organization : organizations_)
    for (const std::string& url : organization.event_queues)
      if (url.find(own) == std::string::npos) others.insert(url);
  for (const std::string& url : urls)
    if (others.contains(url)) return queue_taken(url);
  if (urls.size() + others.size() > collect::kMostQueues)
    return wrong("event_queues", "there are more than " + std::to_string(collect::kMostQueues) +
                                     " queues in all: let several regions or accounts send to one");
  return ok();
}

Result<AccountEntry> AccountBook::add(const identity::Actor& actor, AccountEntry account) {
  HM_TRY(account.account_id, account_of_role(account.role_arn));
  if (account.external_id.size() < 16 || account.external_id.size() > 1224) {
    return wrong("external_id", "an external id has 16 to 1224 characters");
  }
  if (account.name.size() > 100) return wrong("name", "a name has at most 100 bytes");
  if (account.name.empty()) account.name = account.account_id;
  HM_DO(check_regions(account.regions));
  HM_DO(check_queues(account.account_id, account.event_queues));
  HM_TRY(const auto all, list());
  if (all.size() >= kMaxAccounts)
    return make_error(ErrorKind::conflict, "too_many", "there are 5000 accounts already");
  for (const AccountEntry& one : all) {
    if (one.account_id == account.account_id) {
      return make_error(ErrorKind::conflict, "account_exists",
                        "account " + account.account_id + " is connected already");
    }
  }
  account.source = AccountSource::api;
  const std::string sealed = box_.seal(account.external_id);
  auto written = database_.write("connecting an account", [&](store::Transaction& transaction) -> Status {
    HM_TRY(const int64_t added,
           transaction.execute("insert into app_account (account_id, name, role_arn, external_id_sealed, "
                               "regions, enabled, created_at) "
                               "values ($1, $2, $3, $4, $5, $6, $7) on conflict (account_id) do nothing",
                               {account.account_id, account.name, account.role_arn, sealed,
                                join(account.regions, ","), account.enabled, clock_.now()}));
    if (added == 0)
      return make_error(ErrorKind::conflict, "account_exists", "this account is connected already");
    HM_DO(write_queues(transaction, account));
    transaction.changed("account", account.account_id);
    return identity::record(transaction, clock_.now(), actor,
                            {.action = "account.add",
                             .target = account.account_id,
                             .details = {{"role_arn", account.role_arn},
                                         {"name", account.name},
                                         {"event_queues", join(account.event_queues, ",")}}});
  });
  if (!written) return std::move(written.error());
  return account;
}

Result<AccountEntry> AccountBook::change(const identity::Actor& actor, std::string_view id,
                                         const AccountChange& change) {
  HM_TRY(AccountEntry account, get(id));
  HM_DO(changeable(account));
  if (change.name) {
    if (change.name->empty() || change.name->size() > 100) return wrong("name", "a name has 1 to 100 bytes");
    account.name = *change.name;
  }
  if (change.regions) {
    HM_DO(check_regions(*change.regions));
    account.regions = *change.regions;
  }
  if (change.event_queues) {
    HM_DO(check_queues(id, *change.event_queues));
    account.event_queues = *change.event_queues;
  }
  account.enabled = change.enabled.value_or(account.enabled);
  auto written = database_.write("changing an account", [&](store::Transaction& transaction) -> Status {
    HM_DO(
        transaction.run("update app_account set name = $2, regions = $3, enabled = $4 where account_id = $1",
                        {id, account.name, join(account.regions, ","), account.enabled}));
    HM_DO(write_queues(transaction, account));
    transaction.changed("account", id);
    return identity::record(transaction, clock_.now(), actor,
                            {.action = "account.change",
                             .target = account.account_id,
                             .details = {{"name", account.name},
                                         {"regions", join(account.regions, ",")},
                                         {"event_queues", join(account.event_queues, ",")},
                                         {"enabled", account.enabled}}});
  });
  if (!written) return std::move(written.error());
  return account;
}

Status AccountBook::remove(const identity::Actor& actor, std::string_view id) {
  HM_TRY(const AccountEntry account, get(id));
  HM_DO(changeable(account));
  return database_.write("removing an account", [&](store::Transaction& transaction) -> Status {
    HM_DO(transaction.run("delete from app_account where account_id = $1", {id}));
    HM_DO(transaction.run("delete from account_event_queue where account_id = $1", {id}));
    HM_DO(inventory::forget_unread(transaction, id));
    transaction.changed("account", id);
    return identity::record(transaction, clock_.now(), actor,
                            {.action = "account.remove", .target = account.account_id});
  });
}

}  // namespace hm::api
