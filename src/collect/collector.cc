#include "collect/collector.h"

#include <algorithm>

namespace hm::collect {

using catalog::ResourceType;
using catalog::Scope;

namespace {

constexpr const char* kGlobal = "global";

bool wanted(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void guess_regions(std::vector<AccountView>& views) {
  std::set<std::string> known;
  for (const auto& view : views) {
    if (!view.failure && !view.region_failure) known.insert(view.regions.begin(), view.regions.end());
  }
  for (auto& view : views) {
    const bool asked_for = !view.account.regions.empty();
    if ((!view.failure && !view.region_failure) || asked_for) continue;
    std::set<std::string> regions(view.regions.begin(), view.regions.end());
    regions.insert(known.begin(), known.end());
    if (regions.empty()) regions.insert(view.account.target.region);
    view.regions.assign(regions.begin(), regions.end());
  }
}

bool ScanReport::complete() const {
  if (stopped) return false;
  const bool entered = std::all_of(accounts.begin(), accounts.end(), [](const AccountView& view) {
    return !view.failure && !view.region_failure;
  });
  return entered && std::all_of(sweeps.begin(), sweeps.end(), [](const SweepResult& one) {
           return one.sweep.outcome == inventory::Outcome::ok && one.detail_gaps.empty() && !one.not_recorded;
         });
}

Error closed_lane_error(const std::string& region) {
  return make_error(
      ErrorKind::unavailable, "region_unreachable",
      "AWS in " + region + " could not be reached just now; it is tried again with the next sweep");
}

Collector::Collector(const catalog::Catalog& catalog, aws::Client& client, inventory::Inventory& inventory,
                     const Redactor& redactor, Clock& clock, CollectOptions options)
    : catalog_(catalog),
      client_(client),
      clock_(clock),
      options_(options),
      limits_(options.calls_per_service),
      pool_(options.detail_threads),
      tools_{client, redactor, clock, limits_},
      sweeper_(tools_, inventory, pool_, options.details_at_once) {}

Collector::~Collector() = default;

std::vector<std::string> Collector::places_of(const ResourceType& type, const AccountView& view) {
  if (type.scope != Scope::region) return {kGlobal};
  return view.regions;
}

SweepResult Collector::sweep(const ResourceType& type, const AccountView& view, const std::string& region,
                             std::stop_token stop) {
  SweepContext context{type, {view.id, view.partition, region}, view.account.target, stop};
  if (region != kGlobal) context.target.region = region;
  return sweeper_.run(context);
}

SweepResult Collector::record_failure(const ResourceType& type, const AccountView& view,
                                      const std::string& region, Error error) {
  return sweeper_.record_failure(type, {view.id, view.partition, region}, std::move(error));
}

std::vector<AccountView> Collector::view_accounts(const std::vector<Account>& accounts,
                                                  const ScanRequest& request, std::stop_token stop) {
  std::vector<AccountView> views(accounts.size());
  pool_.for_each(accounts.size(), 8, [&](size_t i) {
    Account account = accounts[i];
    // Asking for some regions alone spares the question which there are.
    if (account.regions.empty()) account.regions = request.regions;
    views[i] = view_account(client_, account, stop);
    std::erase_if(views[i].regions,
                  [&](const std::string& region) { return !wanted(request.regions, region); });
  });
  guess_regions(views);
  return views;
}

// What is shared by the sweeps of one scan.
struct Collector::Scan {
  struct State {
    Progress progress;
    std::vector<SweepResult> results;
  };
  const OnProgress& on_progress;
  Synced<State> state;

  explicit Scan(const OnProgress& told) : on_progress(told) {}

  void ended(SweepResult result) {
    state.with([&](State& all) {
      ++all.progress.done;
      const bool ok = result.sweep.outcome == inventory::Outcome::ok && !result.not_recorded;
      if (!ok || !result.detail_gaps.empty()) ++all.progress.gaps;
      all.progress.resources += result.counts.seen;
      all.progress.calls += result.sweep.calls;
      all.results.push_back(std::move(result));
      if (on_progress) on_progress(all.progress);
    });
  }
};

void Collector::add_sweeps(Scan& scan, Lanes& lanes, const std::vector<AccountView>& views,
                           const ScanRequest& request) {
  std::vector<LaneTask> tasks;
  for (const auto& type : catalog_.resources()) {
    if (!wanted(request.types, type.id) && !wanted(request.types, type.table)) continue;
    for (const auto& view : views) {
      if (view.id.empty()) continue;
      for (const auto& region : places_of(type, view)) {
        tasks.push_back({view.id + "/" + region, [&, region](bool closed, std::stop_token stop) {
                           SweepResult result =
                               view.failure ? record_failure(type, view, region, *view.failure)
                               : closed     ? record_failure(type, view, region, closed_lane_error(region))
                                            : sweep(type, view, region, stop);
                           const bool reached = !is_unreachable(result.sweep.error);
                           scan.ended(std::move(result));
                           return reached ? Reached::yes : Reached::no;
                         }});
      }
    }
  }
  scan.state.with([&](auto& state) { state.progress.total = static_cast<int64_t>(tasks.size()); });
  for (auto& task : tasks) {
    // Too many for the lanes cannot be: the limit is far above accounts x regions x types.
    if (!lanes.add(std::move(task))) break;
  }
}

ScanReport Collector::scan(const std::vector<Account>& accounts, const ScanRequest& request,
                           const OnProgress& progress, std::stop_token stop) {
  ScanReport report;
  report.accounts = view_accounts(accounts, request, stop);
  Scan scan(progress);
  if (!stop.stop_requested()) {
    Lanes lanes(options_.lanes, clock_);
    add_sweeps(scan, lanes, report.accounts, request);
    lanes.wait_idle(stop);
  }
  report.stopped = stop.stop_requested();
  report.sweeps = scan.state.with([](auto& state) { return std::move(state.results); });
  std::sort(report.sweeps.begin(), report.sweeps.end(),
            [](const SweepResult& a, const SweepResult& b) { return a.sweep.place < b.sweep.place; });
  return report;
}

}  // namespace hm::collect
