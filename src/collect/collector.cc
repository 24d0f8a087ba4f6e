#include "collect/collector.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace hm::collect {

using catalog::ResourceType;
using catalog::Scope;

namespace {

constexpr const char* kGlobal = "global";
// How often a place is swept within one scan while it fails by chance.
constexpr int kPasses = 3;
constexpr std::chrono::seconds kRest{1};

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
  if (stopped || not_planned || sweeps.size() != planned) return false;
  const bool entered = std::all_of(accounts.begin(), accounts.end(), [](const AccountView& view) {
    return !view.failure && !view.region_failure;
  });
  return entered && std::all_of(sweeps.begin(), sweeps.end(), [](const SweepResult& one) {
           return one.sweep.outcome == inventory::Outcome::ok && one.detail_gaps.empty() && !one.not_recorded;
         });
}

Collector::Collector(const catalog::Catalog& catalog, aws::Client& client, inventory::Inventory& inventory,
                     const Redactor& redactor, Clock& clock, CollectOptions options)
    : catalog_(catalog),
      client_(client),
      inventory_(inventory),
      clock_(clock),
      options_(options),
      limits_(options.calls_per_service),
      reachability_(clock),
      pool_(options.detail_threads),
      tools_{client, redactor, clock, limits_, reachability_},
      sweeper_(tools_, inventory, pool_, options.details_at_once) {}

Collector::~Collector() = default;

std::vector<std::string> Collector::places_of(const ResourceType& type, const AccountView& view) {
  if (type.scope != Scope::region) return {kGlobal};
  return view.regions;
}

SweepResult Collector::sweep(const ResourceType& type, const AccountView& view, const std::string& region,
                             std::stop_token stop) {
  SweepContext context{type, {view.id, view.partition, region}, view.account.target, stop, clock_.now()};
  if (region != kGlobal) context.target.region = region;
  return sweeper_.run(context);
}

LookResult Collector::look(const ResourceType& type, const AccountView& view, const std::string& region,
                           const std::string& key, std::stop_token stop) {
  SweepContext context{
      type, {view.id, view.partition, region}, view.account.target, std::move(stop), clock_.now()};
  if (region != kGlobal) context.target.region = region;
  return sweeper_.look(context, key);
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
  struct Job {
    const ResourceType& type;
    const AccountView& view;
    std::string region;
  };
  struct State {
    Progress progress;
    std::vector<std::optional<SweepResult>> results;  // of each job
  };
  const OnProgress& on_progress;
  std::vector<Job> jobs;
  Synced<State> state;

  explicit Scan(const OnProgress& told) : on_progress(told) {}

  static bool is_gap(const SweepResult& result) {
    return result.sweep.outcome != inventory::Outcome::ok || result.not_recorded ||
           !result.detail_gaps.empty();
  }

  void ended(size_t job, SweepResult result) {
    state.with([&](State& all) {
      ++all.progress.done;
      if (is_gap(result)) ++all.progress.gaps;
      all.progress.resources += result.counts.seen;
      all.progress.calls += result.sweep.calls;
      auto& kept = all.results[job];
      if (kept) add_counts(result.counts, kept->counts);
      kept = std::move(result);
      if (on_progress) on_progress(all.progress);
    });
  }

  // Jobs whose gaps may be gone when they are done once more; they count as not done from here on.
  std::vector<size_t> chances(const Reachability& reachability) {
    return state.with([&](State& all) {
      std::vector<size_t> again;
      for (size_t job = 0; job < all.results.size(); ++job) {
        const auto& result = all.results[job];
        if (!result || jobs[job].view.failure || !has_chance(*result, reachability)) continue;
        again.push_back(job);
        --all.progress.done;
        --all.progress.gaps;
        all.progress.resources -= result->counts.seen;
      }
      return again;
    });
  }

 private:
  static bool has_chance(const SweepResult& result, const Reachability& reachability) {
    const auto passing = [&](const Error& error) {
      if (!is_unreachable(error)) return is_by_chance(error);
      // A place that has not answered anybody since would only be waited for once more.
      const auto region = error.notes.find("region");
      return reachability.is_reached(region == error.notes.end() ? result.sweep.place.region
                                                                 : region->second);
    };
    const bool list = result.sweep.outcome != inventory::Outcome::ok && passing(result.sweep.error);
    return list || std::any_of(result.detail_gaps.begin(), result.detail_gaps.end(),
                               [&](const DetailGap& gap) { return passing(gap.error); });
  }

  // What the try before has stored is new and changed all the same.
  static void add_counts(inventory::SweepCounts& counts, const inventory::SweepCounts& before) {
    counts.created += before.created;
    counts.changed += before.changed;
    counts.gone += before.gone;
    counts.returned += before.returned;
  }
};

