#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <thread>

#include <unistd.h>

#include "aws/shared_config.h"
#include "aws/user_settings.h"
#include "base/version.h"
#include "cli/app_options.h"
#include "cli/interrupt.h"
#include "cli/rules_run.h"
#include "cli/scan_gaps.h"
#include "cli/scan_rows.h"
#include "collect/account_settings.h"
#include "collect/collector.h"
#include "collect/spending.h"
#include "collect/trail.h"
#include "inventory/packing.h"
#include "inventory/retention.h"
#include "store/served.h"

namespace hm::cli {

namespace {

constexpr int kExitGaps = 3;
constexpr size_t kGapLines = 60;
constexpr std::chrono::minutes kSaveEvery{1};
constexpr size_t kTrailThreads = 8;

struct ScanOptions {
  AppOptions app;
  std::vector<std::string> regions;
  std::string profile;
  std::vector<std::string> types;
  std::vector<std::string> catalog_dirs;
  std::vector<std::string> derived;
  std::string output;
  int64_t timeout_s = 20;
  bool quiet = false;
  bool no_rules = false;
};

Status read_options(const Args& args, ScanOptions& options) {
  auto known = options.app.store_options();
  known.insert(
      known.end(),
      {{"--region", "NAME", "this region alone (may be repeated)", &options.regions},
       {"--profile", "NAME", "a profile of the AWS configuration files", &options.profile},
       {"--types", "TYPE", "this type or table alone (may be repeated)", &options.types},
       {"--catalog-dir", "DIR", "types of your own (may be repeated)", &options.catalog_dirs},
       {"--derived", "SERVICE", "also all else that it lists, or all (may be repeated)", &options.derived},
       {"--output", "FORM", "print the resources", &options.output, false, {"table", "json", "csv"}},
       {"--timeout", "SECONDS", "how long one answer may be silent", &options.timeout_s},
       {"--quiet", "", "no progress", &options.quiet},
       {"--no-rules", "", "collect only; findings stay as they were", &options.no_rules}});
  HM_DO(parse_options("scan", args, known));
  if (options.timeout_s < 1 || options.timeout_s > 600)
    return make_error(ErrorKind::invalid, "usage", "--timeout: between 1 and 600 seconds");
  return ok();
}

collect::Account account_of(const api::AccountEntry& entry, const collect::AccountSources& sources) {
  return collect::make_account({.name = entry.name,
                                .account_id = entry.account_id,
                                .role_arn = entry.role_arn,
                                .external_id = entry.external_id,
                                .profile = entry.profile,
                                .regions = entry.regions,
                                .types_left_out = entry.types_left_out},
                               sources);
}

std::vector<collect::Account> accounts_of(const app::Config& config, const collect::AccountSources& sources) {
  std::vector<collect::Account> accounts;
  for (const auto& entry : config.accounts) accounts.push_back(account_of(entry, sources));
  if (accounts.empty()) accounts.push_back(collect::own_account(sources));
  return accounts;
}

// Why the list of an organization's accounts may not be whole; empty where it is.
std::string doubt_of(const collect::ScanReport& report, const std::string& management) {
  for (const auto& result : report.sweeps) {
    if (result.sweep.place.account_id != management) continue;
    if (result.not_recorded) return result.not_recorded->text();
    return result.sweep.outcome == inventory::Outcome::ok ? std::string() : result.sweep.error.text();
  }
  for (const auto& view : report.accounts)
    if (view.id == management && view.failure) return view.failure->text();
  return "none of the accounts is " + management + ": name it under `accounts`, or use its credentials";
}

// Which accounts an organization has stands in the inventory of the account that lists them: so that is read
// first. Where that fails, those of the last time are read, and it is said: false then.
Result<bool> add_members(const app::Config& config, store::Database& database, collect::Collector& collector,
                         const collect::AccountSources& sources, std::vector<collect::Account>& accounts,
                         const std::stop_token& stop) {
  if (config.organizations.empty()) return true;
  const auto report = collector.scan(accounts, {{"organizations/account"}, {}}, {}, stop);
  bool whole = true;
  std::set<std::string> named;
  for (const auto& account : accounts) named.insert(account.id);
  for (const auto& organization : config.organizations) {
    if (const std::string doubt = doubt_of(report, organization.management_account); !doubt.empty()) {
      whole = false;
      std::fprintf(stderr, "hostmaster: the accounts of the organization of %s may not be all: %s\n",
                   organization.management_account.c_str(), doubt.c_str());
    }
    HM_TRY(const auto members, api::accounts_of(database, organization));
    for (const auto& member : members) {
      if (!member.enabled) {
        std::fprintf(stderr, "hostmaster: account %s (%s) is not read: AWS Organizations says %s\n",
                     member.account_id.c_str(), member.name.c_str(), member.closed.c_str());
      } else if (named.insert(member.account_id).second) {
        accounts.push_back(account_of(member, sources));
      }
    }
  }
  return whole;
}

// Ids of the types that are named by id or table.
Result<std::vector<std::string>> type_ids(const catalog::Catalog& types,
                                          const std::vector<std::string>& names) {
  std::vector<std::string> ids;
  for (const auto& name : names) {
    const auto* type = types.find(name);
    if (type == nullptr) type = types.find_table(name);
    if (type == nullptr)
      return make_error(ErrorKind::invalid, "usage",
                        "--types: there is no type or table '" + name + "'" + types.remedy(name));
    ids.push_back(type->id);
  }
  return ids;
}

// One line that is written over on a terminal, and nothing elsewhere: a log has no use for it.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet) : shown_(!quiet && isatty(STDERR_FILENO) != 0) {}

