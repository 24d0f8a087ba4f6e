#include "app/app.h"

#include <filesystem>

#include "app/parts.h"
#include "aws/model.h"
#include "base/log.h"
#include "base/version.h"
#include "embedded/web_assets.h"
#include "inventory/packing.h"
#include "inventory/retention.h"
#include "rules/check.h"
#include "series/series.h"

namespace hm::app {

namespace {

using Parts = App::Parts;

constexpr std::chrono::minutes kHousekeepingEvery{1};
constexpr std::chrono::hours kTrimEvery{24};
// The change log reaches back so far: who was away longer begins anew.
constexpr std::chrono::hours kChangeLogKept{24 * 7};

Status make_data_dir(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return ok();
  std::filesystem::create_directories(path, error);
  if (!error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (!error) return ok();
  return make_error(ErrorKind::invalid, "bad_data_dir",
                    "the data directory " + path + " cannot be made: " + error.message());
}

Status open_store(Parts& parts) {
  HM_DO(make_data_dir(parts.config.data_dir));
  store::OpenOptions options;
  options.server = true;
  HM_TRY(parts.database, store::Database::open(parts.config.store_url(), parts.clock, options));
  HM_TRY(auto box, identity::SecretBox::open(parts.config.data_dir + "/secret.key"));
  parts.secret_box.emplace(std::move(box));
  return ok();
}

void make_identity(Parts& parts) {
  const identity::SessionLimits limits{parts.config.session_idle, parts.config.session_absolute};
  parts.users.emplace(*parts.database, parts.clock);
  parts.sessions.emplace(*parts.database, parts.clock, limits);
  parts.keys.emplace(*parts.database, parts.clock);
  parts.first_admin.emplace(*parts.users);
  auto accounts = parts.config.accounts;
  if (accounts.empty()) accounts.push_back({.name = "default"});
  parts.accounts.emplace(*parts.database, parts.clock, *parts.secret_box, std::move(accounts),
                         parts.config.organizations);
}

Status start_collecting(Parts& parts) {
  if (!parts.config.has_role("collect")) return ok();
  HM_TRY(parts.spending,
         collect::SpendingBook::open(*parts.database, parts.clock, spending_limits(parts.config)));
  HM_TRY(parts.aws, AwsStack::make(parts.config, &parts.spending->meter(), parts.clock));
  HM_TRY(parts.collecting, Collecting::start(parts.config, *parts.catalog, *parts.database, *parts.accounts,
                                             *parts.aws, parts.spending->meter(), parts.clock));
  return ok();
}

Status start_querying(Parts& parts) {
  // The API answers from the query database, and the rules run on it.
  if (!parts.config.has_role("api") && !parts.config.has_role("rules")) return ok();
  HM_TRY(parts.querying, Querying::start(parts.config, *parts.catalog, *parts.database, parts.clock));
  return ok();
}

Status start_searching(Parts& parts) {
  if (!parts.config.has_role("api")) return ok();
  HM_TRY(parts.searching, Searching::start(parts.config, *parts.catalog, *parts.database, parts.clock));
  return ok();
}

Status start_ruling(Parts& parts) {
  HM_TRY(parts.book, rules::RuleBook::make(*parts.catalog, *parts.database, parts.config.rules));
  if (!parts.config.has_role("rules")) return ok();
  parts.ruling = std::make_unique<Ruling>(*parts.querying, *parts.database, *parts.book, parts.clock);
  return ok();
}

void make_services(Parts& parts) {
  parts.services.reset(new api::Services{.database = *parts.database,
                                         .clock = parts.clock,
                                         .users = *parts.users,
                                         .sessions = *parts.sessions,
                                         .keys = *parts.keys,
                                         .first_admin = *parts.first_admin,
                                         .accounts = *parts.accounts,
                                         .rules = *parts.book,
                                         .catalog = parts.catalog,
                                         .login_limit = parts.login_limit,
                                         .metrics = parts.metrics,
                                         .version = std::string(version()),
                                         .model_version = std::string(aws::model_version()),
                                         .allowed_hosts = parts.config.allowed_hosts,
                                         .settings = parts.config.settings,
                                         .search = nullptr,
                                         .scan_progress = nullptr,
                                         .places = nullptr,
                                         .planned = nullptr,
                                         .account_troubles = nullptr,
                                         .start_scan = nullptr,
                                         .run_query = nullptr,
                                         .quotas = nullptr,
                                         .try_rule = nullptr,
                                         .query_tables = nullptr,
                                         .try_account = nullptr,
                                         .own_arn = nullptr});
  api::Services& services = *parts.services;
  if (parts.searching) services.search = &parts.searching->search();
  if (parts.querying) {
    services.run_query = [&parts](const identity::Scope& scope, const std::string& sql,
                                  std::optional<Time> at, const std::stop_token& stop) {
      return parts.querying->run(scope, sql, at, stop);
    };
    services.quotas = [&parts](const identity::Scope& scope) { return parts.querying->quotas(scope); };
    services.try_rule = [&parts](const rules::ActiveRule& rule) { return parts.querying->try_rule(rule); };
    services.query_tables = [&parts] { return parts.querying->tables(); };
  }
  if (parts.collecting) {
    services.scan_progress = [&parts] { return parts.collecting->progress(); };
    services.places = [&parts](const identity::Scope& scope) { return parts.collecting->places(scope); };
    services.planned = [&parts](const identity::Scope& scope) { return parts.collecting->planned(scope); };
    services.account_troubles = [&parts] { return parts.collecting->troubles(); };
    services.start_scan = [&parts](const std::vector<std::string>& accounts) {
      parts.collecting->refresh_now(accounts);
      return ok();
    };
    services.try_account = [&parts](const api::AccountEntry& entry) { return parts.aws->identify(entry); };
    services.own_arn = [&parts] { return parts.aws->own_arn(); };
  }
}

Status listen(Parts& parts) {
  if (!parts.config.has_role("api")) return ok();
  parts.assets.emplace(embedded::web_assets());
  parts.live = std::make_unique<api::LiveHub>(*parts.services, api::LiveOptions());
  parts.gate = std::make_unique<api::Gate>(*parts.services, *parts.assets, *parts.live);
  ServerOptions options;
  options.address = parts.config.address;
  options.port = parts.config.port;
  options.certificate_file = parts.config.tls_certificate_file;
  options.private_key_file = parts.config.tls_private_key_file;
  options.trusted_proxies = parts.config.trusted_proxies;
  options.handler_threads = parts.config.handler_threads;
  options.max_body_bytes = 1024 * 1024;
  HM_TRY(parts.server,
         start_http_server(
             options, [&parts](const ServerRequest& request) { return parts.gate->handle(request); },
             [&parts](const ServerRequest& request) { return parts.gate->upgrade(request); }));
  return ok();
}

Status trim(Parts& parts, Time now) {
  HM_TRY([[maybe_unused]] const int64_t changes, parts.database->trim_changes(kChangeLogKept));
  return parts.database->write("trimming the audit", [&](store::Transaction& transaction) {
    return identity::trim_audit(transaction, now);
  });
}

// Earlier states of resources; true where nothing older than the setting is left.
bool forget(Parts& parts, Time now, const std::stop_token& stop) {
  const auto kept = parts.config.history_retention;
  if (kept.count() == 0) return true;
  const auto forgotten = inventory::forget_before(*parts.database, now - kept, stop);
  if (!forgotten) log_warning("app", forgotten.error().text());
  return forgotten.has_value();
}

void sweep_identity(Parts& parts) {
  if (auto swept = parts.sessions->sweep(); !swept) log_warning("app", swept.error().text());
  if (auto swept = parts.keys->sweep(); !swept) log_warning("app", swept.error().text());
}

void keep_house(Parts& parts, const std::stop_token& stop) {
  std::optional<Time> trimmed_at;
  while (!stop.stop_requested()) {
    if (parts.spending) {
      if (auto saved = parts.spending->save(); !saved) log_warning("app", saved.error().text());
    }
    sweep_identity(parts);
    if (const Time now = parts.clock.now(); !trimmed_at || now - *trimmed_at >= kTrimEvery) {
      const auto trimmed = trim(parts, now);
      if (!trimmed) log_warning("app", trimmed.error().text());
      const auto aged = series::age(*parts.database, now, parts.config.metrics_retention, stop);
      if (!aged) log_warning("app", aged.error().text());
      if (forget(parts, now, stop) && trimmed && aged) trimmed_at = now;
    }
    parts.clock.sleep_for(kHousekeepingEvery, stop);
  }
}

}  // namespace

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

App::~App() {
  if (!parts_) return;
  // The server first: its requests and sockets stand on everything else. Before it, who holds its sockets,
  // and the statements that its requests wait for.
  if (parts_->live) parts_->live->stop();
  if (parts_->querying) parts_->querying->stop();
  parts_->server.reset();
  parts_->live.reset();
  parts_->packing.request_stop();
  if (parts_->packing.joinable()) parts_->packing.join();
  if (parts_->housekeeping.joinable()) {
    parts_->housekeeping.request_stop();
    parts_->housekeeping.join();
    sweep_identity(*parts_);
  }
  parts_->searching.reset();
  parts_->ruling.reset();
  parts_->querying.reset();
  parts_->collecting.reset();
  if (parts_->spending) {
    if (auto saved = parts_->spending->save(); !saved) log_warning("app", saved.error().text());
  }
}

Result<std::unique_ptr<App>> App::start(Config config, Clock& clock) {
  std::unique_ptr<App> app(new App(std::make_unique<Parts>(std::move(config), clock)));
  Parts& parts = *app->parts_;
  HM_TRY(parts.catalog, catalog::load_with(parts.config.catalog_dirs, parts.config.derived_services));
  HM_DO(rules::check_rules(*parts.catalog, {.cases = false}, false));
  HM_DO(choose_types(parts.config, *parts.catalog));
  HM_DO(open_store(parts));
  make_identity(parts);
  HM_DO(start_collecting(parts));
  HM_DO(start_querying(parts));
  HM_DO(start_ruling(parts));
  HM_DO(start_searching(parts));
  make_services(parts);
  HM_DO(listen(parts));
  parts.housekeeping = std::jthread([&parts](const std::stop_token& stop) { keep_house(parts, stop); });
  // Who writes documents keeps them small.
  if (parts.collecting)
    parts.packing = std::jthread([&parts](const std::stop_token& stop) {
      inventory::keep_documents_packed(*parts.database, parts.clock, stop);
    });
  return app;
}

uint16_t App::port() const { return parts_->server ? parts_->server->port() : 0; }

std::string App::url() const { return parts_->config.base_url(port()); }

Result<std::optional<std::string>> App::setup_link() {
  HM_TRY(const auto token, parts_->first_admin->offer());
  if (!token) return std::optional<std::string>();
  // Behind the #: a browser never sends it, so it stands in no log on the way.
  return std::optional(url() + "/setup#token=" + *token);
}

}  // namespace hm::app