Status Collector::note_regions(const AccountView& view) {
  if (view.id.empty() || view.failure) return ok();
  inventory::Sweep sweep;
  sweep.place = {view.id, kGlobal, inventory::kRegionsType};
  if (!view.region_failure) return inventory_.drop(sweep.place);
  sweep.outcome = outcome_of(*view.region_failure);
  if (sweep.outcome == inventory::Outcome::skipped) return ok();
  sweep.error = *view.region_failure;
  sweep.started_at = clock_.now();
  HM_TRY([[maybe_unused]] auto counts, inventory_.record(sweep, {}));
  return ok();
}

Status Collector::plan(Scan& scan, const std::vector<AccountView>& views, const ScanRequest& request) {
  std::vector<inventory::Place> left_out;
  for (const auto& type : catalog_.resources()) {
    if (!wanted(request.types, type.id) && !wanted(request.types, type.table)) continue;
    for (const auto& view : views) {
      if (view.id.empty()) continue;
      const bool asked = !view.account.types_left_out.contains(type.id);
      for (const auto& region : places_of(type, view)) {
        if (asked) scan.jobs.push_back({type, view, region});
        if (!asked) left_out.push_back({view.id, region, type.id});
      }
    }
  }
  scan.state.with([&](auto& state) {
    state.progress.total = static_cast<int64_t>(scan.jobs.size());
    state.results.resize(scan.jobs.size());
  });
  std::vector<inventory::Place> places;
  places.reserve(scan.jobs.size());
  for (const auto& job : scan.jobs) places.push_back({job.view.id, job.region, job.type.id});
  HM_DO(plan(places));
  HM_DO(leave_out(left_out));
  // Where some regions were asked for, nobody asked which there are.
  if (!request.regions.empty()) return ok();
  for (const auto& view : views) HM_DO(note_regions(view));
  return ok();
}

void Collector::add_sweeps(Scan& scan, Lanes& lanes, const std::vector<size_t>& jobs,
                           const std::stop_token& stop) {
  for (const size_t at : jobs) {
    const auto& job = scan.jobs[at];
    const auto run = [this, &scan, at](const std::stop_token& stopped) {
      const auto& [type, view, region] = scan.jobs[at];
      SweepResult result = view.failure ? record_failure(type, view, region, *view.failure)
                                        : sweep(type, view, region, stopped);
      const bool reached = !is_unreachable(result.sweep.error);
      scan.ended(at, std::move(result));
      return reached ? Reached::yes : Reached::no;
    };
    // A large company has more places than may wait at once: the rest follows as the lanes drain.
    while (!lanes.add({job.view.id + "/" + job.region, run})) {
      if (!lanes.wait_for_room(stop)) return;
    }
  }
}

ScanReport Collector::scan(const std::vector<Account>& accounts, const ScanRequest& request,
                           const OnProgress& progress, std::stop_token stop) {
  ScanReport report;
  report.accounts = view_accounts(accounts, request, stop);
  Scan scan(progress);
  if (!stop.stop_requested()) {
    if (auto planned = plan(scan, report.accounts, request); !planned) {
      report.not_planned = std::move(planned.error());
      return report;
    }
    report.planned = scan.jobs.size();
    std::vector<size_t> jobs(scan.jobs.size());
    std::iota(jobs.begin(), jobs.end(), size_t{0});
    Lanes lanes(options_.lanes);
    for (int pass = 0; pass < kPasses && !jobs.empty() && !stop.stop_requested(); ++pass) {
      // A moment's rest gives what was overloaded a chance to recover.
      if (pass > 0) clock_.sleep_for(kRest, stop);
      add_sweeps(scan, lanes, jobs, stop);
      lanes.wait_idle(stop);
      if (pass + 1 < kPasses) jobs = scan.chances(reachability_);
    }
  }
  report.stopped = stop.stop_requested();
  scan.state.with([&](auto& state) {
    for (auto& result : state.results) {
      if (result) report.sweeps.push_back(std::move(*result));
    }
  });
  std::sort(report.sweeps.begin(), report.sweeps.end(),
            [](const SweepResult& a, const SweepResult& b) { return a.sweep.place < b.sweep.place; });
  return report;
}

}  // namespace hm::collect