  void show(const collect::Progress& now) {
    if (!shown_) return;
    std::fprintf(stderr, "\r\033[Kscanned %lld of %lld: %lld resources, %lld gaps, %lld calls",
                 static_cast<long long>(now.done), static_cast<long long>(now.total),
                 static_cast<long long>(now.resources), static_cast<long long>(now.gaps),
                 static_cast<long long>(now.calls));
    begun_ = true;
  }

  void end() const {
    if (begun_) std::fprintf(stderr, "\n");
  }

 private:
  const bool shown_;
  bool begun_ = false;
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

// What watching costs its owner is told where it is made.
void print_spending(const collect::ScanReport& report, const collect::SpendingBook& spending) {
  Money sum;
  for (const auto& account : report.accounts) sum += spending.of_account(account.id).cost_usd;
  std::fprintf(stderr, "our own calls in these accounts this month, at list price: US$ %s\n",
               sum.rounded(4).c_str());
}

// What was read is judged at once, so that `hostmaster findings` needs no server. Where one runs, it judges:
// it may know other rules and settings.
Status judge(const app::Config& config, const catalog::Catalog& types, store::Database& database,
             const Clock& clock, const std::stop_token& stop) {
  HM_TRY(const bool served, store::is_served(database));
  if (served) {
    std::fprintf(stderr, "a server runs on this store: its rules judge what was read\n");
    return ok();
  }
  HM_TRY(const auto report, judge_inventory(config, types, database, clock, rules::Book::partial, stop));
  print_rules_report(report);
  return ok();
}

// Who changed what, beside what is there. That it is not known is no gap of the inventory: the changes say
// so.
void read_trail(const collect::Collector& collector, store::Database& database,
                const collect::ScanReport& report, const std::vector<std::string>& regions,
                const std::stop_token& stop) {
  const collect::TrailReader reader(collector.tools(), collector.catalog(), database);
  std::vector<std::pair<const collect::AccountView*, std::string>> places;
  for (const auto& view : report.accounts) {
    if (view.id.empty()) continue;
    for (const auto& region : collect::TrailReader::regions_of(view)) {
      const bool wanted =
          regions.empty() || std::find(regions.begin(), regions.end(), region) != regions.end();
      if (wanted) places.emplace_back(&view, region);
    }
  }
  Synced<std::map<std::string, int64_t>> failed;  // by reason
  collect::WorkerPool pool(kTrailThreads);
  pool.for_each(places.size(), kTrailThreads, [&](size_t i) {
    if (stop.stop_requested()) return;
    const auto read = reader.read(*places[i].first, places[i].second, stop);
    if (read.error) failed.with([&](auto& reasons) { ++reasons[read.error->code]; });
  });
  failed.with([](const auto& reasons) {
    for (const auto& [code, count] : reasons)
      std::fprintf(stderr, "who changed things is not known in %lld regions: CloudTrail says %s\n",
                   static_cast<long long>(count), code.c_str());
  });
}

// What a server does beside everything else.
Status tidy(const app::Config& config, store::Database& database, Time now, const std::stop_token& stop) {
  if (const auto kept = config.history_retention; kept.count() > 0)
    HM_DO(inventory::forget_before(database, now - kept, stop));
  // That documents take more room than they need takes nothing from what was read.
  if (const auto packed = inventory::pack_documents(database, stop); !packed)
    std::fprintf(stderr, "hostmaster: %s\n", packed.error().text().c_str());
  return ok();
}

int finish(const collect::ScanReport& report) {
  const auto gaps = describe_gaps(report, kGapLines);
  if (!gaps.empty()) std::fprintf(stderr, "\nwhat could not be read:\n");
  for (const auto& line : gaps) std::fprintf(stderr, "  %s\n", line.c_str());
  if (report.stopped) std::fprintf(stderr, "hostmaster: stopped before the end\n");
  const bool entered = std::any_of(report.accounts.begin(), report.accounts.end(),
                                   [](const collect::AccountView& view) { return !view.failure; });
  if (!entered || report.stopped || report.not_planned) return kExitFailed;
  return report.complete() ? kExitOk : kExitGaps;
}

Result<aws::ClientOptions> client_options(const ScanOptions& options, const app::Config& config,
                                          const std::shared_ptr<const aws::SharedConfig>& machine) {
  aws::ClientOptions client;
  HM_DO(aws::apply_user_settings(machine, client));
  client.user_agent = "hostmaster/" + std::string(version());
  client.rate_share = config.aws_rate_share;
  client.read_timeout = std::chrono::seconds(options.timeout_s);
  client.connect_timeout = std::min(client.connect_timeout, client.read_timeout);
  return client;
}

// A scan takes its time, and a server that makes calls meanwhile must hear of these.
class Saver {
 public:
  Saver(collect::SpendingBook& spending, SystemClock& clock)
      : thread_([&spending, &clock](const std::stop_token& stop) {
          while (true) {
            clock.sleep_for(kSaveEvery, stop);
            if (stop.stop_requested()) return;
            if (auto saved = spending.save(); !saved)
              std::fprintf(stderr, "hostmaster: %s\n", saved.error().text().c_str());
          }
        }) {}

