#include <cstdio>
#include <filesystem>

#include <unistd.h>

#include "app/aws_stack.h"
#include "base/http_server.h"
#include "base/log.h"
#include "base/version.h"
#include "catalog/catalog.h"
#include "cli/doctor_events.h"
#include "cli/identity_store.h"
#include "identity/users.h"

namespace hm::cli {

namespace {

class Doctor {
 public:
  Doctor(const app::Config& config, Clock& clock) : config_(config), clock_(clock) {}

  bool run() {
    say("version", Result<std::string>(std::string(version())));
    say("data directory", data_dir());
    say("store", store());
    say("catalog", catalog());
    say("address", address());
    credentials();
    return healthy_;
  }

 private:
  void say(const std::string& what, const Result<std::string>& found) {
    if (!found) healthy_ = false;
    std::printf("%-6s %-16s %s\n", found ? "ok" : "FAILED", what.c_str(),
                found ? found->c_str() : found.error().text().c_str());
  }

  Result<std::string> data_dir() {
    const std::string& path = config_.data_dir;
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return path + " (will be made by the first start)";
    if (access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
      return make_error(ErrorKind::denied, "", path + " cannot be written by this user");
    }
    return path;
  }

  Result<std::string> store() {
    std::error_code error;
    const bool made = std::filesystem::exists(config_.data_dir + "/hostmaster.db", error);
    // Where the folder may not be looked into, opening says so.
    if (config_.database_url.empty() && !made && !error) {
      return std::string("SQLite (will be made by the first start)");
    }
    store::OpenOptions options;
    options.create = false;
    options.migrate = false;
    HM_TRY(database_, store::Database::open(config_.store_url(), clock_, options));
    HM_DO(database_->ping());
    return database_->place();
  }

  Result<std::string> catalog() {
    HM_TRY(const auto catalog, catalog::load_with(config_.catalog_dirs, config_.derived_services));
    return std::to_string(catalog->resources().size()) + " resource types";
  }

  // Listens for a moment: that tells about the address, the port and the TLS files at once.
  Result<std::string> address() {
    ServerOptions options;
    options.address = config_.address;
    options.port = config_.port;
    options.certificate_file = config_.tls_certificate_file;
    options.private_key_file = config_.tls_private_key_file;
    auto server = start_http_server(options, [](const ServerRequest&) { return ServerResponse(); });
    if (server) return config_.base_url((*server)->port()) + " is free";
    if (server.error().code == "address_in_use") {
      return make_error(ErrorKind::conflict, "", server.error().message + " (or HostMaster runs already)");
    }
    return std::move(server.error());
  }

  void credentials() {
    auto stack = app::AwsStack::make(config_, nullptr, clock_);
    if (!stack) return say("AWS", std::move(stack.error()));
    auto accounts = config_.accounts;
    for (const auto& organization : config_.organizations) queues_elsewhere(organization);
    if (accounts.empty()) accounts.push_back({.name = "own credentials"});
    connected(accounts);
    for (const api::AccountEntry& account : accounts) {
      auto who = (*stack)->identify(account);
      const std::string name = account.name.empty() ? account.account_id : account.name;
      say("AWS " + name, who ? Result<std::string>(who->arn) : Result<std::string>(std::move(who.error())));
      for (const std::string& url : account.event_queues) {
        const std::string place = collect::queue_address(url).value_or(collect::QueueAddress{}).region;
        say("events " + (place.empty() ? name : place),
            check_event_queue((*stack)->client(), (*stack)->account(account), url, clock_));
      }
    }
  }

  // And those that were connected through the API. A store that is still to be made or brought up has said
  // so.
  void connected(std::vector<api::AccountEntry>& accounts) {
    const std::string key = config_.data_dir + "/secret.key";
    std::error_code error;
    if (!database_ || !std::filesystem::exists(key, error)) return;
    auto box = identity::SecretBox::open(key);
    if (!box) return say("accounts", std::move(box.error()));
    auto all = api::AccountBook(*database_, clock_, *box, config_.accounts).list();
    if (!all) return say("accounts", std::move(all.error()).context("reading the connected accounts"));
    for (auto& account : *all)
      if (account.source == api::AccountSource::api && account.enabled)
        accounts.push_back(std::move(account));
  }

  // Which accounts an organization has, the inventory knows, not the configuration.
  void queues_elsewhere(const api::Organization& organization) {
    if (organization.event_queues.empty()) return;
    std::printf(
        "%-6s %-16s %zu queues of accounts of the organization %s are not looked at here: see Coverage\n",
        "--", "events", organization.event_queues.size(), organization.management_account.c_str());
  }

  const app::Config& config_;
  Clock& clock_;
  std::unique_ptr<store::Database> database_;
  bool healthy_ = true;
};

}  // namespace

int run_doctor(const Args& args) {
  AppOptions options;
  if (auto parsed = parse_options("doctor", args, options.server_options()); !parsed)
    return report(parsed.error());
  auto config = options.load();
  if (!config) return report(config.error());
  set_up_log(LogLevel::error, false);
  SystemClock clock;
  return Doctor(*config, clock).run() ? kExitOk : kExitFailed;
}

}  // namespace hm::cli
