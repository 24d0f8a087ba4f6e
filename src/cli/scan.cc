#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "aws/shared_config.h"
#include "base/version.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/scan_gaps.h"
#include "cli/scan_rows.h"
#include "collect/account_settings.h"
#include "collect/collector.h"

namespace hm::cli {

namespace {

constexpr int kExitGaps = 3;
constexpr size_t kGapLines = 60;

struct ScanOptions {
  std::string endpoint_url;
  std::vector<std::string> regions;
  std::string profile;
  std::string config;
  std::string data_dir;
  std::string database_url;
  std::vector<std::string> types;
  std::vector<std::string> catalog_dirs;
  std::string output;
  int64_t timeout_s = 20;
  bool quiet = false;
};

Result<ScanOptions> read_options(const Args& args) {
  ScanOptions options;
  HM_DO(parse_options(
      "scan", args,
      {{"--endpoint-url", "URL", "an endpoint for every service", &options.endpoint_url},
       {"--region", "NAME", "this region alone (may be repeated)", &options.regions},
       {"--profile", "NAME", "a profile of the AWS configuration files", &options.profile},
       {"--config", "FILE", "the configuration file, for its accounts", &options.config},
       {"--data-dir", "DIR", "where the inventory lies", &options.data_dir},
       {"--database-url", "URL", "another store", &options.database_url},
       {"--types", "TYPE", "this type or table alone (may be repeated)", &options.types},
       {"--catalog-dir", "DIR", "types of your own (may be repeated)", &options.catalog_dirs},
       {"--output", "FORM", "print the resources", &options.output, false, {"table", "json", "csv"}},
       {"--timeout", "SECONDS", "how long one answer may take", &options.timeout_s},
       {"--quiet", "", "no progress", &options.quiet}}));
  if (options.timeout_s < 1 || options.timeout_s > 600)
    return make_error(ErrorKind::invalid, "usage", "--timeout: between 1 and 600 seconds");
  return options;
}

std::string default_data_dir() {
  if (const char* given = std::getenv("HM_DATA_DIR"); given && *given) return given;
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data)
    return std::string(data) + "/hostmaster";
  const char* home = std::getenv("HOME");
  return std::string(home && *home ? home : ".") + "/.local/share/hostmaster";
}

Result<std::vector<collect::Account>> accounts_of(const ScanOptions& options,
                                                  const collect::AccountSources& sources) {
  std::vector<collect::AccountSetting> settings;
  if (!options.config.empty()) {
    std::ifstream in(options.config);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in)
      return make_error(ErrorKind::invalid, "bad_config",
                        "cannot read the configuration file " + options.config);
    auto yaml = parse_yaml(text.str());
    if (!yaml)
      return make_error(ErrorKind::invalid, "bad_config", options.config + ": " + yaml.error().message);
    HM_TRY(settings, collect::read_account_settings(*yaml, "/accounts", options.config));
  }
  std::vector<collect::Account> accounts;
  for (const auto& setting : settings) {
    HM_TRY(auto account, collect::make_account(setting, sources));
    accounts.push_back(std::move(account));
  }
  if (accounts.empty()) accounts.push_back(collect::own_account(sources));
  return accounts;
}

// Ids of the types that are named by id or table.
Result<std::vector<std::string>> type_ids(const catalog::Catalog& types,
                                          const std::vector<std::string>& names) {
  std::vector<std::string> ids;
  for (const auto& name : names) {
    const auto* type = types.find(name);
    if (type == nullptr) type = types.find_table(name);
    if (type == nullptr)
      return make_error(
          ErrorKind::invalid, "usage",
          "--types: there is no type or table '" + name + "'; `hostmaster catalog list` lists them");
    ids.push_back(type->id);
  }
  return ids;
}

// One line that is written over on a terminal, and a line every tenth on anything else.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}

  void show(const collect::Progress& now) {
    if (quiet_) return;
    const int64_t tenth = now.total > 0 ? now.done * 10 / now.total : 0;
    if (!terminal_ && tenth == shown_) return;
    shown_ = tenth;
    std::fprintf(stderr, "%sscanned %lld of %lld: %lld resources, %lld gaps, %lld calls%s",
                 terminal_ ? "\r\033[K" : "", static_cast<long long>(now.done),
                 static_cast<long long>(now.total), static_cast<long long>(now.resources),
                 static_cast<long long>(now.gaps), static_cast<long long>(now.calls), terminal_ ? "" : "\n");
    last_ = now;
  }

  void end() const {
    if (!quiet_ && terminal_ && last_.total > 0) std::fprintf(stderr, "\n");
  }

 private:
  const bool quiet_;
  const bool terminal_;
  int64_t shown_ = -1;
  collect::Progress last_;
};