 private:
  std::jthread thread_;
};

Result<int> scan(const ScanOptions& options) {
  Interrupt interrupt;
  HM_TRY(auto config, options.app.load());
  for (const auto& directory : options.catalog_dirs) config.catalog_dirs.push_back(directory);
  add_derived(options.derived, config.derived_services);
  if (!options.profile.empty()) config.aws_profile = options.profile;
  HM_TRY(auto types, catalog::load_with(config.catalog_dirs, config.derived_services));
  HM_DO(app::choose_types(config, *types));
  HM_TRY(const auto wanted, type_ids(*types, options.types));
  HM_TRY(auto redactor, collect::Redactor::of(config.data_dir));
  SystemClock clock;
  HM_TRY(auto database, store::Database::open(config.store_url(), clock));
  inventory::Inventory inventory(*database, clock);
  HM_TRY(auto machine, aws::SharedConfig::load(aws::system_environment(), config.aws_profile));
  CurlOptions curl;
  curl.user_agent = "hostmaster/" + std::string(version());
  curl.ca_bundle = machine->ca_bundle();
  const auto transport = make_curl_transport(curl);
  HM_TRY(auto spending, collect::SpendingBook::open(*database, clock, app::spending_limits(config)));
  HM_TRY(const auto settings, client_options(options, config, machine));
  aws::Client client(*transport, clock, &spending->meter(), settings);
  // Where only some regions are asked for and none is set as home, home is among them.
  std::string home = config.aws_region;
  if (home.empty() && machine->region().empty() && !options.regions.empty()) home = options.regions.front();
  const collect::AccountSources sources{{*transport, clock}, machine, config.aws_endpoint_url, home};
  auto accounts = accounts_of(config, sources);
  collect::Collector collector(*types, client, inventory, redactor, clock);
  HM_TRY(const bool all_members,
         add_members(config, *database, collector, sources, accounts, interrupt.token()));
  ProgressLine line(options.quiet);
  std::optional<Saver> saver(std::in_place, *spending, clock);
  const auto report = collector.scan(
      accounts, {wanted, options.regions}, [&](const collect::Progress& now) { line.show(now); },
      interrupt.token());
  line.end();
  if (!report.stopped) read_trail(collector, *database, report, options.regions, interrupt.token());
  saver.reset();
  HM_DO(spending->save());
  if (!report.stopped) HM_DO(tidy(config, *database, clock.now(), interrupt.token()));
  if (!report.sweeps.empty()) {
    print_summary(report);
    print_spending(report, *spending);
    if (!report.stopped && !options.no_rules)
      HM_DO(judge(config, *types, *database, clock, interrupt.token()));
  }
  if (!options.output.empty()) HM_DO(print_resources(*database, form_of(options.output), *types, wanted));
  const int code = finish(report);
  return code == kExitOk && !all_members ? kExitGaps : code;
}

}  // namespace

int run_scan(const Args& args) {
  ScanOptions options;
  if (auto read = read_options(args, options); !read) return report(read.error());
  auto code = scan(options);
  return code ? *code : report(code.error());
}

}  // namespace hm::cli