void print_summary(const collect::ScanReport& report) {
  inventory::SweepCounts sum;
  int64_t well = 0;
  for (const auto& one : report.sweeps) {
    sum.seen += one.counts.seen;
    sum.created += one.counts.created;
    sum.changed += one.counts.changed;
    sum.gone += one.counts.gone;
    sum.missing += one.counts.missing;
    sum.returned += one.counts.returned;
    well += one.sweep.outcome == inventory::Outcome::ok ? 1 : 0;
  }
  std::fprintf(stderr, "%lld resources: %lld new, %lld changed, %lld gone, %lld returned",
               static_cast<long long>(sum.seen), static_cast<long long>(sum.created),
               static_cast<long long>(sum.changed), static_cast<long long>(sum.gone),
               static_cast<long long>(sum.returned));
  if (sum.missing > 0)
    std::fprintf(stderr, "; %lld missing once, gone when the next scan misses them too",
                 static_cast<long long>(sum.missing));
  std::fprintf(stderr, "\n%lld of %zu sweeps complete\n", static_cast<long long>(well), report.sweeps.size());
}

int finish(const collect::ScanReport& report) {
  const auto gaps = describe_gaps(report, kGapLines);
  if (!gaps.empty()) std::fprintf(stderr, "\nwhat could not be read:\n");
  for (const auto& line : gaps) std::fprintf(stderr, "  %s\n", line.c_str());
  if (report.stopped) std::fprintf(stderr, "hostmaster: stopped before the end\n");
  const bool entered = std::any_of(report.accounts.begin(), report.accounts.end(),
                                   [](const collect::AccountView& view) { return !view.failure; });
  if (!entered || report.stopped) return kExitFailed;
  return report.complete() ? kExitOk : kExitGaps;
}

Result<int> scan(const ScanOptions& options) {
  Interrupt interrupt;
  const std::string data_dir = options.data_dir.empty() ? default_data_dir() : options.data_dir;
  HM_TRY(auto types, catalog::load_with(options.catalog_dirs));
  HM_TRY(const auto wanted, type_ids(*types, options.types));
  HM_TRY(auto redactor, collect::Redactor::of(data_dir));
  SystemClock clock;
  HM_TRY(auto database,
         store::Database::open(
             options.database_url.empty() ? "sqlite:" + data_dir + "/hostmaster.db" : options.database_url,
             clock));
  inventory::Inventory inventory(*database, clock);
  const std::string agent = "hostmaster/" + std::string(version());
  CurlOptions curl;
  curl.user_agent = agent;
  const auto transport = make_curl_transport(curl);
  HM_TRY(auto config, aws::SharedConfig::load(aws::system_environment(), options.profile));
  aws::ClientOptions client_options;
  client_options.user_agent = agent;
  client_options.read_timeout = std::chrono::seconds(options.timeout_s);
  client_options.connect_timeout = std::min(client_options.connect_timeout, client_options.read_timeout);
  client_options.configured_endpoint = [config](std::string_view service) {
    return config->endpoint_url(service);
  };
  aws::Client client(*transport, clock, nullptr, client_options);
  // Where one endpoint stands for all of AWS and only some regions are asked for, home is among them.
  const std::string home =
      config->region().empty() && !options.regions.empty() ? options.regions.front() : "";
  HM_TRY(auto accounts, accounts_of(options, {{*transport, clock}, config, options.endpoint_url, home}));
  collect::Collector collector(*types, client, inventory, redactor, clock);
  ProgressLine line(options.quiet);
  const auto report = collector.scan(
      accounts, {wanted, options.regions}, [&](const collect::Progress& now) { line.show(now); },
      interrupt.token());
  line.end();
  if (!report.sweeps.empty()) print_summary(report);
  if (!options.output.empty()) HM_DO(print_resources(*database, options.output, wanted));
  return finish(report);
}

}  // namespace

int run_scan(const Args& args) {
  auto options = read_options(args);
  if (!options) return report(options.error());
  auto code = scan(*options);
  return code ? *code : report(code.error());
}

}  // namespace hm::cli
